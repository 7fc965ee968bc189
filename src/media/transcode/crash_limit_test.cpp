#include "media/transcode/crash_limit.hpp"

#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

TEST(CrashLimit, ThreeInAMinuteAreTooMany) {
    CrashLimit limit;
    SteadyTime const begin;
    EXPECT_FALSE(limit.crashed(begin));
    EXPECT_FALSE(limit.crashed(begin + seconds(30)));
    EXPECT_TRUE(limit.crashed(begin + seconds(59)));
}

TEST(CrashLimit, ThreeInMoreThanAMinuteAreNot) {
    CrashLimit limit;
    for (auto i = 0; i < 20; ++i) EXPECT_FALSE(limit.crashed(SteadyTime() + i * seconds(30))) << i;
}

}  // namespace
}  // namespace directfanz::transcode
