#pragma once

#include "worker/libav.hpp"
#include "worker/video_encoder.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

struct AVBufferRef;

namespace directfanz::worker {

/// An encoder in a graphics card, through libavcodec. Without B-frames and without delay: what is
/// shown is decoded in the same order.
class HardwareEncoder final : public VideoEncoder {
  public:
    /// How libavcodec's encoders are told one and the same.
    struct Dialect {
        std::string codec;
        /// Of its private options.
        std::vector<std::pair<std::string, std::string>> options;
        /// How pictures are handed over: as they are, with chroma interleaved, or put into the
        /// card's memory.
        enum class Pictures : std::uint8_t { planar, interleaved, uploaded };
        Pictures pictures = Pictures::planar;
    };
    /// Of nvenc, qsv and vaapi.
    static Dialect dialect_of(EncoderKind kind);

    /// Errors: as open_encoder().
    static Result<std::unique_ptr<VideoEncoder>> open(EncoderKind kind,
                                                      EncoderSettings const& settings);
    static Result<std::unique_ptr<VideoEncoder>> open(Dialect const& dialect,
                                                      EncoderSettings const& settings);

    Blob const& decoder_config() const override { return decoder_config_; }
    Result<std::vector<Sample>> encode(AVFrame const& picture, std::int64_t pts,
                                       PictureType type) override;
    Result<std::vector<Sample>> flush() override;

    static std::string name(EncoderKind kind);

  private:
    struct BufferDeleter {
        void operator()(AVBufferRef* buffer) const;
    };
    using Buffer = std::unique_ptr<AVBufferRef, BufferDeleter>;

    explicit HardwareEncoder(Dialect dialect) : dialect_(std::move(dialect)) {}

    Result<void> open_card(EncoderSettings const& settings);
    Result<void> open_codec(EncoderSettings const& settings);
    Result<Frame> handed_over(AVFrame const& picture) const;
    Result<std::vector<Sample>> collect();

    Dialect dialect_;
    Buffer card_;
    Buffer pictures_;
    CodecContext context_;
    Packet packet_;
    Blob decoder_config_;
};

/// An access unit in the byte stream format (ITU-T H.264, annex B) with four-byte lengths, without
/// parameter sets, delimiters and SEI.
Blob without_start_codes(ByteView access_unit);

/// An AVCDecoderConfigurationRecord of parameter sets in that format.
Result<Blob> decoder_config_of_byte_stream(ByteView parameter_sets);

}  // namespace directfanz::worker
