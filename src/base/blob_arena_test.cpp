#include "base/blob_arena.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz {
namespace {

Blob filled(BlobArena& arena, std::size_t size, std::uint8_t value) {
    auto room = arena.take(size);
    std::ranges::fill(room.bytes, value);
    return BlobArena::finish(std::move(room));
}

TEST(BlobArena, MakesBlobsOfWhatWasFilledIn) {
    BlobArena arena;
    auto const one = filled(arena, 100, 1);
    auto const other = filled(arena, 200, 2);
    EXPECT_EQ(one, Blob(Bytes(100, 1)));
    EXPECT_EQ(other, Blob(Bytes(200, 2)));
}

TEST(BlobArena, PutsThemSideBySide) {
    BlobArena arena;
    auto const one = filled(arena, 100, 1);
    auto const other = filled(arena, 200, 2);
    EXPECT_EQ(one.data() + one.size(), other.data());
}

TEST(BlobArena, BeginsAnotherBlockWhereOneIsFull) {
    BlobArena arena;
    std::vector<Blob> all;
    for (int i = 0; i < 9; ++i) {
        all.push_back(filled(arena, BlobArena::kLargest, static_cast<std::uint8_t>(i)));
    }
    for (int i = 0; i < 9; ++i) {
        EXPECT_EQ(all[static_cast<std::size_t>(i)],
                  Blob(Bytes(BlobArena::kLargest, static_cast<std::uint8_t>(i))));
    }
    EXPECT_EQ(all[3].data() + BlobArena::kLargest - all[0].data(), BlobArena::kBlockBytes);
}

TEST(BlobArena, IsOutlivedByItsBlobs) {
    Blob kept;
    {
        BlobArena arena;
        kept = filled(arena, 50, 7);
    }
    EXPECT_EQ(kept, Blob(Bytes(50, 7)));
}

TEST(BlobArena, TakesNothingAsWell) {
    BlobArena arena;
    EXPECT_TRUE(filled(arena, 0, 0).empty());
}

}  // namespace
}  // namespace directfanz
