#include "media/packager/date_correction.hpp"

#include <functional>
#include <random>

#include <gtest/gtest.h>

namespace directfanz::packager {
namespace {

constexpr WallTime kBegan{seconds(1'800'000'000)};
constexpr microseconds kFrame{21'333};
constexpr microseconds kSegment = seconds(2);

/// A connection, whose media times begin with 0 and whose dates, uncorrected, at `kBegan`.
struct Line {
    DateCorrection correction;
    /// Of the media, less one; what 200 ppm means is 0.0002.
    double fast = 0;
    /// How late what was captured at a time comes.
    std::function<microseconds(microseconds)> delay = [](microseconds) { return microseconds(0); };
    microseconds media{};
    microseconds next_cut = kSegment;
    /// Corrected date less the time of the capture, as it was at the beginnings of segments.
    microseconds least_error = microseconds::max();
    microseconds most_error = microseconds::min();
    microseconds largest_step{};

    void run(microseconds how_long) {
        for (auto const end = media + how_long; media < end; media += kFrame) {
            microseconds const captured(
                static_cast<std::int64_t>(static_cast<double>(media.count()) / (1 + fast)));
            auto const arrival = captured + delay(captured);
            correction.arrived(kBegan + arrival, arrival - media);
            if (media < next_cut) continue;
            next_cut += kSegment;
            auto const before = correction.value();
            auto const after = correction.next_segment();
            largest_step = std::max(largest_step, std::chrono::abs(after - before));
            auto const error = media + after - captured;
            least_error = std::min(least_error, error);
            most_error = std::max(most_error, error);
        }
    }
};

constexpr microseconds kHalfADay = std::chrono::hours(12);

TEST(DateCorrection, MovesNothingWhereTheClocksAgree) {
    Line line;
    line.run(kHalfADay);
    EXPECT_EQ(line.correction.value(), microseconds(0));
}

TEST(DateCorrection, KeepsDatesOfAFastOrSlowClockNearTheirArrivalForHalfADay) {
    for (auto const fast : {0.0002, -0.0002, 0.00005, -0.00005}) {
        SCOPED_TRACE(fast);
        Line line{.fast = fast};
        line.run(kHalfADay);
        EXPECT_GE(line.least_error, -milliseconds(50));
        EXPECT_LE(line.most_error, milliseconds(50));
        EXPECT_NEAR(static_cast<double>(line.correction.value().count()),
                    static_cast<double>(kHalfADay.count()) * -fast, 50'000);
    }
}

TEST(DateCorrection, FollowsTheClockOnALineWithJitterAndStalls) {
    std::mt19937 random(1);
    std::uniform_int_distribution<int> jitter(0, 300'000);
    for (auto const fast : {0.0002, -0.0002}) {
        SCOPED_TRACE(fast);
        Line line{.fast = fast, .delay = [&](microseconds captured) {
                      auto const stalled = captured % seconds(100);
                      auto const wait = stalled < seconds(5) ? seconds(5) - stalled : seconds(0);
                      return std::max<microseconds>(wait, microseconds(jitter(random)));
                  }};
        line.run(kHalfADay);
        EXPECT_GE(line.least_error, -milliseconds(50));
        EXPECT_LE(line.most_error, milliseconds(50));
    }
}

TEST(DateCorrection, TakesNoJitterForDrift) {
    std::mt19937 random(2);
    std::uniform_int_distribution<int> jitter(0, 300'000);
    Line line{.delay = [&](microseconds) { return microseconds(jitter(random)); }};
    line.run(kHalfADay);
    EXPECT_EQ(line.correction.value(), microseconds(0));
}

TEST(DateCorrection, TakesNoStallForDrift) {
    // All that a stall held up comes at its end.
    Line line{.delay = [](microseconds captured) -> microseconds {
        auto const into = captured % seconds(30);
        return into < seconds(5) ? seconds(5) - into : seconds(0);
    }};
    line.run(kHalfADay);
    EXPECT_EQ(line.correction.value(), microseconds(0));
}

TEST(DateCorrection, MovesAtMostAMillisecondASegment) {
    // A camera that was switched to another, whose picture takes half a second longer.
    Line line{.delay = [](microseconds captured) -> microseconds {
        return captured < seconds(600) ? milliseconds(0) : milliseconds(500);
    }};
    line.run(seconds(600));
    EXPECT_EQ(line.correction.value(), microseconds(0));
    line.run(seconds(4000));
    EXPECT_EQ(line.largest_step, DateCorrection::kStep);
    EXPECT_GE(line.correction.value(), milliseconds(485));
    EXPECT_LE(line.correction.value(), milliseconds(500));
}

TEST(DateCorrection, KeepsWhatItHasCorrectedWhenAnotherConnectionBegins) {
    Line first{.fast = 0.0002};
    first.run(std::chrono::hours(1));
    auto const before = first.correction.value();
    ASSERT_LT(before, -milliseconds(600));
    // Dates count from the new connection's beginning; its lateness is another.
    Line second{.correction = first.correction,
                .delay = [](microseconds) { return milliseconds(700); }};
    second.correction.restart();
    second.run(std::chrono::hours(1));
    EXPECT_EQ(second.correction.value(), before);
}

TEST(DateCorrection, SaysNothingBeforeItHasSeenAMinute) {
    Line line{.fast = 0.01};
    line.run(seconds(59));
    EXPECT_EQ(line.correction.value(), microseconds(0));
}

}  // namespace
}  // namespace directfanz::packager
