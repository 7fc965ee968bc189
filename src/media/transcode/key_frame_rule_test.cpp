#include "media/transcode/key_frame_rule.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

constexpr microseconds kFrame{33'333};

/// A source of 30 frames a second whose key frames are the first at or after these times.
struct Source {
    KeyFrameRule rule;
    microseconds now{};

    Mode key_frame_after(milliseconds distance) {
        auto const at = now + distance;
        for (now += kFrame; now < at; now += kFrame) {
            if (rule.picture(now, false) == Mode::grid) return Mode::grid;
        }
        now = at;
        return rule.picture(now, true);
    }

    Source() { rule.picture(now, true); }
};

Mode after(std::vector<int> const& distances_ms) {
    Source source;
    for (auto const distance : distances_ms) source.key_frame_after(milliseconds(distance));
    return source.rule.mode();
}

TEST(KeyFrameRule, RegularKeyFramesAreFollowed) {
    EXPECT_EQ(after(std::vector(50, 2'000)), Mode::follow);
    EXPECT_EQ(after(std::vector(50, 500)), Mode::follow);
    EXPECT_EQ(after(std::vector(50, 3'000)), Mode::follow);
    EXPECT_EQ(after(std::vector(50, 4'000)), Mode::follow);
}

TEST(KeyFrameRule, KeyFramesThatAreTooFarApartAreNotFollowed) {
    EXPECT_EQ(after({4'100}), Mode::grid);
    EXPECT_EQ(after({10'000}), Mode::grid);
}

TEST(KeyFrameRule, KeyFramesFurtherApartThanASegmentAreNotFollowedForLong) {
    Source source;
    source.key_frame_after(milliseconds(2'000));
    source.rule.segments_at_most(milliseconds(2'300));
    EXPECT_EQ(source.key_frame_after(milliseconds(2'300)), Mode::follow);
    EXPECT_EQ(source.key_frame_after(milliseconds(2'400)), Mode::follow) << "one is forgiven";
    EXPECT_EQ(source.key_frame_after(milliseconds(2'400)), Mode::grid);
}

TEST(KeyFrameRule, SegmentsLongerThanWhatCanBeFollowedAllowNoMore) {
    Source source;
    source.rule.segments_at_most(milliseconds(6'300));
    EXPECT_EQ(source.key_frame_after(milliseconds(4'100)), Mode::grid);
}

TEST(KeyFrameRule, ASourceWithoutASecondKeyFrameIsNotWaitedFor) {
    KeyFrameRule rule;
    rule.picture(seconds(1), true);
    EXPECT_EQ(rule.picture(seconds(5), false), Mode::follow);
    EXPECT_EQ(rule.picture(seconds(5) + kFrame, false), Mode::grid);
}

TEST(KeyFrameRule, SceneCutsInBetweenHarmNobody) {
    EXPECT_EQ(after({2'000, 300, 1'700, 2'000, 40, 1'960, 900, 1'100, 2'000}), Mode::follow);
}

TEST(KeyFrameRule, OneStutterIsForgiven) {
    EXPECT_EQ(after({2'000, 2'000, 2'000, 4'500, 2'000, 2'000}), Mode::follow);
}

TEST(KeyFrameRule, AStutterIsForgottenAfterAWhile) {
    std::vector<int> distances;
    for (auto i = 0; i < 5; ++i) {
        distances.push_back(4'500);
        distances.insert(distances.end(), KeyFrameRule::kRemembered, 2'000);
    }
    distances.erase(distances.begin());
    EXPECT_EQ(after(distances), Mode::follow);
}

TEST(KeyFrameRule, LateTwiceIsAHabit) {
    EXPECT_EQ(after({2'000, 2'000, 4'500, 2'000, 4'500}), Mode::grid);
}

TEST(KeyFrameRule, MuchLaterThanUsualTwiceIsAHabitToo) {
    EXPECT_EQ(after({1'000, 1'000, 1'000, 3'500}), Mode::follow);
    EXPECT_EQ(after({1'000, 1'000, 1'000, 3'500, 1'000, 3'500}), Mode::grid);
    // Not worth a grid: no segment becomes long by it.
    EXPECT_EQ(after({500, 500, 500, 2'400, 500, 2'400, 500}), Mode::follow);
}

TEST(KeyFrameRule, TheIrregularSourceOfTheMeasurementsGetsAGrid) {
    KeyFrameRule rule;
    for (auto const ms : {70, 3'500, 5'200, 7'800, 10'000}) {
        EXPECT_EQ(rule.picture(milliseconds(ms), true), Mode::follow) << ms;
    }
    EXPECT_EQ(rule.picture(milliseconds(18'300), true), Mode::follow) << "one stutter";
    EXPECT_EQ(rule.picture(milliseconds(26'400), false), Mode::grid);
}

TEST(KeyFrameRule, StaysWithTheGrid) {
    Source source;
    source.key_frame_after(seconds(10));
    ASSERT_EQ(source.rule.mode(), Mode::grid);
    for (auto i = 0; i < 100; ++i) {
        source.now += seconds(2);
        EXPECT_EQ(source.rule.picture(source.now, true), Mode::grid);
    }
    source.rule.forget_last();
    EXPECT_EQ(source.rule.picture(source.now, true), Mode::grid);
}

TEST(KeyFrameRule, APauseIsNoDistance) {
    Source source;
    for (auto i = 0; i < 5; ++i) source.key_frame_after(seconds(2));
    for (auto i = 0; i < 5; ++i) {
        source.rule.forget_last();
        source.now += seconds(30);
        // What comes before its first key frame cannot be decoded.
        EXPECT_EQ(source.rule.picture(source.now, false), Mode::follow);
        source.now += kFrame;
        EXPECT_EQ(source.rule.picture(source.now, true), Mode::follow);
    }
}

TEST(KeyFrameRule, WaitsForTheFirstKeyFrame) {
    KeyFrameRule rule;
    for (auto i = 0; i < 1'000; ++i) EXPECT_EQ(rule.picture(i * kFrame, false), Mode::follow);
}

}  // namespace
}  // namespace directfanz::transcode
