#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// What is said of an encoder that could do better: the one place of the words.
namespace directfanz::live {

enum class AdviceKind : std::uint8_t {
    key_frames_too_far_apart,  ///< milliseconds
    long_frame_gap,            ///< milliseconds without a picture
    frames_dropped,            ///< percent of the frames
    frames_late,               ///< percent of the frames
    bitrate_too_high,          ///< of the picture, in kbit/s
    sound_missing,             ///< seconds since the encoder began
    sound_silent,              ///< seconds
    sound_too_loud,            ///< dB below full scale (RMS)
    sample_rate,               ///< Hz
};

struct Advice {
    AdviceKind kind{};
    /// In the kind's unit.
    std::int64_t measured = 0;

    bool operator==(Advice const&) const = default;
};

/// "key_frames_too_far_apart", for machines.
std::string_view name_of(AdviceKind kind);

/// One or two sentences for the creator: "Your key frames are 8 s apart: …".
std::string sentence(Advice const& advice);

}  // namespace directfanz::live
