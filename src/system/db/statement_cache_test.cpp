#include "system/db/statement_cache.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace directfanz::db {
namespace {

using Counted = std::shared_ptr<int>;

TEST(StatementCacheTest, FindsAStatementByItsText) {
    StatementCache<int> cache;
    EXPECT_EQ(cache.find("a"), nullptr);
    cache.keep("a", 1);
    cache.keep("b", 2);
    ASSERT_NE(cache.find("a"), nullptr);
    EXPECT_EQ(*cache.find("a"), 1);
    EXPECT_EQ(*cache.find("b"), 2);
    EXPECT_EQ(cache.find("A"), nullptr);
}

TEST(StatementCacheTest, AStatementStaysWhereItIsWhileOthersCome) {
    StatementCache<int> cache;
    auto const& first = cache.keep("first", 7);
    for (std::size_t i = 1; i < cache.kMostStatements; ++i) cache.keep(std::to_string(i), 0);
    EXPECT_EQ(&first, cache.find("first"));
    EXPECT_EQ(first, 7);
}

TEST(StatementCacheTest, AtTheLimitAllAreGivenBack) {
    StatementCache<Counted> cache;
    auto const counted = std::make_shared<int>();
    for (std::size_t i = 0; i < cache.kMostStatements; ++i) cache.keep(std::to_string(i), counted);
    EXPECT_EQ(counted.use_count(), static_cast<long>(cache.kMostStatements) + 1);
    cache.keep("one more", counted);
    EXPECT_EQ(cache.size(), 1U);
    EXPECT_EQ(counted.use_count(), 2);
}

TEST(StatementCacheTest, TheSameTextAgainTakesThePlace) {
    StatementCache<Counted> cache;
    auto const old = std::make_shared<int>();
    cache.keep("a", old);
    cache.keep("a", std::make_shared<int>());
    EXPECT_EQ(cache.size(), 1U);
    EXPECT_EQ(old.use_count(), 1);
}

}  // namespace
}  // namespace directfanz::db
