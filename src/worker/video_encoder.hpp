#pragma once

#include "base/result.hpp"
#include "media/codec/sample.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct AVFrame;

namespace directfanz::worker {

/// Of the pictures: ITU-T H.264, tables E-3 to E-5; 2 is "unspecified".
struct Colours {
    std::uint8_t primaries = 2;
    std::uint8_t transfer = 2;
    std::uint8_t matrix = 2;

    bool operator==(Colours const&) const = default;
};

struct EncoderSettings {
    unsigned width = 0;
    unsigned height = 0;
    /// In bits per second, and the most that any second may need.
    unsigned bitrate = 0;
    /// Pictures a second, for the rate control alone: times pass through as they are.
    double frame_rate = 30;
    Colours colours;

    bool operator==(EncoderSettings const&) const = default;
};

enum class PictureType : std::uint8_t {
    any,         ///< the encoder chooses among P and B
    no_b_frame,  ///< P: less work
    key,         ///< IDR
};

/// One rung's encoder. IDR pictures are where they are asked for, and nowhere else.
class VideoEncoder {
  public:
    virtual ~VideoEncoder() = default;

    /// AVCDecoderConfigurationRecord.
    virtual Blob const& decoder_config() const = 0;

    /// Encodes a picture (4:2:0 in 8 bits, of the size of the settings) and returns earlier ones.
    /// PTS must grow from picture to picture. A sample lasts until the next one's DTS, or 0 where
    /// that is not known. Errors: io if the encoder fails.
    virtual Result<std::vector<Sample>> encode(AVFrame const& picture, std::int64_t pts,
                                               PictureType type) = 0;

    /// All that are left. encode() may not follow.
    virtual Result<std::vector<Sample>> flush() = 0;
};

/// Which encoder a worker uses, and so what its sandbox has to let through.
enum class EncoderKind : std::uint8_t {
    x264,
    nvenc,  ///< NVIDIA's
    qsv,    ///< Intel's Quick Sync
    vaapi,  ///< of a graphics card, through VA-API
};

/// "nvenc"; none for a name that is not known.
std::optional<EncoderKind> encoder_kind(std::string_view name);

std::string_view to_string(EncoderKind kind);

/// The library and its version: "x264 164", "h264_nvenc of libavcodec 59.37.100".
std::string describe_encoder(EncoderKind kind);

/// Errors: unavailable if the machine has no such encoder, and why; io or unsupported if it refuses
/// the settings.
Result<std::unique_ptr<VideoEncoder>> open_encoder(EncoderKind kind,
                                                   EncoderSettings const& settings);

}  // namespace directfanz::worker
