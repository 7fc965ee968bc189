#include "worker/audio_track.hpp"

#include "media/codec/aac.hpp"
#include "media/codec/silent_aac.hpp"
#include "worker/made_sound_test.hpp"
#include "worker/made_source_test.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/frame.h>
#include <libavutil/samplefmt.h>
}

namespace directfanz::worker {

namespace {

using namespace ::directfanz::worker::testing;

/// The loudness (root of the mean square) of each AAC frame, by its position.
std::map<std::int64_t, double> loudness(Blob const& config, std::vector<Sample> const& samples) {
    std::map<std::int64_t, double> heard;
    auto decoder = AudioDecoder::open(config.view());
    EXPECT_TRUE(decoder);
    for (auto const& sample : samples) {
        decoder->send(sample.payload.view(), sample.dts);
        while (auto const frame = decoder->receive()) {
            auto const* const plane = reinterpret_cast<float const*>(frame->extended_data[0]);
            double sum = 0;
            for (int i = 0; i < frame->nb_samples; ++i)
                sum += static_cast<double>(plane[i]) * static_cast<double>(plane[i]);
            heard[frame->pts] = std::sqrt(sum / frame->nb_samples);
        }
    }
    return heard;
}

class Running {
  public:
    explicit Running(std::uint32_t main = 128'000, std::uint32_t only = 64'000)
        : track_({.audio_bitrate = main, .audio_only_bitrate = only},
                 [this](wire::FromWorker const& message) { received.take(message); }) {}

    void configure(Sound const& sound) { ASSERT_TRUE(track_.configure(sound.config)); }
    void give(Sample const& sample, bool replay = false) {
        ASSERT_TRUE(track_.sample({.sample = sample, .replay = replay}));
    }
    void play(Sound const& sound) {
        configure(sound);
        for (auto const& sample : sound.samples) give(sample);
    }
    AudioTrack& track() { return track_; }

    Received received;

