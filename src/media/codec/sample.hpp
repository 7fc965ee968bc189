#pragma once

#include "base/blob.hpp"

#include <cstdint>

namespace directfanz {

/// One access unit of video (NAL units, each behind a four-byte length) or one frame of audio.
struct Sample {
    /// Decode time in ticks of the track's timescale.
    std::int64_t dts = 0;
    /// Presentation time less decode time, in the same ticks; may be negative.
    std::int32_t composition_offset = 0;
    /// In the same ticks. 0 until the next sample of the track tells it.
    std::uint32_t duration = 0;
    /// Decoding can start here: an IDR picture. Every audio frame is one.
    bool sync = false;
    Blob payload;

    std::int64_t pts() const { return dts + composition_offset; }
};

}  // namespace directfanz
