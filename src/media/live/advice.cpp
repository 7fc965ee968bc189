#include "media/live/advice.hpp"

#include <fmt/format.h>

namespace directfanz::live {
namespace {

/// "8 s", "1.5 s".
std::string in_seconds(milliseconds duration) {
    auto const tenths = (duration.count() + 50) / 100;
    return tenths % 10 == 0 ? fmt::format("{} s", tenths / 10)
                            : fmt::format("{}.{} s", tenths / 10, tenths % 10);
}

}  // namespace

std::string_view name_of(packager::Advice advice) {
    switch (advice) {
        case packager::Advice::key_frames_too_far_apart:
            return "key_frames_too_far_apart";
        case packager::Advice::long_frame_gap:
            return "long_frame_gap";
    }
    return "unknown";
}

std::string sentence(packager::Advice advice, milliseconds measured) {
    auto const length = in_seconds(measured);
    switch (advice) {
        case packager::Advice::key_frames_too_far_apart:
            return fmt::format("Your key frames are {} apart: set the key-frame interval to 2 s.",
                               length);
        case packager::Advice::long_frame_gap:
            return fmt::format(
                "No picture came for {}: check your line, or lower the encoder's bit rate.",
                length);
    }
    return "";
}

}  // namespace directfanz::live
