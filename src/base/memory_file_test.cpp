#include "base/memory_file.hpp"

#include "base/property_test.hpp"

#include <optional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace directfanz {
namespace {

using testing::for_all_seeds;
using testing::Generator;

/// What the file itself holds where the Blob says that its bytes lie.
Bytes read_back(Blob const& blob) {
    auto const place = blob.file().value();
    Bytes bytes(blob.size());
    auto const got =
        ::pread(place.descriptor, bytes.data(), bytes.size(), static_cast<off_t>(place.offset));
    EXPECT_EQ(got, static_cast<ssize_t>(bytes.size()));
    return bytes;
}

bool is_open(int descriptor) {
    struct stat state{};
    return ::fstat(descriptor, &state) == 0;
}

TEST(MemoryFile, HoldsBytesInMemoryAndInAFile) {
    Bytes const bytes{1, 2, 3, 4, 5};
    auto const blob = MemoryFile::holding(bytes);
    ASSERT_TRUE(blob) << describe(blob.error());
    EXPECT_EQ(*blob, Blob(Bytes(bytes)));
    EXPECT_EQ(read_back(*blob), bytes);
    EXPECT_EQ(blob->file()->offset, 0U);
}

TEST(MemoryFile, HoldsNothingToo) {
    auto const blob = MemoryFile::holding({});
    ASSERT_TRUE(blob) << describe(blob.error());
    EXPECT_TRUE(blob->empty());
}

TEST(MemoryFile, ASliceKnowsItsPlaceAndKeepsTheFileOpen) {
    auto whole = MemoryFile::holding(Bytes{1, 2, 3, 4, 5});
    ASSERT_TRUE(whole);
    auto const descriptor = whole->file()->descriptor;
    std::optional<Blob> slice = whole->slice(2, 2);
    EXPECT_EQ(slice->file(), (FilePlace{.descriptor = descriptor, .offset = 2}));
    *whole = Blob();
    EXPECT_EQ(read_back(*slice), (Bytes{3, 4}));
    slice.reset();
    EXPECT_FALSE(is_open(descriptor));
}

TEST(MemoryFile, BytesInMemoryAloneHaveNoPlace) {
    EXPECT_FALSE(Blob().file());
    EXPECT_FALSE(Blob(Bytes{1, 2, 3}).file());
    EXPECT_FALSE(Blob(std::string("text")).slice(1).file());
}

TEST(MemoryFile, WhatIsAppendedLiesSideBySide) {
    for_all_seeds([](Generator& any) {
        auto const bytes = any.bytes(50'000);
        auto file = MemoryFile::create(bytes.size());
        ASSERT_TRUE(file) << describe(file.error());
        std::vector<Blob> blobs;
        std::size_t offset = 0;
        for (auto const piece : any.fragments(bytes, 9'000)) {
            auto blob = file->append(piece);
            ASSERT_TRUE(blob) << describe(blob.error());
            EXPECT_EQ(blob->file()->offset, offset);
            offset += piece.size();
            blobs.push_back(std::move(*blob));
        }
        Bytes together;
        for (auto const& blob : blobs) {
            EXPECT_EQ(read_back(blob), Bytes(blob.view().begin(), blob.view().end()));
            together.insert(together.end(), blob.view().begin(), blob.view().end());
        }
        EXPECT_EQ(together, bytes);
    });
}

TEST(MemoryFile, ABlobThatWasReadStaysAsItIsWhileMoreIsAppended) {
    auto file = MemoryFile::create(10'000);
    ASSERT_TRUE(file);
    auto const first = file->append(Bytes(100, 1));
    ASSERT_TRUE(first);
    EXPECT_EQ(*first, Blob(Bytes(100, 1)));
    // Onto the same page, which is mapped by now, and beyond it.
    auto const second = file->append(Bytes(9'000, 2));
    ASSERT_TRUE(second);
    EXPECT_EQ(*first, Blob(Bytes(100, 1)));
    EXPECT_EQ(*second, Blob(Bytes(9'000, 2)));
}

TEST(MemoryFile, TakesNoMoreThanItsCapacity) {
    auto file = MemoryFile::create(10);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->append(Bytes(7)));
    auto const refused = file->append(Bytes(4));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::too_large);
    auto const fits = file->append(Bytes{7, 8, 9});
    ASSERT_TRUE(fits);
    EXPECT_EQ(fits->file()->offset, 7U);
}

TEST(MemoryFile, TakesMemoryForWhatIsWrittenOnly) {
    auto file = MemoryFile::create(std::size_t{1} << 30);
    ASSERT_TRUE(file) << describe(file.error());
    auto const blob = file->append(Bytes(100'000, 1));
    ASSERT_TRUE(blob);
    struct stat state{};
    ASSERT_EQ(::fstat(blob->file()->descriptor, &state), 0);
    EXPECT_EQ(state.st_size, 100'000);
    EXPECT_LE(state.st_blocks * 512, 200'000);
}

TEST(MemoryFile, NobodyCanChangeWhatIsSealed) {
    auto const blob = MemoryFile::holding(Bytes(5000, 1));
    ASSERT_TRUE(blob);
    auto const descriptor = blob->file()->descriptor;
    EXPECT_LT(::pwrite(descriptor, "x", 1, 0), 0);
    EXPECT_LT(::pwrite(descriptor, "x", 1, 5000), 0);
    EXPECT_NE(::ftruncate(descriptor, 0), 0);
    EXPECT_EQ(::mmap(nullptr, 5000, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), MAP_FAILED);
    EXPECT_EQ(*blob, Blob(Bytes(5000, 1)));
}

TEST(MemoryFile, TakesNothingAfterItsSeal) {
    auto file = MemoryFile::create(100);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->append(Bytes(10)));
    file->seal();
    auto const refused = file->append(Bytes(10));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::io);
}

TEST(MemoryFile, IsFreedOnWhateverThreadItsLastBlobGoes) {
    auto blob = MemoryFile::holding(Bytes(1000, 1));
    ASSERT_TRUE(blob);
    auto const descriptor = blob->file()->descriptor;
    std::thread([moved = std::move(*blob)] {}).join();
    *blob = Blob();
    EXPECT_FALSE(is_open(descriptor));
}

}  // namespace
}  // namespace directfanz