  private:
    AudioTrack track_;
};

/// All frames follow one another without a hole.
void expect_unbroken(std::vector<Sample> const& samples) {
    for (std::size_t i = 0; i < samples.size(); ++i) {
        EXPECT_EQ(samples[i].duration, 1024U);
        EXPECT_TRUE(samples[i].sync);
        if (i > 0) {
            EXPECT_EQ(samples[i].dts, samples[i - 1].dts + 1024) << i;
        }
    }
}

struct Shape {
    char const* name;
    AudioShape in;
    unsigned rate_out;
};

class AudioTrackShapes : public ::testing::TestWithParam<Shape> {};

TEST_P(AudioTrackShapes, TheToneComesOutAtItsTimeInBothRungs) {
    auto const& [name, in, rate_out] = GetParam();
    auto const frames = 60;
    // Ten seconds in.
    auto const sound = make_sound(in, frames, 10 * in.sample_rate);
    Running running;
    running.play(sound);
    ASSERT_TRUE(running.track().end());
    for (int const rung : {int{wire::kAudioRung}, int{wire::kAudioOnlyRung}}) {
        SCOPED_TRACE(rung);
        ASSERT_EQ(running.received.configs[rung].size(), 1U);
        auto const& config = running.received.configs[rung].front();
        EXPECT_EQ(config.timescale, rate_out);
        EXPECT_EQ(config.kind, MediaKind::audio);
        EXPECT_EQ(config.codec, Codec::aac);
        auto const& samples = running.received.samples[rung];
        expect_unbroken(samples);
        auto const rate = static_cast<double>(rate_out);
        auto const length = static_cast<double>(frames) * kAacFrame / in.sample_rate;
        for (auto const& [position, loud] : loudness(config.decoder_config, samples)) {
            auto const from = static_cast<double>(position) / rate - 10;
            auto const to = from + kAacFrame / rate;
            // 20 ms are the most that sound may be off.
            if (from > 0.02 && to < length - 0.02) {
                EXPECT_GT(loud, 0.25) << from;
            }
            if (to < -0.02 || from > length + 0.02) {
                EXPECT_LT(loud, 0.05) << from;
            }
        }
        EXPECT_GE(static_cast<double>(samples.back().dts + 1024) / rate - 10, length - 0.02);
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, AudioTrackShapes,
    ::testing::Values(Shape{"Stereo48", {.sample_rate = 48'000, .channels = 2}, 48'000},
                      Shape{"Stereo44_1", {.sample_rate = 44'100, .channels = 2}, 44'100},
                      Shape{"Mono48", {.sample_rate = 48'000, .channels = 1}, 48'000},
                      Shape{"Stereo22_05", {.sample_rate = 22'050, .channels = 2}, 48'000},
                      Shape{"Mono16", {.sample_rate = 16'000, .channels = 1}, 48'000},
                      Shape{"Surround", {.sample_rate = 48'000, .channels = 6}, 48'000}),
    [](auto const& instance) { return instance.param.name; });

TEST(AudioTrack, TellsOnceASecondHowLoudTheSourceIs) {
    Running running;
    running.play(make_sound({}, 48 * 4, 0));
    // A sine of half the full scale: 20 log10(0.5 / sqrt(2)) = -9.03 dB.
    ASSERT_EQ(running.received.levels.size(), 4U);
    for (auto const level : running.received.levels) EXPECT_NEAR(level, -90, 2);
}

TEST(AudioTrack, TellsOfSilence) {
    auto sound = make_sound({}, 150, 0);
    auto const track = aac::describe(sound.config.decoder_config);
    ASSERT_TRUE(track);
    auto const silent = aac::silent_frame(*track);
    ASSERT_TRUE(silent);
    for (auto& sample : sound.samples) sample.payload = *silent;
    Running running;
    running.play(sound);
    EXPECT_THAT(running.received.levels, ::testing::ElementsAre(-1000, -1000, -1000));
}

TEST(AudioTrack, AHoleIsFilledWithSilence) {
    auto const sound = make_sound({}, 100, 48'000);
    Running running(128'000, 0);
    running.configure(sound);
    for (std::size_t i = 0; i < sound.samples.size(); ++i)
        if (i < 30 || i >= 60) running.give(sound.samples[i]);
    ASSERT_TRUE(running.track().end());
    auto const& samples = running.received.samples[wire::kAudioRung];
    expect_unbroken(samples);
    auto const heard =
        loudness(running.received.configs[wire::kAudioRung].front().decoder_config, samples);
    for (auto const& [position, loud] : heard) {
        auto const frame = (position - 48'000) / kAacFrame;
        if (frame > 33 && frame < 56) EXPECT_LT(loud, 0.02) << frame;
        if (frame > 64 && frame < 95) EXPECT_GT(loud, 0.3) << frame;
    }
}

TEST(AudioTrack, SoundThatComesTwiceIsHeardOnce) {
    auto const sound = make_sound({}, 60, 48'000);
    Running running(128'000, 0);
    running.configure(sound);
    for (std::size_t i = 0; i < 40; ++i) running.give(sound.samples[i]);
    for (std::size_t i = 20; i < sound.samples.size(); ++i) running.give(sound.samples[i]);
    ASSERT_TRUE(running.track().end());
    auto const& samples = running.received.samples[wire::kAudioRung];
    expect_unbroken(samples);
    EXPECT_NEAR(static_cast<double>(samples.size()), 62, 2);
}

TEST(AudioTrack, AJitterOfMillisecondsNeitherCutsNorStretches) {
    auto const sound = make_sound({}, 100, 48'000);
    Running running(128'000, 0);
    running.configure(sound);
    for (std::size_t i = 0; i < sound.samples.size(); ++i) {
        auto sample = sound.samples[i];
        sample.dts += i % 2 == 0 ? 150 : -150;
        running.give(sample);
    }
    ASSERT_TRUE(running.track().end());
    auto const& samples = running.received.samples[wire::kAudioRung];
    expect_unbroken(samples);
    EXPECT_NEAR(static_cast<double>(samples.size()), 102, 1);
    for (auto const& [position, loud] :
         loudness(running.received.configs[wire::kAudioRung].front().decoder_config, samples)) {
        auto const frame = (position - 48'000) / kAacFrame;
        if (frame > 2 && frame < 98) EXPECT_NEAR(loud, 0.5 / std::numbers::sqrt2, 0.05) << frame;
    }
}

TEST(AudioTrack, AJumpBeginsTheLineAnew) {
    auto const before = make_sound({}, 20, 48'000);
    auto const after = make_sound({}, 20, 48'000 * 100);
    Running running(128'000, 0);
    running.play(before);
    running.play(after);
    ASSERT_TRUE(running.track().end());
    auto const& samples = running.received.samples[wire::kAudioRung];
    EXPECT_LT(samples.size(), 60U);
    EXPECT_GT(samples.back().dts, 48'000 * 100);
    EXPECT_EQ(running.received.configs[wire::kAudioRung].size(), 1U);
}

TEST(AudioTrack, TheSilentFrameOfServersIsSilentAndFitsBetweenOthers) {
    for (auto const channels : {1, 2}) {
        auto sound = make_sound({.channels = channels}, 40, 48'000);
        auto const track = aac::describe(sound.config.decoder_config).value();
        auto const silent = aac::silent_frame(track);
        ASSERT_TRUE(silent);
        for (std::size_t i = 15; i < 25; ++i) sound.samples[i].payload = *silent;
        auto const heard = loudness(sound.config.decoder_config, sound.samples);
        for (auto const& [position, loud] : heard) {
            auto const frame = static_cast<std::size_t>((position - 48'000) / kAacFrame);
            if (frame > 16 && frame < 24) EXPECT_LT(loud, 1e-6) << frame;
            if (frame > 2 && frame < 14) EXPECT_GT(loud, 0.25) << frame;
            if (frame > 27 && frame < 38) EXPECT_GT(loud, 0.25) << frame;
        }
    }
}

TEST(AudioTrack, ASilentSourceGivesSilenceUntilItIsBack) {
    auto const sound = make_sound({}, 120, 48'000);
    Running running(128'000, 0);
    running.configure(sound);
    for (std::size_t i = 0; i < 40; ++i) running.give(sound.samples[i]);
    // Frame 80 of the sound begins here.
    auto const back = 48'000 + 80 * kAacFrame;
    ASSERT_TRUE(running.track().stalled({.until = back * 90'000LL / 48'000}));
    for (std::size_t i = 60; i < sound.samples.size(); ++i) running.give(sound.samples[i]);
    ASSERT_TRUE(running.track().end());
    auto const& samples = running.received.samples[wire::kAudioRung];
    expect_unbroken(samples);
    for (auto const& [position, loud] :
         loudness(running.received.configs[wire::kAudioRung].front().decoder_config, samples)) {
        auto const frame = (position - 48'000) / kAacFrame;
        if (frame > 44 && frame < 76) EXPECT_LT(loud, 0.02) << frame;
        if (frame > 84 && frame < 116) EXPECT_GT(loud, 0.3) << frame;
    }
}

TEST(AudioTrack, WhatIsReplayedIsNotHeard) {
    auto const sound = make_sound({}, 60, 48'000);
    Running running(128'000, 0);
    running.configure(sound);
    for (std::size_t i = 0; i < sound.samples.size(); ++i) running.give(sound.samples[i], i < 30);
    ASSERT_TRUE(running.track().end());
    EXPECT_GE(running.received.samples[wire::kAudioRung].front().dts,
              sound.samples[30].dts - 2 * kAacFrame);
}

TEST(AudioTrack, NoiseInsteadOfSoundHarmsNobody) {
    auto sound = make_sound({}, 80, 48'000);
    for (std::size_t i = 20; i < 40; ++i) {
        Bytes bytes(150);
        for (std::size_t at = 0; at < bytes.size(); ++at)
            bytes[at] = static_cast<std::uint8_t>(at * i * 77 + i);
        sound.samples[i].payload = Blob(std::move(bytes));
    }
    sound.samples[41].payload = Blob();
    Running running;
    running.play(sound);
    ASSERT_TRUE(running.track().end());
    expect_unbroken(running.received.samples[wire::kAudioRung]);
    EXPECT_GE(running.received.samples[wire::kAudioRung].back().dts,
              sound.samples.back().dts - 2 * kAacFrame);
}

TEST(AudioTrack, NothingIsEncodedThatNobodyAskedFor) {
    Running running(0, 0);
    running.play(make_sound({}, 20, 0));
    ASSERT_TRUE(running.track().end());
    EXPECT_TRUE(running.received.samples.empty());
    EXPECT_TRUE(running.received.configs.empty());
}

}  // namespace

}  // namespace directfanz::worker
