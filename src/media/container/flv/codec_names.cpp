#include "media/container/flv/codec_names.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace directfanz::flv {
namespace {

struct FourCcName {
    std::string_view four_cc;
    std::string_view name;
};

constexpr std::array kVideoNames{
    FourCcName{"hvc1", "HEVC (H.265)"}, FourCcName{"hev1", "HEVC (H.265)"},
    FourCcName{"av01", "AV1"},          FourCcName{"vp08", "VP8"},
    FourCcName{"vp09", "VP9"},          FourCcName{"vvc1", "VVC (H.266)"},
};

constexpr std::array kAudioNames{
    FourCcName{"Opus", "Opus"},   FourCcName{"fLaC", "FLAC"}, FourCcName{"ac-3", "AC-3"},
    FourCcName{"ec-3", "E-AC-3"}, FourCcName{".mp3", "MP3"},
};

std::string refuse_video(std::string_view name) {
    return fmt::format(
        "The video is {}, which this server does not take yet. Choose H.264 (AVC) as the video "
        "encoder, for example x264 or NVENC H.264.",
        name);
}

std::string refuse_audio(std::string_view name) {
    return fmt::format(
        "The sound is {}, which this server does not take yet. Choose AAC as the audio encoder.",
        name);
}

/// A FourCC comes from the peer: only its harmless characters are repeated.
std::string printable(ByteView four_cc) {
    std::string text;
    for (auto const byte : four_cc) {
        auto const plain = byte > ' ' && byte < 0x7F && byte != '"' && byte != '\\';
        text.push_back(plain ? static_cast<char>(byte) : '?');
    }
    return text;
}

template <typename Table>
std::string name_of(Table const& table, ByteView four_cc) {
    auto const found = std::ranges::find(table, as_text(four_cc), &FourCcName::four_cc);
    if (found != table.end()) return std::string(found->name);
    return fmt::format("of an unknown codec ({})", printable(four_cc));
}

}  // namespace

std::string refusal_of_video_codec(unsigned codec_id) {
    switch (codec_id) {
        case 1:
            return refuse_video("JPEG");
        case 2:
            return refuse_video("Sorenson H.263 (Flash Video)");
        case 3:
            return refuse_video("Screen Video");
        case 4:
            return refuse_video("On2 VP6");
        case 5:
            return refuse_video("On2 VP6 with alpha");
        case 6:
            return refuse_video("Screen Video 2");
        case 8:
            return refuse_video("H.263");
        case 9:
            return refuse_video("MPEG-4 Part 2");
        // Not in Adobe's table, but what several encoders write in its old form.
        case 12:
            return refuse_video("HEVC (H.265)");
        case 13:
            return refuse_video("AV1");
        default:
            return refuse_video(fmt::format("of an unknown codec (number {})", codec_id));
    }
}

std::string refusal_of_audio_format(unsigned sound_format) {
    switch (sound_format) {
        case 0:
        case 3:
            return refuse_audio("uncompressed PCM");
        case 1:
            return refuse_audio("ADPCM");
        case 2:
        case 14:
            return refuse_audio("MP3");
        case 4:
        case 5:
        case 6:
            return refuse_audio("Nellymoser");
        case 7:
            return refuse_audio("G.711 A-law");
        case 8:
            return refuse_audio("G.711 mu-law");
        case 11:
            return refuse_audio("Speex");
        // As with video: written by encoders, in no table of Adobe's.
        case 13:
            return refuse_audio("Opus");
        default:
            return refuse_audio(fmt::format("of an unknown codec (number {})", sound_format));
    }
}

std::string refusal_of_video_four_cc(ByteView four_cc) {
    return refuse_video(name_of(kVideoNames, four_cc));
}

std::string refusal_of_audio_four_cc(ByteView four_cc) {
    return refuse_audio(name_of(kAudioNames, four_cc));
}

}  // namespace directfanz::flv
