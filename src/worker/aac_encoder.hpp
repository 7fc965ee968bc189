#pragma once

#include "base/blob.hpp"
#include "base/result.hpp"
#include "media/codec/sample.hpp"
#include "worker/libav.hpp"

#include <cstdint>
#include <vector>

struct AVFrame;

namespace directfanz::worker {

/// Samples in one AAC frame.
inline constexpr int kAacFrame = 1024;

struct AudioShape {
    int sample_rate = 48'000;
    /// 1 or 2.
    int channels = 2;

    bool operator==(AudioShape const&) const = default;
};

/// AAC-LC.
class AacEncoder {
  public:
    /// Errors: io if the library refuses the settings.
    static Result<AacEncoder> open(AudioShape const& shape, std::uint32_t bitrate);

    /// AudioSpecificConfig.
    Blob const& decoder_config() const { return decoder_config_; }

    /// kAacFrame samples of each channel, floats in planes, with their PTS; null at the end, behind
    /// which nothing may follow. The frames that come out have times at which a decoder's output is
    /// that sound again: the first lies before the first PTS. Errors: io.
    Result<std::vector<Sample>> encode(AVFrame const* frame);

  private:
    AacEncoder(CodecContext context, Blob decoder_config);

    CodecContext context_;
    Blob decoder_config_;
    Packet packet_;
};

}  // namespace directfanz::worker
