#pragma once

#include "base/clock.hpp"
#include "media/packager/window.hpp"

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace directfanz::packager {

/// Appends formatted text.
template <typename... Args>
void put(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

/// Seconds with all their microseconds, so that what adds up in the media adds up in the playlist
/// and no DURATION rounds to more than PART-TARGET: 0.266667.
inline void put_seconds(std::string& out, microseconds duration) {
    put(out, "{}.{:06}", duration.count() / 1'000'000, duration.count() % 1'000'000);
}

using Listed = std::span<std::shared_ptr<Segment const> const>;

inline Listed listed_segments(RenditionWindow const& rendition) {
    return Listed(rendition.segments)
        .subspan(std::min(rendition.expired, rendition.segments.size()));
}

/// What media addresses are made of.
struct Names {
    std::string_view session;
    std::string_view rendition;
};

inline void put_map(std::string& out, Names names, unsigned version) {
    put(out, "#EXT-X-MAP:URI=\"{}/{}/init-{}.mp4\"\n", names.session, names.rendition, version);
}

/// The same in all media playlists (6.2.4).
inline void put_server_control(std::string& out, Window const& window) {
    out += "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=";
    put_seconds(out, 3 * window.part_target);
    out += ",HOLD-BACK=";
    put_seconds(out, 3 * window.target_duration);
    out += ",CAN-SKIP-UNTIL=";
    put_seconds(out, 6 * window.target_duration);
    out += '\n';
}

/// A discontinuity that still stands before the first segment counts only once that segment is
/// gone.
inline void put_sequences(std::string& out, Segment const& first) {
    put(out, "#EXT-X-MEDIA-SEQUENCE:{}\n#EXT-X-DISCONTINUITY-SEQUENCE:{}\n", first.media_sequence,
        first.discontinuity_sequence - (first.discontinuity ? 1 : 0));
}

}  // namespace directfanz::packager
