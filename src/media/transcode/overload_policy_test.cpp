#include "media/transcode/overload_policy.hpp"

#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

constexpr milliseconds kTick{100};

struct Machine {
    OverloadPolicy policy{4};
    SteadyTime now = SteadyTime() + std::chrono::hours(1);
    int changes = 0;

    void run(milliseconds duration, milliseconds lag) {
        for (auto const end = now + duration; now < end; now += kTick)
            changes += policy.update(now, lag) ? 1 : 0;
    }

    /// Until the level changes; at most an hour.
    milliseconds until_change(milliseconds lag) {
        auto const begin = now;
        while (now - begin < std::chrono::hours(1)) {
            now += kTick;
            if (policy.update(now, lag)) return std::chrono::floor<milliseconds>(now - begin);
        }
        return milliseconds::max();
    }
};

TEST(OverloadPolicy, ShedsNothingWhileTheWorkerKeepsUp) {
    Machine machine;
    machine.run(seconds(60), milliseconds(150));
    machine.run(seconds(60), milliseconds(900));
    EXPECT_EQ(machine.policy.level(), 0U);
    EXPECT_EQ(machine.changes, 0);
}

TEST(OverloadPolicy, ShortHiccupsAreForgiven) {
    Machine machine;
    for (auto i = 0; i < 100; ++i) {
        machine.run(milliseconds(1'900), seconds(3));
        machine.run(milliseconds(100), milliseconds(900));
    }
    EXPECT_EQ(machine.policy.level(), 0U);
}

TEST(OverloadPolicy, TwoSecondsBehindShedOneLevelAtATime) {
    Machine machine;
    machine.run(seconds(2), seconds(2));
    EXPECT_EQ(machine.policy.level(), 0U);
    machine.run(kTick, seconds(2));
    EXPECT_EQ(machine.policy.level(), 1U);
    machine.run(seconds(2), seconds(2));
    EXPECT_EQ(machine.policy.level(), 1U) << "the first level has had no time to help";
    machine.run(2 * kTick, seconds(2));
    EXPECT_EQ(machine.policy.level(), 2U);
}

TEST(OverloadPolicy, StopsWhereThereIsNothingLeftToShed) {
    Machine machine;
    machine.run(seconds(60), seconds(10));
    EXPECT_EQ(machine.policy.level(), 4U);
    EXPECT_EQ(machine.changes, 4);
}

TEST(OverloadPolicy, RecoversOneLevelAfterAQuietTime) {
    Machine machine;
    machine.run(seconds(5), seconds(2));
    ASSERT_EQ(machine.policy.level(), 2U);
    EXPECT_GE(machine.until_change(milliseconds(100)), OverloadPolicy::kQuiet);
    EXPECT_EQ(machine.policy.level(), 1U);
    EXPECT_GE(machine.until_change(milliseconds(100)), OverloadPolicy::kQuiet);
    EXPECT_EQ(machine.policy.level(), 0U);
    machine.run(seconds(100), milliseconds(100));
    EXPECT_EQ(machine.policy.level(), 0U);
}

TEST(OverloadPolicy, IsNotQuietWhileTheWorkerIsJustBehind) {
    Machine machine;
    machine.run(seconds(3), seconds(2));
    ASSERT_EQ(machine.policy.level(), 1U);
    for (auto i = 0; i < 100; ++i) {
        machine.run(seconds(10), milliseconds(100));
        machine.run(kTick, milliseconds(600));
    }
    EXPECT_EQ(machine.policy.level(), 1U);
}

TEST(OverloadPolicy, WhatWasTooMuchIsGivenBackMoreAndMoreSeldom) {
    Machine machine;
    machine.until_change(seconds(2));
    milliseconds waited{};
    for (auto i = 0; i < 10; ++i) {
        auto const next = machine.until_change(milliseconds(100));
        EXPECT_GE(next, waited);
        EXPECT_LE(next, OverloadPolicy::kLongestQuiet + 2 * kTick);
        waited = next;
        machine.until_change(seconds(2));
        ASSERT_EQ(machine.policy.level(), 1U);
    }
    EXPECT_GE(waited, OverloadPolicy::kLongestQuiet);
}

TEST(OverloadPolicy, ANewWorkerMayCatchUpFirst) {
    Machine machine;
    machine.run(milliseconds(1'900), seconds(2));
    machine.policy.restarted(machine.now);
    machine.run(OverloadPolicy::kGrace + OverloadPolicy::kPatience, seconds(2));
    EXPECT_EQ(machine.policy.level(), 0U);
    machine.run(milliseconds(300), seconds(2));
    EXPECT_EQ(machine.policy.level(), 1U);
}

TEST(OverloadPolicy, WithNothingToShedDoesNothing) {
    OverloadPolicy policy(0);
    for (auto i = 0; i < 100; ++i)
        EXPECT_FALSE(policy.update(SteadyTime() + seconds(i), seconds(5)));
}

}  // namespace
}  // namespace directfanz::transcode
