#include "media/transcode/audio_rule.hpp"

namespace directfanz::transcode {
namespace {

/// RFC 6381, and ISO/IEC 14496-3, table 1.17: object type 2.
constexpr std::string_view kAacLc = "mp4a.40.2";

}  // namespace

AudioPath audio_path(Track const& track) {
    if (track.codec != Codec::aac || track.codec_string != kAacLc) return AudioPath::encode;
    auto const& format = track.audio();
    auto const usual_rate = format.sample_rate == 48'000 || format.sample_rate == 44'100;
    auto const usual_channels = format.channels == 1 || format.channels == 2;
    // The timescale differs from the output's rate with SBR that is signalled in no header.
    auto const plain = track.timescale == format.sample_rate;
    return usual_rate && usual_channels && plain ? AudioPath::pass : AudioPath::encode;
}

}  // namespace directfanz::transcode
