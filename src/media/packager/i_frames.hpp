#pragma once

#include "media/packager/window.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace directfanz::packager {

/// Bytes [offset, offset + count) of a segment.
struct ByteRange {
    std::size_t offset = 0;
    std::size_t count = 0;
};

/// What of a segment it takes to show its first key frame; nothing if it holds none at the
/// beginning of a part.
std::optional<ByteRange> i_frame(Segment const& segment);

/// In bit/s, of one key frame a segment.
struct IFrameBandwidth {
    std::uint64_t peak = 0;
    std::uint64_t average = 0;
};

/// Over the listed segments; zero without any key frame.
IFrameBandwidth i_frame_bandwidth(RenditionWindow const& rendition);

}  // namespace directfanz::packager
