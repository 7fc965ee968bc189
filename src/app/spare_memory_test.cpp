#include "app/spare_memory.hpp"

#include <fstream>
#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace directfanz::app {
namespace {

constexpr std::size_t kMost = SpareMemoryRule::kMostSpareBytes;

TEST(SpareMemoryRule, LeavesALittleToTheAllocator) {
    SpareMemoryRule rule;
    EXPECT_FALSE(rule.due(0));
    EXPECT_FALSE(rule.due(kMost));
}

TEST(SpareMemoryRule, GivesBackWhatACrowdLeft) {
    SpareMemoryRule rule;
    EXPECT_TRUE(rule.due(kMost + 1));
}

TEST(SpareMemoryRule, GivesTheSameBytesBackOnce) {
    SpareMemoryRule rule;
    ASSERT_TRUE(rule.due(5 * kMost));
    EXPECT_FALSE(rule.due(5 * kMost));
    EXPECT_FALSE(rule.due(6 * kMost));
}

TEST(SpareMemoryRule, GivesBackWhatASecondCrowdLeft) {
    SpareMemoryRule rule;
    ASSERT_TRUE(rule.due(5 * kMost));
    EXPECT_FALSE(rule.due(kMost));
    EXPECT_TRUE(rule.due(5 * kMost));
}

// The sanitizers have allocators of their own, which keep what is freed to find its later use.
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
std::size_t resident_bytes() {
    std::size_t size = 0;
    std::size_t resident = 0;
    std::ifstream("/proc/self/statm") >> size >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

TEST(SpareMemory, ReturnsFreedMemoryToTheSystem) {
    constexpr std::size_t kPieces = 64 * 1024;
    std::vector<std::unique_ptr<std::vector<char>>> crowd;
    for (std::size_t i = 0; i < kPieces; ++i) {
        crowd.push_back(std::make_unique<std::vector<char>>(1000, 'x'));
    }
    // One that stays, at the end of the heap: the allocator alone would keep what lies before it.
    auto const last = std::make_unique<std::vector<char>>(1000, 'x');
    auto const full = resident_bytes();
    crowd.clear();
    SpareMemory const spare(milliseconds(1));
    auto const deadline = steady_now() + seconds(30);
    auto const enough = full - kPieces * 1000 / 2;
    while (resident_bytes() > enough && steady_now() < deadline) {
        std::this_thread::sleep_for(milliseconds(1));
    }
    EXPECT_LT(resident_bytes(), enough);
}
#endif

}  // namespace
}  // namespace directfanz::app
