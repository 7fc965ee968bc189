#include "platform/streams/failure_limiter.hpp"

#include <string>

#include <gtest/gtest.h>

namespace directfanz::streams {
namespace {

constexpr FailureLimits kLimits{.failures = 3, .window = seconds(60)};
constexpr std::string_view kAddress = "192.0.2.7";
SteadyTime const kStart{seconds(1'000)};

TEST(FailureLimiterTest, LetsAnAddressFailAsOftenAsTheLimitSays) {
    FailureLimiter limiter(kLimits);
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(limiter.blocked_for(kAddress, kStart));
        limiter.record(kAddress, kStart);
    }
    EXPECT_TRUE(limiter.blocked_for(kAddress, kStart));
}

TEST(FailureLimiterTest, TellsHowLongIsLeftOfTheWindowOfTheFirstFailure) {
    FailureLimiter limiter(kLimits);
    for (int i = 0; i < 3; ++i) limiter.record(kAddress, kStart + seconds(i * 10));
    EXPECT_EQ(limiter.blocked_for(kAddress, kStart + seconds(20)), seconds(40));
    EXPECT_EQ(limiter.blocked_for(kAddress, kStart + milliseconds(59'999)), milliseconds(1));
    EXPECT_FALSE(limiter.blocked_for(kAddress, kStart + seconds(60)));
}

TEST(FailureLimiterTest, BeginsANewWindowAfterTheOldOne) {
    FailureLimiter limiter(kLimits);
    for (int i = 0; i < 3; ++i) limiter.record(kAddress, kStart);
    auto const later = kStart + seconds(60);
    limiter.record(kAddress, later);
    EXPECT_FALSE(limiter.blocked_for(kAddress, later));
    limiter.record(kAddress, later);
    limiter.record(kAddress, later);
    EXPECT_EQ(limiter.blocked_for(kAddress, later), seconds(60));
}

TEST(FailureLimiterTest, CountsAddressesApart) {
    FailureLimiter limiter(kLimits);
    for (int i = 0; i < 3; ++i) limiter.record(kAddress, kStart);
    EXPECT_FALSE(limiter.blocked_for("192.0.2.8", kStart));
}

TEST(FailureLimiterTest, CountsAnIpv6NetworkAsOne) {
    FailureLimiter limiter(kLimits);
    limiter.record("2001:db8:1:2::1", kStart);
    limiter.record("2001:db8:1:2:ffff::2", kStart);
    limiter.record("2001:0DB8:0001:0002:3::4", kStart);
    EXPECT_TRUE(limiter.blocked_for("2001:db8:1:2:9:9:9:9", kStart));
    EXPECT_FALSE(limiter.blocked_for("2001:db8:1:3::1", kStart));
}

TEST(FailureLimiterTest, NamesWhatAnAddressCountsAs) {
    EXPECT_EQ(counted_as("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(counted_as("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(counted_as("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(counted_as("fe80::1%eth0"), "fe80::/64");
    EXPECT_EQ(counted_as("unknown"), "unknown");
    EXPECT_EQ(counted_as(""), "");
}

TEST(FailureLimiterTest, ForgetsTheAddressHeardOfLongestAgoWhenTheTableIsFull) {
    FailureLimiter limiter({.failures = 1, .window = seconds(60)});
    limiter.record("first", kStart);
    limiter.record("second", kStart);
    for (std::size_t i = 0; i < FailureLimiter::kMaxAddresses - 1; ++i) {
        limiter.record(std::to_string(i), kStart);
    }
    EXPECT_FALSE(limiter.blocked_for("first", kStart));
    EXPECT_TRUE(limiter.blocked_for("second", kStart));
}

}  // namespace
}  // namespace directfanz::streams
