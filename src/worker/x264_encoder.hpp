#pragma once

#include "worker/decode_times.hpp"
#include "worker/video_encoder.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct x264_t;

namespace directfanz::worker {

/// x264 with the settings that the measurements chose (docs/benchmarks.md).
class X264Encoder final : public VideoEncoder {
  public:
    /// Pictures that go in before the first comes out; so the lookahead is as long.
    static constexpr std::size_t kDelay = 3;

    /// Errors: io if the library refuses the settings.
    static Result<std::unique_ptr<VideoEncoder>> open(EncoderSettings const& settings);

    Blob const& decoder_config() const override { return decoder_config_; }

    Result<std::vector<Sample>> encode(AVFrame const& picture, std::int64_t pts,
                                       PictureType type) override;
    Result<std::vector<Sample>> flush() override;

    /// The library's name and version.
    static std::string name();

  private:
    struct Closer {
        void operator()(x264_t* encoder) const;
    };

    X264Encoder(std::unique_ptr<x264_t, Closer> encoder, Blob decoder_config, double frame_rate);
    Result<std::optional<Sample>> step(void* picture);

    std::unique_ptr<x264_t, Closer> encoder_;
    Blob decoder_config_;
    DecodeTimes times_;
};

}  // namespace directfanz::worker
