#include "system/io/address_counter.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz::io {
namespace {

IpAddress ip(std::string_view text) {
    return *parse_ip(text);
}

TEST(AddressCounter, GivesEachAddressSoManyPlaces) {
    AddressCounter counter(2);
    auto first = counter.enter(ip("192.0.2.1"));
    auto const second = counter.enter(ip("::ffff:192.0.2.1"));
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(counter.enter(ip("192.0.2.1")));
    EXPECT_TRUE(counter.enter(ip("192.0.2.2")));
    first.reset();
    EXPECT_TRUE(counter.enter(ip("192.0.2.1")));
}

TEST(AddressCounter, CountsIpv6ByItsNetworkOfAHousehold) {
    AddressCounter counter(1);
    auto const place = counter.enter(ip("2001:db8:0:1::1"));
    EXPECT_TRUE(place);
    EXPECT_FALSE(counter.enter(ip("2001:db8:0:1:ffff::2")));
    EXPECT_TRUE(counter.enter(ip("2001:db8:0:2::1")));
}

TEST(AddressCounter, WhatIsThereAlreadyEntersBeyondTheLimitAndCounts) {
    AddressCounter counter(1);
    auto first = counter.enter(ip("192.0.2.1"));
    {
        auto const second = counter.enter_anyway(ip("192.0.2.1"));
        first.reset();
        EXPECT_FALSE(counter.enter(ip("192.0.2.1")));
    }
    EXPECT_TRUE(counter.enter(ip("192.0.2.1")));
}

TEST(AddressCounter, PlacesAreGivenBackOnceHoweverTheyMove) {
    AddressCounter counter(3);
    {
        auto first = counter.enter(ip("192.0.2.1"));
        auto second = std::move(*first);
        auto third = counter.enter_anyway(ip("192.0.2.2"));
        third = std::move(second);
        EXPECT_EQ(counter.size(), 2U);
    }
    EXPECT_EQ(counter.size(), 0U) << "nothing is kept of those who are gone, or who were refused";
    AddressCounter none(0);
    EXPECT_FALSE(none.enter(ip("192.0.2.1")));
    EXPECT_EQ(none.size(), 0U);
}

TEST(AddressCounter, CountsFromAnyThread) {
    AddressCounter counter(1'000'000);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&counter] {
            for (int round = 0; round < 5'000; ++round) {
                auto const place = counter.enter(ip("192.0.2.1"));
                EXPECT_TRUE(place);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(counter.size(), 0U);
}

}  // namespace
}  // namespace directfanz::io
