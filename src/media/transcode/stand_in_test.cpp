#include "media/transcode/stand_in.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

constexpr std::int64_t kFrame = 3'000;
constexpr std::int64_t kSecond = kVideoTimescale;

/// A source that sends on time, on a clock of the test's own.
struct StandInTest : ::testing::Test {
    StandIn stand_in;
    SteadyTime const start{seconds(1'000)};
    /// Since `start`, in ticks; the source's times are the same.
    std::int64_t now = 0;
    std::vector<wire::Stalled> asked;

    SteadyTime time() const { return start + microseconds(now * 100 / 9); }

    void picture(std::int64_t pts, bool sync = false) {
        stand_in.picture({.dts = pts, .sync = sync}, time());
    }

    void ask() {
        if (auto const stalled = stand_in.ask(time())) asked.push_back(*stalled);
    }

    /// The source sends until `end`, `late` behind its time.
    void flows(std::int64_t end, std::int64_t late = 0) {
        for (; now < end; now += kFrame) {
            picture(now - late);
            if (now % 9'000 == 0) ask();
        }
    }

    void is_silent(std::int64_t end) {
        for (; now < end; now += 9'000) ask();
    }
};

TEST_F(StandInTest, ASourceThatFlowsIsLeftAlone) {
    flows(20 * kSecond);
    EXPECT_TRUE(asked.empty());
}

TEST_F(StandInTest, ASecondOfSilenceIsNotWaitedThrough) {
    flows(2 * kSecond);
    is_silent(3 * kSecond - kFrame);
    EXPECT_FALSE(stand_in.active());
    is_silent(3 * kSecond + 9'000);
    ASSERT_TRUE(stand_in.active());
    ASSERT_EQ(asked.size(), 1U);
    // Behind the source's last picture, whatever reordering there is, and up to the present.
    EXPECT_EQ(asked[0].after, 2 * kSecond + kFrame);
    EXPECT_GE(asked[0].until, 3 * kSecond - kFrame);
    EXPECT_LE(asked[0].until, now);
    EXPECT_TRUE(asked[0].flush);
    EXPECT_TRUE(asked[0].force_key);
    EXPECT_TRUE(asked[0].silence);
}

TEST_F(StandInTest, GoesOnInRealTimeWithAKeyPictureEveryTwoSeconds) {
    flows(2 * kSecond);
    is_silent(12 * kSecond);
    std::vector<std::int64_t> keys;
    auto from = asked.front().after;
    for (auto const& each : asked) {
        EXPECT_EQ(each.flush, from == asked.front().after);
        if (each.force_key) keys.push_back(from);
        EXPECT_GT(each.until, from);
        from = each.until;
    }
    ASSERT_EQ(keys.size(), 5U);
    for (std::size_t i = 1; i < keys.size(); ++i)
        EXPECT_EQ(keys[i] - keys[i - 1], StandIn::kKeyInterval);
    EXPECT_NEAR(static_cast<double>(from), static_cast<double>(now), 20'000);
}

TEST_F(StandInTest, ASlowSourceIsGivenThreeOfItsDistances) {
    for (; now < 10 * kSecond; now += kSecond * 3 / 4) picture(now);
    auto const last = now - kSecond * 3 / 4;
    is_silent(last + 2 * kSecond);
    EXPECT_FALSE(stand_in.active());
    is_silent(last + 5 * kSecond / 2);
    EXPECT_TRUE(stand_in.active());
}

TEST_F(StandInTest, WhereSoundGoesOnPicturesAreMissedSooner) {
    flows(2 * kSecond);
    while (now < 2 * kSecond + 36'000) {
        stand_in.sound(now, time());
        ask();
        now += 1'800;
    }
    ASSERT_TRUE(stand_in.active());
    EXPECT_FALSE(asked.back().silence) << "it is heard";
    EXPECT_LE(asked.back().until, now);
}

TEST_F(StandInTest, APublisherThatHasGoneIsNotWaitedFor) {
    flows(2 * kSecond);
    now += 9'000;
    stand_in.publisher_lost();
    ask();
    EXPECT_TRUE(stand_in.active());
    now += 9'000;
    ask();
    EXPECT_EQ(asked.size(), 2U);
}

TEST_F(StandInTest, WithoutTwoPicturesNothingCanStandIn) {
    is_silent(5 * kSecond);
    picture(now);
    is_silent(10 * kSecond);
    EXPECT_TRUE(asked.empty());
}

TEST_F(StandInTest, ASourceThatIsBackInTimeIsAskedForNothingMore) {
    flows(2 * kSecond);
    is_silent(6 * kSecond);
    auto const count = asked.size();
    auto const until = stand_in.until();
    flows(9 * kSecond);
    EXPECT_EQ(asked.size(), count);
    EXPECT_EQ(stand_in.until(), until);
    EXPECT_TRUE(stand_in.beyond(now));
    EXPECT_FALSE(stand_in.beyond(until));
    EXPECT_FALSE(stand_in.behind(time()));
    stand_in.end();
    EXPECT_FALSE(stand_in.active());
}

TEST_F(StandInTest, ASourceThatIsBackStillHasItsKeyPicturesEveryTwoSeconds) {
    flows(2 * kSecond);
    EXPECT_FALSE(stand_in.key_due(now));
    is_silent(6 * kSecond);
    std::vector<std::int64_t> keys;
    auto last = asked.front().after;
    for (auto const& each : asked) {
        if (each.force_key) keys.push_back(last);
        last = each.until;
    }
    for (; now < 12 * kSecond; now += kFrame) {
        picture(now);
        if (stand_in.key_due(now)) keys.push_back(now);
    }
    ASSERT_EQ(keys.size(), 5U);
    for (std::size_t i = 1; i < keys.size(); ++i) {
        EXPECT_GE(keys[i] - keys[i - 1], StandIn::kKeyInterval);
        EXPECT_LT(keys[i] - keys[i - 1], StandIn::kKeyInterval + 2 * kFrame);
    }
}

TEST_F(StandInTest, OneThatCatchesUpIsWaitedForAndNotMoved) {
    flows(2 * kSecond);
    is_silent(6 * kSecond);
    // Four times as fast as real time.
    for (auto pts = 2 * kSecond; pts < now; pts += kFrame) {
        now += kFrame / 4;
        picture(pts);
        ask();
        ASSERT_FALSE(stand_in.behind(time()));
    }
    auto const until = stand_in.until();
    EXPECT_GT(until, 6 * kSecond) << "the time is filled meanwhile";
    flows(now + 3 * kSecond);
    EXPECT_FALSE(stand_in.behind(time()));
    EXPECT_LT(stand_in.until(), until + kSecond);
}

TEST_F(StandInTest, OneThatGoesOnWhereItStoppedIsToBeMoved) {
    flows(2 * kSecond);
    is_silent(6 * kSecond);
    auto const back = now;
    flows(back + kSecond / 2, 4 * kSecond);
    EXPECT_FALSE(stand_in.behind(time())) << "it may catch up yet";
    flows(back + 2 * kSecond, 4 * kSecond);
    auto const by = stand_in.behind(time());
    ASSERT_TRUE(by);
    EXPECT_NEAR(static_cast<double>(*by), 4.0 * kSecond, 2.0 * kFrame);
    EXPECT_FALSE(stand_in.behind(time())) << "once";
    flows(now + kSecond);
    EXPECT_TRUE(stand_in.beyond(now));
}

TEST_F(StandInTest, OneThatFallsSilentAgainIsStoodInForAgain) {
    flows(2 * kSecond);
    is_silent(6 * kSecond);
    flows(7 * kSecond);
    auto const count = asked.size();
    is_silent(10 * kSecond);
    ASSERT_GT(asked.size(), count + 10);
    EXPECT_FALSE(asked.back().flush);
    EXPECT_GT(asked.back().until, 9 * kSecond);
}

TEST_F(StandInTest, AnotherPublisherBeginsAnew) {
    flows(2 * kSecond);
    stand_in.publisher_lost();
    is_silent(3 * kSecond);
    stand_in.reset();
    EXPECT_FALSE(stand_in.active());
    asked.clear();
    flows(5 * kSecond);
    EXPECT_TRUE(asked.empty());
}

}  // namespace
}  // namespace directfanz::transcode
