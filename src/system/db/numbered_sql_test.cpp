#include "system/db/numbered_sql.hpp"

#include "base/property_test.hpp"

#include <algorithm>
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::db {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(NumberedSqlTest, ANameBecomesANumberTheSameEverywhere) {
    auto const made = to_numbered("SELECT a FROM b WHERE c = :c AND (d < :d_1 OR d > :c)");
    ASSERT_TRUE(made);
    EXPECT_EQ(made->text, "SELECT a FROM b WHERE c = $1 AND (d < $2 OR d > $1)");
    EXPECT_THAT(made->names, ElementsAre("c", "d_1"));
}

TEST(NumberedSqlTest, NamesMayBeginAlike) {
    auto const made = to_numbered(":a,:ab,:a");
    ASSERT_TRUE(made);
    EXPECT_EQ(made->text, "$1,$2,$1");
}

TEST(NumberedSqlTest, WhatIsNoParameterStays) {
    for (std::string_view const sql :
         {"SELECT ':a'", "SELECT 'it''s :a'", "SELECT \":a\"", "SELECT 1 -- :a", "SELECT 1 -- :a\n",
          "SELECT /* :a */ 1", "SELECT a::BIGINT", "SELECT : a", "", ":", "a:"}) {
        auto const made = to_numbered(sql);
        ASSERT_TRUE(made) << sql;
        EXPECT_EQ(made->text, sql);
        EXPECT_THAT(made->names, IsEmpty());
    }
}

TEST(NumberedSqlTest, AParameterIsFoundBehindTextsAndComments) {
    for (std::string_view const before : {"'it''s'", "\"x\"", "-- '\n", "/* ' */", "a::TEXT, "}) {
        auto const made = to_numbered(std::string(before) + ":a");
        ASSERT_TRUE(made) << before;
        EXPECT_EQ(made->text, std::string(before) + "$1");
        EXPECT_THAT(made->names, ElementsAre("a"));
    }
}

TEST(NumberedSqlTest, WhatIsNotClosedIsRefused) {
    for (std::string_view const sql : {"SELECT 'a", "SELECT \"a", "SELECT /* a", "'''", "$1", "$$"})
        EXPECT_FALSE(to_numbered(sql)) << sql;
}

TEST(NumberedSqlTest, PuttingTheNamesBackGivesTheStatement) {
    using directfanz::testing::Generator;
    constexpr std::array<std::string_view, 10> kPieces{
        "SELECT ",     ":a",      ":long_name_1", " = ",     "'text :x'",
        "\"name :y\"", "-- :z\n", "/*:q*/",       "::TEXT ", ", "};
    directfanz::testing::for_all_seeds([&](Generator& any) {
        std::string sql;
        std::string expected;
        std::vector<std::string> names;
        for (auto count = any.number(0, 20); count > 0; --count) {
            auto const piece = kPieces[any.number<std::size_t>(0, kPieces.size() - 1)];
            sql += piece;
            if (piece.starts_with(':') && !piece.starts_with("::")) {
                std::string const name(piece.substr(1));
                if (std::ranges::find(names, name) == names.end()) names.push_back(name);
                auto const at = std::ranges::find(names, name) - names.begin();
                expected += '$' + std::to_string(at + 1) + ' ';
                // So that the next piece is not a part of the name.
                sql += ' ';
            } else {
                expected += piece;
            }
        }
        auto const made = to_numbered(sql);
        ASSERT_TRUE(made) << sql;
        EXPECT_EQ(made->text, expected);
        EXPECT_EQ(made->names, names);
    });
}

}  // namespace
}  // namespace directfanz::db
