#pragma once

#include "media/transcode/wire/messages.hpp"
#include "worker/aac_encoder.hpp"
#include "worker/libav.hpp"

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/frame.h>
#include <libavutil/samplefmt.h>
}

/// For tests: AAC made on the spot.
namespace directfanz::worker::testing {

inline constexpr double kTone = 1000;

struct Sound {
    wire::TrackConfig config;
    std::vector<Sample> samples;
};

/// A tone from `first` on, as AAC.
inline Sound make_sound(AudioShape const& shape, int frames, std::int64_t first) {
    auto encoder = AacEncoder::open(shape, 128'000);
    EXPECT_TRUE(encoder);
    Sound sound{.config = {.kind = MediaKind::audio,
                           .codec = Codec::aac,
                           .timescale = static_cast<std::uint32_t>(shape.sample_rate),
                           .decoder_config = encoder->decoder_config()}};
    for (int i = 0; i <= frames; ++i) {
        auto frame = new_frame();
        frame->nb_samples = kAacFrame;
        frame->format = AV_SAMPLE_FMT_FLTP;
        frame->sample_rate = shape.sample_rate;
        av_channel_layout_default(&frame->ch_layout, shape.channels);
        av_frame_get_buffer(frame.get(), 0);
        frame->pts = first + i * kAacFrame;
        for (int channel = 0; channel < shape.channels; ++channel) {
            auto* const plane = reinterpret_cast<float*>(frame->extended_data[channel]);
            for (int s = 0; s < kAacFrame; ++s) {
                plane[s] = static_cast<float>(
                    0.5 * std::sin(2 * std::numbers::pi * kTone *
                                   static_cast<double>(i * kAacFrame + s) / shape.sample_rate));
            }
        }
        auto const samples = encoder->encode(i < frames ? frame.get() : nullptr);
        EXPECT_TRUE(samples);
        sound.samples.insert(sound.samples.end(), samples->begin(), samples->end());
    }
    return sound;
}

}  // namespace directfanz::worker::testing
