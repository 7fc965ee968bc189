#include "platform/streams/stream.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace directfanz::streams {
namespace {

std::string repeat(std::string_view text, std::size_t times) {
    std::string whole;
    for (std::size_t i = 0; i < times; ++i) whole += text;
    return whole;
}

TEST(TitleTest, IsOneTo140CharactersOfAnyLanguage) {
    for (std::string const& title :
         {std::string("a"), std::string("Grüße aus 東京 🎥"), repeat("a", 140), repeat("é", 140),
          repeat("日", 140), repeat("🎥", 140), std::string(" a "), std::string("\u00a0x")}) {
        EXPECT_TRUE(check_title(title)) << title;
    }
}

TEST(TitleTest, IsNotEmptyBlankOrTooLong) {
    for (std::string const& title : {std::string(), std::string("   "), std::string("\u3000\u00a0"),
                                     repeat("a", 141), repeat("🎥", 141)}) {
        auto const checked = check_title(title);
        ASSERT_FALSE(checked) << title;
        EXPECT_EQ(checked.error().kind, ErrorKind::invalid);
    }
    EXPECT_EQ(check_title(repeat("日", 141)).error().message,
              "the title is longer than 140 characters");
}

TEST(TitleTest, HoldsNoControlCharacters) {
    for (std::string_view const mark :
         {"\n", "\r", "\t", "\x01", "\x7f", "\u0085", "\u2028", "\u2029", "\u202e", "\u2066"}) {
        auto const checked = check_title("a" + std::string(mark) + "b");
        ASSERT_FALSE(checked);
        EXPECT_EQ(checked.error().message, "the title holds a line break or control character");
    }
    EXPECT_FALSE(check_title(std::string_view("a\0b", 3)));
}

TEST(TitleTest, IsValidUtf8) {
    for (std::string_view const broken :
         {"\x80", "\xc3", "a\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
          "\xf8\x88\x80\x80\x80", "\xe6\x97", "\xe6\x97x"}) {
        auto const checked = check_title(broken);
        ASSERT_FALSE(checked);
        EXPECT_EQ(checked.error().message, "the title is not valid UTF-8");
    }
}

TEST(StreamIdTest, IsTwelveCharactersThatLookLikeOne) {
    auto const id = new_stream_id();
    EXPECT_EQ(id.value().size(), 12U);
    EXPECT_TRUE(looks_like_id(id.value()));
    for (std::string_view const other :
         {"", "short", "0123456789abc", "0123456789AB", "0123456789a/", "../../etc/pa"}) {
        EXPECT_FALSE(looks_like_id(other)) << other;
    }
}

TEST(StreamKeyTest, IsLongAndNeverTheSame) {
    std::set<std::string> keys;
    for (int i = 0; i < 1'000; ++i) {
        auto const key = new_stream_key();
        EXPECT_EQ(key.value().size(), 32U);
        keys.insert(key.value());
    }
    EXPECT_EQ(keys.size(), 1'000U);
}

}  // namespace
}  // namespace directfanz::streams
