#include "platform/accounts/attempts.hpp"

#include <gtest/gtest.h>

namespace directfanz::accounts {
namespace {

class AttemptsTest : public testing::Test {
  protected:
    void fail(unsigned times, std::string const& whom = "anna 192.0.2.1") {
        for (unsigned i = 0; i < times; ++i) attempts.failed(whom, now);
    }

    SteadyTime now = steady_now();
    Attempts attempts;
};

TEST_F(AttemptsTest, AFewMistakesAreFree) {
    fail(Attempts::kFree - 1);
    EXPECT_FALSE(attempts.wait("anna 192.0.2.1", now));
    fail(1);
    EXPECT_EQ(attempts.wait("anna 192.0.2.1", now), Attempts::kFirstWait);
}

TEST_F(AttemptsTest, EachFurtherOneWaitsTwiceAsLongUpToALimit) {
    fail(Attempts::kFree);
    auto expected = Attempts::kFirstWait;
    for (int i = 0; i < 30; ++i) {
        ASSERT_EQ(attempts.wait("anna 192.0.2.1", now), expected) << i;
        now += expected;
        ASSERT_FALSE(attempts.wait("anna 192.0.2.1", now));
        fail(1);
        expected = std::min(expected * 2, Attempts::kLongestWait);
    }
    EXPECT_EQ(expected, Attempts::kLongestWait);
}

TEST_F(AttemptsTest, NobodyWaitsForSomebodyElse) {
    fail(20);
    EXPECT_TRUE(attempts.wait("anna 192.0.2.1", now));
    EXPECT_FALSE(attempts.wait("anna 198.51.100.7", now)) << "the owner, from elsewhere";
    EXPECT_FALSE(attempts.wait("bert 192.0.2.1", now));
}

TEST_F(AttemptsTest, SuccessForgivesAll) {
    fail(20);
    attempts.succeeded("anna 192.0.2.1");
    EXPECT_FALSE(attempts.wait("anna 192.0.2.1", now));
    fail(Attempts::kFree - 1);
    EXPECT_FALSE(attempts.wait("anna 192.0.2.1", now));
}

TEST_F(AttemptsTest, WhoSucceededOnceIsFamiliarFromThenOn) {
    EXPECT_FALSE(attempts.familiar("anna 192.0.2.1"));
    attempts.succeeded("anna 192.0.2.1");
    fail(Attempts::kFree);
    now += Attempts::kForget + seconds(1);
    fail(1);
    EXPECT_TRUE(attempts.familiar("anna 192.0.2.1"));
    fail(1, "bert 192.0.2.1");
    EXPECT_FALSE(attempts.familiar("bert 192.0.2.1"));
}

TEST_F(AttemptsTest, WhatIsFreeIsForItsMakerToSay) {
    Attempts everywhere(Attempts::kFreeEverywhere);
    for (unsigned i = 1; i < Attempts::kFreeEverywhere; ++i) everywhere.failed("anna", now);
    EXPECT_FALSE(everywhere.wait("anna", now));
    everywhere.failed("anna", now);
    EXPECT_EQ(everywhere.wait("anna", now), Attempts::kFirstWait);
}

TEST_F(AttemptsTest, TimeForgivesToo) {
    fail(Attempts::kFree + 3);
    now += Attempts::kForget + seconds(1);
    fail(1);
    EXPECT_FALSE(attempts.wait("anna 192.0.2.1", now));
}

TEST_F(AttemptsTest, ManyGuessersAreRememberedInBoundedMemory) {
    for (std::size_t i = 0; i < Attempts::kMaxKnown + 10; ++i)
        fail(Attempts::kFree, std::to_string(i));
    EXPECT_FALSE(attempts.wait("0", now)) << "who failed longest ago";
    EXPECT_TRUE(attempts.wait(std::to_string(Attempts::kMaxKnown), now));
}

}  // namespace
}  // namespace directfanz::accounts
