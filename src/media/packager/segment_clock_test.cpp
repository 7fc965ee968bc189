#include "media/packager/segment_clock.hpp"

#include <gtest/gtest.h>

namespace directfanz::packager {
namespace {

using Start = SegmentClock::Start;
using Break = SegmentClock::Break;

constexpr microseconds kFrame = milliseconds(33);

SegmentClock clock_of_two_seconds() {
    return {{100, 100}, seconds(2), milliseconds(2300)};
}

TEST(SegmentClock, NumbersGoUpByOneFromTheFirst) {
    auto clock = clock_of_two_seconds();
    EXPECT_EQ(clock.cut(seconds(0), Start::independent, Break::none).media_sequence, 100U);
    EXPECT_EQ(clock.cut(seconds(2), Start::independent, Break::none).media_sequence, 101U);
}

TEST(SegmentClock, DiscontinuitiesAreCountedFromTheSameFirstNumber) {
    auto clock = clock_of_two_seconds();
    EXPECT_EQ(clock.cut(seconds(0), Start::independent, Break::none).discontinuity_sequence, 100U);
    auto const mark = clock.cut(seconds(2), Start::independent, Break::discontinuity);
    EXPECT_TRUE(mark.discontinuity);
    EXPECT_EQ(mark.discontinuity_sequence, 101U);
    EXPECT_EQ(clock.cut(seconds(4), Start::independent, Break::none).discontinuity_sequence, 101U);
}

TEST(SegmentClock, EndsASegmentAtTheFirstKeyFrameThatMakesItLongEnough) {
    auto clock = clock_of_two_seconds();
    EXPECT_TRUE(clock.key_frame(seconds(0), kFrame)) << "the first segment begins at a key frame";
    clock.cut(seconds(0), Start::independent, Break::none);
    EXPECT_FALSE(clock.key_frame(seconds(1), kFrame));
    EXPECT_TRUE(clock.key_frame(seconds(2), kFrame));
}

TEST(SegmentClock, ForgivesHalfAFrame) {
    auto clock = clock_of_two_seconds();
    clock.key_frame(seconds(0), kFrame);
    clock.cut(seconds(0), Start::independent, Break::none);
    EXPECT_TRUE(clock.key_frame(milliseconds(1990), kFrame));
}

TEST(SegmentClock, EndsASegmentEarlyRatherThanInsideTheNextGroupOfPictures) {
    auto clock = clock_of_two_seconds();
    clock.key_frame(seconds(0), kFrame);
    clock.cut(seconds(0), Start::independent, Break::none);
    EXPECT_TRUE(clock.key_frame(seconds(2), kFrame));
    clock.cut(seconds(2), Start::independent, Break::none);
    // A scene change: the next key frame may be due at 5.2 s, 3.2 s behind the start.
    EXPECT_TRUE(clock.key_frame(milliseconds(3200), kFrame));
}

TEST(SegmentClock, LeavesTheFirstQuarterOfASegmentAlone) {
    auto clock = clock_of_two_seconds();
    clock.key_frame(seconds(0), kFrame);
    clock.cut(seconds(0), Start::independent, Break::none);
    clock.key_frame(seconds(2), kFrame);
    clock.cut(seconds(2), Start::independent, Break::none);
    EXPECT_FALSE(clock.key_frame(milliseconds(2400), kFrame));
}

TEST(SegmentClock, EndsASegmentThatPlayersCannotStartInAtTheNextKeyFrame) {
    auto clock = clock_of_two_seconds();
    clock.key_frame(seconds(0), kFrame);
    clock.cut(seconds(0), Start::independent, Break::none);
    EXPECT_TRUE(clock.exceeded(milliseconds(2301)));
    EXPECT_FALSE(clock.exceeded(milliseconds(2300)));
    clock.cut(milliseconds(2270), Start::dependent, Break::none);
    EXPECT_TRUE(clock.key_frame(milliseconds(2500), kFrame));
}

TEST(SegmentClock, CutsAudioOnAGridSoThatSegmentsAreAsLongAsAskedInTheMean) {
    auto clock = clock_of_two_seconds();
    clock.cut(seconds(0), Start::independent, Break::none);
    std::int64_t cuts = 0;
    microseconds last{};
    for (std::int64_t frame = 0; frame < 48'000 * 200 / 1024; ++frame) {
        microseconds const time(frame * 1024 * 1'000'000 / 48'000);
        if (!clock.reached(time)) continue;
        clock.cut(time, Start::independent, Break::none);
        last = time;
        ++cuts;
    }
    EXPECT_EQ(cuts, 99);
    EXPECT_LT(last, seconds(198) + milliseconds(22));
}

TEST(SegmentClock, TellsWhereALeaderThatCanCutAnywhereWouldCutNext) {
    auto clock = clock_of_two_seconds();
    clock.cut(seconds(0), Start::independent, Break::none);
    clock.cut(milliseconds(2021), Start::independent, Break::none);
    EXPECT_EQ(clock.next_cut(), seconds(4)) << "on the grid";
    EXPECT_TRUE(clock.reached(clock.next_cut()));
}

TEST(SegmentClock, NeverPutsTheNextCutWhereTheSegmentWouldBeTooLong) {
    SegmentClock clock({100, 100}, seconds(2), milliseconds(1300));
    clock.cut(seconds(0), Start::independent, Break::none);
    EXPECT_EQ(clock.next_cut(), milliseconds(1300));
    EXPECT_FALSE(clock.exceeded(clock.next_cut()));
}

TEST(SegmentClock, NeverGoesBack) {
    auto clock = clock_of_two_seconds();
    clock.cut(seconds(5), Start::independent, Break::none);
    EXPECT_EQ(clock.cut(seconds(4), Start::independent, Break::none).time, seconds(5));
}

}  // namespace
}  // namespace directfanz::packager
