#pragma once

#include "base/result.hpp"
#include "media/packager/playlist.hpp"
#include "media/packager/window.hpp"
#include "system/http/message.hpp"

#include <cstdint>
#include <optional>

namespace directfanz::delivery {

/// Delivery directives of a playlist request (rfc8216bis 6.2.5).
struct Directives {
    /// _HLS_msn: answer once this media sequence number is listed.
    std::optional<std::uint64_t> media_sequence;
    /// _HLS_part: answer once this part of it is listed.
    std::optional<std::uint64_t> part;
    /// _HLS_skip: YES or v2.
    packager::Skip skip = packager::Skip::none;
};

/// Error: invalid for a value that is no decimal integer, and for a part without a media sequence
/// number.
Result<Directives> parse_directives(http::Request const& request);

/// Where a rendition stands: the next thing it will publish.
struct LiveEdge {
    std::uint64_t media_sequence = 0;
    std::size_t part = 0;

    auto operator<=>(LiveEdge const&) const = default;
};

LiveEdge live_edge(packager::RenditionWindow const& rendition);

/// Error: invalid for what lies so far ahead that no honest player asks for it (6.2.5.2: more than
/// two segments, or a part beyond the Advance Part Limit).
Result<void> check_reach(Directives const& directives, packager::Window const& window,
                         packager::RenditionWindow const& rendition);

/// Whether the playlist holds what the directives wait for. A part behind the last one of a whole
/// segment is the first of the next segment.
bool satisfied(Directives const& directives, packager::RenditionWindow const& rendition);

}  // namespace directfanz::delivery
