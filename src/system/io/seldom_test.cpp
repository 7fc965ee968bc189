#include "system/io/seldom.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz::io {
namespace {

TEST(Seldom, IsDueAtFirstAndThenOnceAnInterval) {
    Seldom seldom{seconds(10)};
    SteadyTime const start{std::chrono::hours(5)};
    EXPECT_TRUE(seldom.due(start));
    EXPECT_FALSE(seldom.due(start));
    EXPECT_FALSE(seldom.due(start + milliseconds(9'999)));
    EXPECT_TRUE(seldom.due(start + seconds(10)));
    EXPECT_FALSE(seldom.due(start + seconds(19)));
    EXPECT_TRUE(seldom.due(start + seconds(100)));
}

TEST(Seldom, IsDueForOneOfManyThreads) {
    Seldom seldom{seconds(10)};
    std::atomic<int> due{0};
    SteadyTime const now{std::chrono::hours(5)};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                for (int k = 0; k < 1000; ++k) due += seldom.due(now) ? 1 : 0;
            });
        }
    }
    EXPECT_EQ(due, 1);
}

}  // namespace
}  // namespace directfanz::io
