#include "media/packager/targets.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace directfanz::packager {
namespace {

Targets choose(std::optional<microseconds> segment, double frame_rate = 30,
               microseconds audio_frame = microseconds(21'333), PackagerSettings settings = {}) {
    std::vector<microseconds> frames;
    for (int i = 0; frame_rate > 0 && i < 60; ++i) {
        // As RTMP's milliseconds have it.
        auto const ms = [&](int n) {
            return static_cast<std::int64_t>(n * 1000 / frame_rate + 0.5);
        };
        frames.push_back(milliseconds(ms(i + 1) - ms(i)));
    }
    return choose_targets(settings,
                          {.segment = segment, .frames = frames, .audio_frame = audio_frame});
}

TEST(TargetDuration, IsTheFirstSegmentsAsExtinfRoundsWithAQuarterSecondOfHeadroom) {
    EXPECT_EQ(choose(seconds(2)).target_duration, seconds(2));
    EXPECT_EQ(choose(milliseconds(2002)).target_duration, seconds(2)) << "29.97 fps";
    EXPECT_EQ(choose(milliseconds(2100)).target_duration, seconds(3));
    EXPECT_EQ(choose(milliseconds(4000)).target_duration, seconds(4));
    for (int ms = 200; ms < 6000; ms += 10) {
        auto const target = choose(milliseconds(ms)).target_duration;
        EXPECT_GE(longest_segment(target) - milliseconds(ms), milliseconds(250)) << ms;
        EXPECT_LT(target - milliseconds(ms), seconds(1)) << "no later than need be, " << ms;
    }
}

TEST(TargetDuration, IsTheLongestAllowedIfNoSecondKeyFrameCame) {
    EXPECT_EQ(choose(std::nullopt).target_duration, seconds(6));
    EXPECT_EQ(choose(seconds(9)).target_duration, seconds(6));
    EXPECT_EQ(choose(std::nullopt, 30, {}, {.longest_target_duration = seconds(4)}).target_duration,
              seconds(4));
}

TEST(PartTarget, IsWholeVideoFrames) {
    EXPECT_EQ(choose(seconds(2), 15).part_target, milliseconds(267));
    EXPECT_EQ(choose(seconds(2), 24).part_target, milliseconds(250));
    EXPECT_EQ(choose(seconds(2), 25).part_target, milliseconds(240));
    EXPECT_EQ(choose(seconds(2), 30).part_target, milliseconds(234));
    EXPECT_EQ(choose(seconds(2), 60).part_target, milliseconds(250));
}

TEST(PartTarget, IsReachedToEightyFivePercentByWholeFramesOfVideoAndOfAudio) {
    for (double const rate :
         {5., 10., 12.5, 15., 20., 23.976, 24., 25., 29.97, 30., 50., 60., 120.}) {
        for (int const audio_rate : {48'000, 44'100, 32'000, 24'000, 22'050, 16'000}) {
            for (int const part : {200, 250, 333, 500, 1000}) {
                SCOPED_TRACE(::testing::Message()
                             << rate << " fps, " << audio_rate << " Hz, " << part);
                microseconds const audio(1024'000'000 / audio_rate);
                auto const target =
                    choose(seconds(2), rate, audio, {.part_duration = milliseconds(part)})
                        .part_target;
                microseconds const video(static_cast<std::int64_t>(1e6 / rate));
                EXPECT_GE(target / video * video * 100, target * 85);
                EXPECT_GE(target / audio * audio * 100, target * 85);
                EXPECT_GE(target, milliseconds(200));
                EXPECT_LE(target, milliseconds(1000));
                EXPECT_LE(std::chrono::abs(target - milliseconds(part)), milliseconds(200));
            }
        }
    }
}

TEST(PartTarget, IsWholeAudioFramesWithoutVideo) {
    EXPECT_EQ(choose(seconds(2), 0).part_target, milliseconds(256));
}

TEST(PartTarget, KeepsToItsRangeWhateverIsAsked) {
    EXPECT_GE(choose(seconds(2), 30, {}, {.part_duration = milliseconds(20)}).part_target,
              milliseconds(200));
    EXPECT_LE(choose(seconds(2), 30, {}, {.part_duration = milliseconds(9000)}).part_target,
              milliseconds(1000));
    EXPECT_EQ(choose(seconds(4), 0.5, {}).part_target, milliseconds(1000));
}

}  // namespace
}  // namespace directfanz::packager
