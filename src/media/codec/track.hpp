#pragma once

#include "base/blob.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace directfanz {

enum class MediaKind : std::uint8_t { video, audio };

enum class Codec : std::uint8_t { h264, aac };

std::string_view to_string(MediaKind kind);
std::string_view to_string(Codec codec);

/// The clock of every video track, in ticks per second.
inline constexpr std::uint32_t kVideoTimescale = 90'000;

struct VideoFormat {
    /// Of the picture as it is shown: after cropping, and widened where samples are not square.
    unsigned width = 0;
    unsigned height = 0;
    /// Frames per second as the bitstream's VUI claims; 0 if it does not say. The media may differ.
    double frame_rate = 0;

    bool operator==(VideoFormat const&) const = default;
};

struct AudioFormat {
    /// Of the decoder's output, so after SBR.
    unsigned sample_rate = 0;
    unsigned channels = 0;
    /// Duration of one access unit in ticks of the track's timescale.
    unsigned samples_per_frame = 1024;

    bool operator==(AudioFormat const&) const = default;
};

/// What a decoder and a playlist must know of an elementary stream before its first sample.
struct Track {
    MediaKind kind = MediaKind::video;
    Codec codec = Codec::h264;
    /// Ticks per second of its samples' times: kVideoTimescale, or the audio sample rate.
    std::uint32_t timescale = kVideoTimescale;
    /// AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1) or AudioSpecificConfig (ISO/IEC
    /// 14496-3, 1.6.2.1).
    Blob decoder_config;
    /// RFC 6381: "avc1.64001f", "mp4a.40.2".
    std::string codec_string;
    std::variant<VideoFormat, AudioFormat> format;

    VideoFormat const& video() const { return std::get<VideoFormat>(format); }
    AudioFormat const& audio() const { return std::get<AudioFormat>(format); }

    /// Equal configurations need no DISCONTINUITY.
    bool operator==(Track const&) const = default;
};

}  // namespace directfanz
