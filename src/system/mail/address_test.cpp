#include "system/mail/address.hpp"

#include "base/property_test.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace directfanz::mail {
namespace {

TEST(AddressTest, TakesWhatPeopleHave) {
    for (std::string_view const text :
         {"me@example.org", "first.last+tag@mail.example.co.uk", "o'brien@example.org",
          "x_y-z@1and1.example", "a@xn--bcher-kva.de", "me@localhost", "!#$%&*/=?^`{|}~@a.bc"}) {
        EXPECT_TRUE(parse_address(text)) << text;
    }
    auto const long_one = std::string(64, 'a') + "@" + std::string(63, 'b') + ".org";
    EXPECT_TRUE(parse_address(long_one));
}

TEST(AddressTest, TheDomainIsInLowerCaseAndTheRestAsWritten) {
    auto const address = parse_address("Me.Too@Example.ORG");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->to_string(), "Me.Too@example.org");
}

TEST(AddressTest, RefusesTheRest) {
    for (std::string const& text : {std::string(),
                                    std::string("me"),
                                    std::string("@"),
                                    std::string("@example.org"),
                                    std::string("me@"),
                                    std::string("me@example"),
                                    std::string("me@.org"),
                                    std::string("me@example."),
                                    std::string("me@example..org"),
                                    std::string("me.@example.org"),
                                    std::string(".me@example.org"),
                                    std::string("a..b@example.org"),
                                    std::string("me@-example.org"),
                                    std::string("me@example-.org"),
                                    std::string("me@exa_mple.org"),
                                    std::string("me@127.0.0.1"),
                                    std::string("me@[127.0.0.1]"),
                                    std::string("a b@example.org"),
                                    std::string("\"a b\"@example.org"),
                                    std::string("<me@example.org>"),
                                    std::string("me@example.org\r\nBcc: you@example.org"),
                                    std::string("me@exa\nmple.org"),
                                    std::string("me(comment)@example.org"),
                                    std::string("mé@example.org"),
                                    std::string("me@exämple.org"),
                                    std::string("me,you@example.org"),
                                    std::string("me@example.org,you@example.org"),
                                    std::string("a@b@example.org"),
                                    std::string("me\0@example.org", 15),
                                    std::string(65, 'a') + "@example.org",
                                    "a@" + std::string(64, 'b') + ".org",
                                    "a@" + std::string(260, 'b') + ".org"}) {
        EXPECT_FALSE(parse_address(text)) << text;
    }
}

TEST(AddressTest, WhatIsTakenHoldsNothingThatEndsAFieldOrAPath) {
    using directfanz::testing::Generator;
    using std::string_view_literals::operator""sv;
    constexpr auto kLetters = "aZ9.@-_<>()\"\\ ,;:\r\n\t\0\x80[]"sv;
    int taken = 0;
    directfanz::testing::for_all_seeds(
        [&](Generator& any) {
            std::string text;
            for (auto count = any.number(1, 8); count > 0; --count) {
                text += kLetters[any.number<std::size_t>(0, kLetters.size() - 1)];
            }
            if (any.coin()) text += "@a.bc";
            auto const address = parse_address(text);
            if (!address) return;
            ++taken;
            auto const clean = [](char c) {
                return c > ' ' && c < 0x7f &&
                       std::string_view("<>()\"\\,;:[]").find(c) == std::string_view::npos;
            };
            EXPECT_TRUE(std::ranges::all_of(address->to_string(), clean)) << text;
            EXPECT_EQ(std::ranges::count(address->to_string(), '@'), 1) << text;
            EXPECT_EQ(parse_address(address->to_string()), *address);
        },
        5'000);
    EXPECT_GT(taken, 50);
}

TEST(SenderTest, HasANameOrNone) {
    auto const plain = parse_sender(" no-reply@example.org ");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->name, "");
    EXPECT_EQ(plain->address.to_string(), "no-reply@example.org");
    for (std::string_view const text :
         {"Grüße an alle <no-reply@example.org>", "\"Grüße an alle\"   <no-reply@example.org>"}) {
        auto const named = parse_sender(text);
        ASSERT_TRUE(named) << text;
        EXPECT_EQ(named->name, "Grüße an alle");
        EXPECT_EQ(named->address.to_string(), "no-reply@example.org");
    }
}

TEST(SenderTest, RefusesWhatCannotStandInAField) {
    for (std::string const& text :
         {std::string("Fans\r\nBcc: you@example.org <me@example.org>"), std::string("Fans <me>"),
          std::string("Fans <me@example.org"), std::string("Fans"), std::string(),
          std::string(101, 'x') + " <me@example.org>"}) {
        EXPECT_FALSE(parse_sender(text)) << text;
    }
}

}  // namespace
}  // namespace directfanz::mail
