#include "system/http/http2_budget.hpp"

#include <gtest/gtest.h>

namespace directfanz::http {
namespace {

TEST(Http2Budget, AllowsABurstAndThenARate) {
    SteadyTime now{};
    Http2Budget budget(3, 2, now);
    for (auto i = 0; i < 3; ++i) EXPECT_TRUE(budget.take(now));
    EXPECT_FALSE(budget.take(now));
    now += milliseconds(499);
    EXPECT_FALSE(budget.take(now));
    now += milliseconds(1);
    EXPECT_TRUE(budget.take(now));
    EXPECT_FALSE(budget.take(now));
}

TEST(Http2Budget, SavesNoMoreThanTheBurst) {
    SteadyTime now{};
    Http2Budget budget(2, 100, now);
    now += seconds(60);
    budget.give(50);
    EXPECT_TRUE(budget.take(now));
    EXPECT_TRUE(budget.take(now));
    EXPECT_TRUE(budget.take(now)) << "the time since it began counts once";
    EXPECT_TRUE(budget.take(now));
    EXPECT_FALSE(budget.take(now));
}

TEST(Http2Budget, TakesWhatIsGiven) {
    SteadyTime const now{};
    Http2Budget budget(1, 1, now);
    EXPECT_TRUE(budget.take(now));
    budget.give(0.5);
    EXPECT_FALSE(budget.take(now));
    budget.give(0.5);
    EXPECT_TRUE(budget.take(now));
}

}  // namespace
}  // namespace directfanz::http
