#include "base/lru_map.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz {
namespace {

TEST(LruMapTest, FindsWhatWasPutAndNothingElse) {
    LruMap<std::string, int> map(3);
    EXPECT_EQ(map.find("a"), nullptr);
    map.put("a", 1);
    ASSERT_NE(map.find("a"), nullptr);
    EXPECT_EQ(*map.find("a"), 1);
    map.put("a", 2);
    EXPECT_EQ(*map.find("a"), 2);
    EXPECT_EQ(map.size(), 1U);
}

TEST(LruMapTest, TheOneUsedLongestAgoMakesRoom) {
    LruMap<std::string, int> map(2);
    map.put("a", 1);
    map.put("b", 2);
    map.find("a");
    map.put("c", 3);
    EXPECT_EQ(map.find("b"), nullptr);
    EXPECT_NE(map.find("a"), nullptr);
    EXPECT_NE(map.find("c"), nullptr);
}

TEST(LruMapTest, WhatIsErasedMakesRoom) {
    LruMap<std::string, int> map(2);
    map.put("a", 1);
    map.put("b", 2);
    map.erase("a");
    map.erase("never there");
    EXPECT_EQ(map.size(), 1U);
    EXPECT_EQ(map.find("a"), nullptr);
    map.put("c", 3);
    EXPECT_NE(map.find("b"), nullptr);
    EXPECT_NE(map.find("c"), nullptr);
}

TEST(LruMapTest, BehavesLikeAListInOrderOfUse) {
    std::mt19937 random(7);
    constexpr std::size_t size = 8;
    LruMap<int, int> map(size);
    std::vector<std::pair<int, int>> model;  // the latest used at the back
    for (int step = 0; step < 20'000; ++step) {
        int const key = static_cast<int>(random() % 20);
        auto const found = std::find_if(model.begin(), model.end(),
                                        [key](auto const& entry) { return entry.first == key; });
        if (random() % 8 == 0) {
            map.erase(key);
            if (found != model.end()) model.erase(found);
        } else if (random() % 2 == 0) {
            auto const* const value = map.find(key);
            ASSERT_EQ(value != nullptr, found != model.end());
            if (value == nullptr) continue;
            ASSERT_EQ(*value, found->second);
            std::rotate(found, found + 1, model.end());
        } else {
            if (found != model.end()) model.erase(found);
            if (model.size() == size) model.erase(model.begin());
            model.emplace_back(key, step);
            map.put(key, step);
        }
        ASSERT_EQ(map.size(), model.size());
    }
}

}  // namespace
}  // namespace directfanz
