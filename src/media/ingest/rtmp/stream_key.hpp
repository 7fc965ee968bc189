#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace directfanz::rtmp {

/// Longest key that is handed on; ours have 26 characters.
inline constexpr std::size_t kMaxStreamKey = 512;

struct StreamAddress {
    /// "live" as a rule; without instance, query and slashes.
    std::string app;
    /// Empty if there is none.
    std::string key;
};

/// Where people and programs put the stream key, the first that is there:
///
///     1. key=, streamkey= or stream_key= in the query of the publish name, the app or the tcUrl
///     2. the publish name:              rtmp://HOST/live + KEY
///     3. what follows the app's name:   rtmp://HOST/live/KEY with an empty publish name
///
/// Other parameters after a `?` are no part of the key; `%`-escapes are resolved after splitting.
/// The tcUrl serves only where app and name have nothing: it repeats the app.
StreamAddress find_stream_key(std::string_view app, std::string_view tc_url,
                              std::string_view publish_name);

}  // namespace directfanz::rtmp
