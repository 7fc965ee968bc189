#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/strong.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace directfanz::streams {

/// The secret that opens a stream to an encoder. No string, so that it is not logged by mistake.
using StreamKey = Strong<std::string, struct StreamKeyTag>;

struct Stream {
    StreamId id;
    std::string title;
    WallTime created_at;
    /// The highest discontinuity sequence number that players may have seen. They must never see it
    /// go back, not even when the program was killed.
    std::uint64_t discontinuity_sequence = 0;
    /// The same for media sequence numbers; reserved in advance, so it may be ahead of what was
    /// used.
    std::uint64_t media_sequence = 0;

    bool operator==(Stream const&) const = default;
};

/// Characters (Unicode code points) of a title.
inline constexpr std::size_t kMaxTitleLength = 140;

/// A title is 1 to 140 characters of UTF-8, not all of them blank, without characters that control:
/// line breaks, and the marks that turn the direction of the text around them.
Result<void> check_title(std::string_view title);

/// Whether `text` is written like an id. What is not needs no look into the database.
bool looks_like_id(std::string_view text);

/// 60 random bits, 12 characters of base 32: short enough to read out, and a million streams
/// collide with a chance of one in two million (the store then draws again).
StreamId new_stream_id();

/// 160 random bits, 32 characters.
StreamKey new_stream_key();

}  // namespace directfanz::streams
