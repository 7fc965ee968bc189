#include "app/values.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace directfanz::app {
namespace {

TEST(DurationTest, IsAWholeNumberAndItsUnit) {
    EXPECT_EQ(parse_duration("250ms"), milliseconds(250));
    EXPECT_EQ(parse_duration("3s"), milliseconds(3'000));
    EXPECT_EQ(parse_duration("5m"), milliseconds(300'000));
    EXPECT_EQ(parse_duration("1h"), milliseconds(3'600'000));
    EXPECT_EQ(parse_duration("0s"), milliseconds(0));
}

TEST(DurationTest, NothingElseIsOne) {
    for (std::string_view const text :
         {"", "3", "s", "3 s", " 3s", "3s ", "-3s", "+3s", "1.5s", "3S", "3sec", "3s3s", "0x3s",
          "99999999999999999999s", "9999999999h"}) {
        auto const parsed = parse_duration(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_NE(parsed.error().message.find("250ms, 3s, 5m or 1h"), std::string::npos);
    }
}

TEST(DurationTest, IsWrittenInTheLargestUsualUnitAndReadBackTheSame) {
    EXPECT_EQ(to_text(milliseconds(250)), "250ms");
    EXPECT_EQ(to_text(milliseconds(0)), "0ms");
    EXPECT_EQ(to_text(milliseconds(60'000)), "60s");
    EXPECT_EQ(to_text(milliseconds(7'200'000)), "2h");
    for (int ms = 0; ms < 8'000'000; ms += 12'345) {
        EXPECT_EQ(parse_duration(to_text(milliseconds(ms))), milliseconds(ms));
    }
}

TEST(NumberTest, IsWholeAndHasNoSign) {
    EXPECT_EQ(parse_number("0"), 0U);
    EXPECT_EQ(parse_number("12345"), 12'345U);
    for (std::string_view const text :
         {"", "-1", "+1", "1.0", "1e3", "x", "1x", " 1", "99999999999999999999999"}) {
        EXPECT_FALSE(parse_number(text)) << text;
    }
}

TEST(PublicUrlTest, IsASchemeAHostAndPerhapsAPort) {
    EXPECT_EQ(parse_public_url("https://fans.example"), "https://fans.example");
    EXPECT_EQ(parse_public_url("https://fans.example/"), "https://fans.example");
    EXPECT_EQ(parse_public_url("http://10.0.0.1:8080"), "http://10.0.0.1:8080");
    EXPECT_EQ(parse_public_url("http://[::1]:8080"), "http://[::1]:8080");
    for (std::string_view const text :
         {"", "fans.example", "ftp://fans.example", "https://", "https:///", "https://:80",
          "https://fans.example/path", "https://a b", "https://user@fans.example", "https://a?b"}) {
        EXPECT_FALSE(parse_public_url(text)) << text;
    }
}

}  // namespace
}  // namespace directfanz::app
