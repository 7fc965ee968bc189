#include "worker/sound_meter.hpp"

#include <algorithm>
#include <cmath>
#include <span>

extern "C" {
#include <libavutil/frame.h>
}

namespace directfanz::worker {

std::optional<std::int32_t> SoundMeter::add(AVFrame const& frame) {
    for (int channel = 0; channel < frame.ch_layout.nb_channels; ++channel) {
        auto const* const plane = reinterpret_cast<float const*>(frame.extended_data[channel]);
        for (auto const value : std::span(plane, static_cast<std::size_t>(frame.nb_samples)))
            squares_ += static_cast<double>(value) * static_cast<double>(value);
        values_ += frame.nb_samples;
    }
    samples_ += frame.nb_samples;
    if (samples_ < frame.sample_rate) return std::nullopt;
    // 10 log10 of the power, in tenths. A damaged frame may hold what is no number.
    auto const tenths = 100 * std::log10(squares_ / static_cast<double>(values_));
    clear();
    constexpr double kLeast = kSilence;
    constexpr double kMost = 1000;
    if (std::isnan(tenths)) return kSilence;
    return static_cast<std::int32_t>(std::lround(std::clamp(tenths, kLeast, kMost)));
}

}  // namespace directfanz::worker
