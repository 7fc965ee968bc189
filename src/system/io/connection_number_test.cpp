#include "system/io/connection_number.hpp"

#include <array>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz::io {
namespace {

TEST(ConnectionNumber, IsNeverGivenTwice) {
    std::array<std::vector<std::uint64_t>, 4> given;
    {
        std::vector<std::jthread> threads;
        for (auto& list : given) {
            threads.emplace_back([&list] {
                for (int i = 0; i < 1000; ++i) list.push_back(next_connection_number());
            });
        }
    }
    std::set<std::uint64_t> all;
    for (auto const& list : given) all.insert(list.begin(), list.end());
    EXPECT_EQ(all.size(), 4000U);
    EXPECT_GT(*all.begin(), 0U);
}

}  // namespace
}  // namespace directfanz::io
