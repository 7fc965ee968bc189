#include "system/metrics/process.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace directfanz::metrics {
namespace {

std::optional<double> value_of(std::string_view name) {
    auto const families = process_metrics();
    auto const found = std::ranges::find(families, name, &Family::name);
    if (found == families.end()) return std::nullopt;
    return found->metrics.at(0).value;
}

TEST(ProcessMetricsTest, TellsWhatThisProcessHas) {
    EXPECT_GE(value_of("process_cpu_seconds_total"), 0);
    EXPECT_GT(value_of("process_resident_memory_bytes"), 1 << 20);
    EXPECT_GE(value_of("process_max_fds"), value_of("process_open_fds"));
}

// The sanitizers' allocators keep no such book.
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
TEST(ProcessMetricsTest, MemoryThatIsFreedIsNoLongerAllocated) {
    constexpr std::size_t kBytes = 24 << 20;
    auto const before = value_of("process_allocated_memory_bytes");
    ASSERT_TRUE(before);
    for (std::size_t const pieces : {1UZ, 1'000UZ}) {
        std::vector<std::unique_ptr<char[]>> held;
        for (std::size_t i = 0; i < pieces; ++i) {
            held.push_back(std::make_unique<char[]>(kBytes / pieces));
        }
        EXPECT_GE(value_of("process_allocated_memory_bytes"), *before + kBytes) << pieces;
        held.clear();
        EXPECT_LT(value_of("process_allocated_memory_bytes"), *before + kBytes / 2) << pieces;
    }
}
#endif

TEST(ProcessMetricsTest, AFileThatIsOpenedIsCounted) {
    auto const before = value_of("process_open_fds");
    ASSERT_TRUE(before);
    auto const file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    EXPECT_EQ(value_of("process_open_fds"), *before + 1);
    ::close(file);
    EXPECT_EQ(value_of("process_open_fds"), before);
}

TEST(ProcessMetricsTest, TheStartLiesInThePastAndNotLongAgo) {
    auto const now =
        std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    auto const started = value_of("process_start_time_seconds");
    ASSERT_TRUE(started);
    EXPECT_LE(*started, now + 2);
    EXPECT_GT(*started, now - 3'600);
}

}  // namespace
}  // namespace directfanz::metrics
