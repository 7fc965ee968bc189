#include "platform/api/rate_limiter.hpp"

#include "base/property_test.hpp"

#include <string>

namespace directfanz::api {
namespace {

/// Reading: 3 at once and one more every 10 s. All else: 2 at once, one more every second.
RateTable const kTable{{{.requests = 3, .window = seconds(30)},
                        {.requests = 2, .window = seconds(2)},
                        {.requests = 2, .window = seconds(2)},
                        {.requests = 2, .window = seconds(2)},
                        {.requests = 2, .window = seconds(2)}}};

SteadyTime at(milliseconds time) {
    return SteadyTime(std::chrono::hours(1000)) + time;
}

TEST(RateLimiterTest, GrantsSoManyAtOnceAndNoMore) {
    RateLimiter limiter(kTable);
    for (std::uint32_t left = 3; left > 0; --left) {
        auto const granted = limiter.take(RateClass::read, "a", at(milliseconds(0)));
        EXPECT_TRUE(granted.granted);
        EXPECT_EQ(granted.remaining, left - 1);
        EXPECT_EQ(granted.limit.requests, 3U);
        EXPECT_EQ(granted.reset, seconds(10 * (4 - left)));
    }
    auto const refused = limiter.take(RateClass::read, "a", at(milliseconds(0)));
    EXPECT_FALSE(refused.granted);
    EXPECT_EQ(refused.remaining, 0U);
    EXPECT_EQ(refused.retry_after, seconds(10));
    EXPECT_EQ(refused.reset, seconds(30));
}

TEST(RateLimiterTest, GivesOneBackAfterEachInterval) {
    RateLimiter limiter(kTable);
    for (int i = 0; i < 3; ++i) limiter.take(RateClass::read, "a", at(milliseconds(0)));
    EXPECT_FALSE(limiter.take(RateClass::read, "a", at(milliseconds(9'999))).granted);
    EXPECT_TRUE(limiter.take(RateClass::read, "a", at(milliseconds(10'000))).granted);
    EXPECT_FALSE(limiter.take(RateClass::read, "a", at(milliseconds(10'000))).granted);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(limiter.take(RateClass::read, "a", at(milliseconds(100'000))).granted) << i;
    }
    EXPECT_FALSE(limiter.take(RateClass::read, "a", at(milliseconds(100'000))).granted);
}

TEST(RateLimiterTest, WhatIsRefusedCostsNothing) {
    RateLimiter limiter(kTable);
    for (int i = 0; i < 100; ++i) limiter.take(RateClass::write, "a", at(milliseconds(0)));
    EXPECT_TRUE(limiter.take(RateClass::write, "a", at(milliseconds(1'000))).granted);
}

TEST(RateLimiterTest, OneDoesNotUseUpAnothersNorOneClassAnothers) {
    RateLimiter limiter(kTable);
    for (int i = 0; i < 5; ++i) limiter.take(RateClass::guess, "a", at(milliseconds(0)));
    EXPECT_FALSE(limiter.take(RateClass::guess, "a", at(milliseconds(0))).granted);
    EXPECT_TRUE(limiter.take(RateClass::guess, "b", at(milliseconds(0))).granted);
    EXPECT_TRUE(limiter.take(RateClass::mail, "a", at(milliseconds(0))).granted);
}

TEST(RateLimiterTest, WhatDoesNotCountAfterAllIsGivenBack) {
    RateLimiter limiter(kTable);
    for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(limiter.take(RateClass::guess, "a", at(milliseconds(0))).granted) << i;
        limiter.give_back(RateClass::guess, "a", at(milliseconds(0)));
    }
    EXPECT_EQ(limiter.take(RateClass::guess, "a", at(milliseconds(0))).remaining, 1U);
}

TEST(RateLimiterTest, NothingGivenBackMakesABucketFullerThanFull) {
    RateLimiter limiter(kTable);
    limiter.give_back(RateClass::guess, "a", at(milliseconds(0)));
    limiter.take(RateClass::guess, "a", at(milliseconds(0)));
    limiter.give_back(RateClass::guess, "a", at(milliseconds(5'000)));
    for (int i = 0; i < 2; ++i) {
        EXPECT_TRUE(limiter.take(RateClass::guess, "a", at(milliseconds(5'000))).granted) << i;
    }
    EXPECT_FALSE(limiter.take(RateClass::guess, "a", at(milliseconds(5'000))).granted);
}

TEST(RateLimiterTest, ManyStrangersDoNotMakeItGrow) {
    RateLimiter limiter(kTable);
    for (int i = 0; i < 2; ++i) limiter.take(RateClass::write, "known", at(milliseconds(0)));
    for (std::size_t i = 0; i < RateLimiter::kMaxBuckets; ++i) {
        limiter.take(RateClass::write, std::to_string(i), at(milliseconds(0)));
    }
    EXPECT_TRUE(limiter.take(RateClass::write, "known", at(milliseconds(0))).granted)
        << "forgotten for the others";
}

TEST(RateLimiterTest, NobodyIsGrantedMoreThanTheBurstAndWhatTimeGivesBack) {
    testing::for_all_seeds([](testing::Generator& any) {
        RateLimiter limiter(kTable);
        std::int64_t now = 0;
        std::int64_t granted = 0;
        for (int i = 0; i < 200; ++i) {
            now += any.number<std::int64_t>(0, 700);
            granted += limiter.take(RateClass::write, "a", at(milliseconds(now))).granted ? 1 : 0;
            EXPECT_LE(granted, 2 + now / 1'000);
        }
        EXPECT_GE(granted, now / 1'000 / 2);
    });
}

TEST(RateLimiterTest, AHouseholdsAddressesCountAsOne) {
    EXPECT_EQ(counted_address("2001:db8:1:2::1"), counted_address("2001:db8:1:2:ffff::2"));
    EXPECT_NE(counted_address("2001:db8:1:2::1"), counted_address("2001:db8:1:3::1"));
    EXPECT_NE(counted_address("192.0.2.1"), counted_address("192.0.2.2"));
    EXPECT_EQ(counted_address("192.0.2.1"), counted_address("::ffff:192.0.2.1"));
    EXPECT_EQ(counted_address("a unix socket"), "a unix socket");
}

TEST(RateLimiterTest, AllLimitsAreRaisedTogether) {
    RateLimits const usual;
    auto const raised = usual.times(1'000);
    for (std::size_t i = 0; i < usual.by_address.size(); ++i) {
        EXPECT_EQ(raised.by_address[i].requests, usual.by_address[i].requests * 1'000);
        EXPECT_EQ(raised.by_account[i].requests, usual.by_account[i].requests * 1'000);
        EXPECT_EQ(raised.by_address[i].window, usual.by_address[i].window);
    }
}

}  // namespace
}  // namespace directfanz::api
