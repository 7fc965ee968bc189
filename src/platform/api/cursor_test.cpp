#include "platform/api/cursor.hpp"

#include "base/base64url.hpp"
#include "base/property_test.hpp"

#include <gmock/gmock.h>

namespace directfanz::api {
namespace {

using Keys = std::vector<db::Value>;
using ::testing::ElementsAre;

TEST(CursorTest, GivesTheKeysBack) {
    Keys const keys{std::int64_t{-7}, std::string("a;b\n:c"), db::Value{}, std::string()};
    EXPECT_EQ(decode_cursor("list", "nTNt", encode_cursor("list", keys)), keys);
    EXPECT_EQ(decode_cursor("list", "", encode_cursor("list", {})), Keys());
}

TEST(CursorTest, IsRefusedByAnotherList) {
    auto const cursor = encode_cursor("discover/newest", {std::int64_t{1}});
    EXPECT_FALSE(decode_cursor("discover/viewers", "n", cursor));
    EXPECT_FALSE(decode_cursor("discover", "n", cursor));
    EXPECT_FALSE(decode_cursor("discover/newest2", "n", cursor));
    EXPECT_FALSE(decode_cursor("", "n", cursor));
}

TEST(CursorTest, IsRefusedInAnotherShape) {
    auto const cursor = encode_cursor("list", {std::int64_t{1}, std::string("a")});
    for (auto const* const shape : {"n", "t", "tn", "nn", "tt", "ntn", "ntT", ""}) {
        EXPECT_FALSE(decode_cursor("list", shape, cursor)) << shape;
    }
    EXPECT_TRUE(decode_cursor("list", "NT", cursor));
    auto const null = encode_cursor("list", {db::Value{}});
    EXPECT_FALSE(decode_cursor("list", "n", null));
    EXPECT_FALSE(decode_cursor("list", "t", null));
    EXPECT_TRUE(decode_cursor("list", "N", null));
}

TEST(CursorTest, RefusesWhatNobodyHasMade) {
    for (auto const* const plain :
         {"", "list", "list\n", "list\nn", "list\nn5", "list\nn;", "list\nn5;;", "list\nn5;x",
          "list\nn99999999999999999999;", "list\nn 5;", "list\nx", "list\nz"}) {
        auto const decoded = decode_cursor("list", "n", to_base64url(plain));
        ASSERT_FALSE(decoded) << plain;
        EXPECT_EQ(decoded.error().kind, ErrorKind::invalid);
    }
    for (auto const* const plain : {"list\nt", "list\nt5:abc", "list\nt-1:", "list\nt3:abcd",
                                    "list\nt18446744073709551615:a", "list\nt3", "list\nt3;abc"}) {
        EXPECT_FALSE(decode_cursor("list", "t", to_base64url(plain))) << plain;
    }
    for (auto const* const cursor : {"", "?", "bGlzdA==", "\xff", "a b"}) {
        EXPECT_FALSE(decode_cursor("list", "n", cursor)) << cursor;
    }
}

TEST(CursorTest, HasALength) {
    auto const cursor = [](std::size_t size) {
        return encode_cursor("l", {std::string(size, 'x')});
    };
    EXPECT_TRUE(decode_cursor("l", "t", cursor(360)));
    ASSERT_GT(cursor(400).size(), kMaxCursorBytes);
    EXPECT_FALSE(decode_cursor("l", "t", cursor(400)));
}

TEST(CursorTest, WhateverKeysThereAreComeBack) {
    testing::for_all_seeds([](testing::Generator& any) {
        Keys keys;
        std::string shape;
        for (auto left = any.number(0, 4); left > 0; --left) {
            auto const text = any.bytes(20);
            switch (any.number(0, 2)) {
                case 0:
                    keys.emplace_back(static_cast<std::int64_t>(any.bits(64)));
                    shape += any.coin() ? 'n' : 'N';
                    break;
                case 1:
                    keys.emplace_back(std::string(text.begin(), text.end()));
                    shape += any.coin() ? 't' : 'T';
                    break;
                default:
                    keys.emplace_back();
                    shape += any.coin() ? 'N' : 'T';
            }
        }
        EXPECT_EQ(decode_cursor("a list", shape, encode_cursor("a list", keys)), keys);
    });
}

TEST(CursorTest, AChangedOneIsRefusedOrOfTheSameShape) {
    testing::for_all_seeds([](testing::Generator& any) {
        auto cursor = encode_cursor("l", {std::int64_t{1234567}, std::string("abcdef")});
        for (auto left = any.number(1, 3); left > 0; --left) {
            cursor[any.number<std::size_t>(0, cursor.size() - 1)] =
                static_cast<char>(any.number(0x20, 0x7e));
        }
        auto const decoded = decode_cursor("l", "nt", cursor);
        if (!decoded) return;
        ASSERT_EQ(decoded->size(), 2U);
        EXPECT_TRUE(std::holds_alternative<std::int64_t>(decoded->at(0)));
        EXPECT_TRUE(std::holds_alternative<std::string>(decoded->at(1)));
    });
}

}  // namespace
}  // namespace directfanz::api
