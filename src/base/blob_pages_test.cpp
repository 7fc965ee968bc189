#include "base/blob_pages.hpp"

#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace directfanz {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

/// Of this process, in bytes: all that is mapped, and what of it takes memory.
struct Sizes {
    std::size_t mapped = 0;
    std::size_t resident = 0;
};

Sizes sizes() {
    Sizes pages;
    std::ifstream("/proc/self/statm") >> pages.mapped >> pages.resident;
    auto const page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return {.mapped = pages.mapped * page, .resident = pages.resident * page};
}

TEST(BlobPages, HoldsBlobsOneBehindTheOther) {
    auto pages = BlobPages::create(100);
    ASSERT_TRUE(pages);
    auto const first = pages->append(as_bytes("abc"));
    auto const second = pages->append(as_bytes("de"));
    ASSERT_TRUE(first);
    ASSERT_TRUE(second);
    EXPECT_EQ(first->text(), "abc");
    EXPECT_EQ(second->text(), "de");
    EXPECT_EQ(second->data(), first->data() + 3);
    EXPECT_FALSE(first->file());
}

TEST(BlobPages, TakesNoMoreThanItsCapacity) {
    auto pages = BlobPages::create(5);
    ASSERT_TRUE(pages);
    EXPECT_TRUE(pages->append(as_bytes("abc")));
    EXPECT_FALSE(pages->append(as_bytes("def")));
    EXPECT_TRUE(pages->append(as_bytes("de")));
    EXPECT_TRUE(pages->append({}));
    EXPECT_FALSE(pages->append(as_bytes("f")));
}

TEST(BlobPages, TakesMemoryAsItIsWritten) {
    auto const before = sizes();
    auto pages = BlobPages::create(256 * kMiB);
    ASSERT_TRUE(pages);
    EXPECT_TRUE(pages->append(as_bytes("a")));
    EXPECT_GE(sizes().mapped, before.mapped + 255 * kMiB);
    EXPECT_LT(sizes().resident, before.resident + 2 * kMiB);
}

TEST(BlobPages, GivesBackWhatWasNotWrittenWhenNothingFollows) {
    auto const before = sizes();
    auto pages = BlobPages::create(256 * kMiB);
    ASSERT_TRUE(pages);
    auto const blob = pages->append(Bytes(10'000, 'a'));
    pages.reset();
    EXPECT_LT(sizes().mapped, before.mapped + kMiB);
    ASSERT_TRUE(blob);
    EXPECT_EQ(blob->text(), std::string(10'000, 'a'));
}

TEST(BlobPages, GivesItsPagesBackWithTheLastBlob) {
    auto pages = BlobPages::create(100);
    ASSERT_TRUE(pages);
    auto blob = pages->append(as_bytes("abc"));
    ASSERT_TRUE(blob);
    auto slice = blob->slice(1, 1);
    pages.reset();
    blob.reset();
    EXPECT_EQ(BlobPages::mappings(), 1U);
    EXPECT_EQ(slice.text(), "b");
    // Another thread may have the last one.
    std::thread([last = std::exchange(slice, Blob())] { EXPECT_EQ(last.text(), "b"); }).join();
    EXPECT_EQ(BlobPages::mappings(), 0U);
}

TEST(BlobPages, LeavesTheSystemsMappingsToOthers) {
    std::vector<BlobPages> all;
    while (all.size() < BlobPages::kMostMappings) {
        auto pages = BlobPages::create(1);
        ASSERT_TRUE(pages);
        all.push_back(*std::move(pages));
    }
    EXPECT_FALSE(BlobPages::create(1));
    all.pop_back();
    EXPECT_TRUE(BlobPages::create(1));
}

TEST(BlobPages, WhereTheSystemHasNoRoomThereIsNothing) {
    EXPECT_FALSE(BlobPages::create(std::size_t{1} << 62));
    EXPECT_EQ(BlobPages::mappings(), 0U);
}

}  // namespace
}  // namespace directfanz
