#include "media/live/advice.hpp"

#include <fmt/format.h>

namespace directfanz::live {
namespace {

/// Of thousandths: "8", "1.5".
std::string in_tenths(std::int64_t thousandths) {
    auto const tenths = (thousandths + 50) / 100;
    return tenths % 10 == 0 ? fmt::format("{}", tenths / 10)
                            : fmt::format("{}.{}", tenths / 10, tenths % 10);
}

}  // namespace

std::string_view name_of(AdviceKind kind) {
    switch (kind) {
        case AdviceKind::key_frames_too_far_apart:
            return "key_frames_too_far_apart";
        case AdviceKind::long_frame_gap:
            return "long_frame_gap";
        case AdviceKind::frames_dropped:
            return "frames_dropped";
        case AdviceKind::frames_late:
            return "frames_late";
        case AdviceKind::bitrate_too_high:
            return "bitrate_too_high";
        case AdviceKind::sound_missing:
            return "sound_missing";
        case AdviceKind::sound_silent:
            return "sound_silent";
        case AdviceKind::sound_too_loud:
            return "sound_too_loud";
        case AdviceKind::sample_rate:
            return "sample_rate";
    }
    return "unknown";
}

std::string sentence(Advice const& advice) {
    auto const measured = advice.measured;
    switch (advice.kind) {
        case AdviceKind::key_frames_too_far_apart:
            return fmt::format("Your key frames are {} s apart: set the key-frame interval to 2 s.",
                               in_tenths(measured));
        case AdviceKind::long_frame_gap:
            return fmt::format(
                "No picture came for {} s: check your line, or lower the encoder's bit rate.",
                in_tenths(measured));
        case AdviceKind::frames_dropped:
            return fmt::format(
                "{} % of the frames are missing: the computer or its line cannot keep up. Lower "
                "the bit rate, or choose a faster encoder preset or a smaller picture.",
                measured);
        case AdviceKind::frames_late:
            return fmt::format(
                "{} % of the frames come late: your line is too slow for this bit rate, or shared. "
                "Lower the bit rate, or use a cable instead of Wi-Fi.",
                measured);
        case AdviceKind::bitrate_too_high:
            return fmt::format(
                "Your picture takes {} Mbit/s: many viewers' lines cannot carry that. 3 to 6 "
                "Mbit/s are enough.",
                in_tenths(measured));
        case AdviceKind::sound_missing:
            return "No sound comes with your picture: add a microphone or another source of sound.";
        case AdviceKind::sound_silent:
            return fmt::format("Your sound has been silent for {} s: is the microphone muted?",
                               measured);
        case AdviceKind::sound_too_loud:
            return fmt::format(
                "Your sound is too loud and distorts ({} dB): turn the microphone or the mixer "
                "down.",
                measured);
        case AdviceKind::sample_rate:
            return fmt::format(
                "Your sound is sampled at {} kHz and has to be converted: set 48 kHz.",
                in_tenths(measured));
    }
    return "";
}

}  // namespace directfanz::live
