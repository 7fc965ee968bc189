#include "media/packager/segment_file.hpp"

#include <gtest/gtest.h>

namespace directfanz::packager {
namespace {

constexpr auto kLarge = SegmentFile::kFilePartBytes;

class SegmentFileTest : public ::testing::Test {
  protected:
    ~SegmentFileTest() override { MemoryFile::limit(kMostMemoryFiles); }

    static Blob part(std::size_t size, std::uint8_t byte) { return Blob(Bytes(size, byte)); }

    SegmentFile file_;
};

TEST_F(SegmentFileTest, KeepsTheBytesOfAPart) {
    EXPECT_EQ(file_.keep(part(100, 1)), part(100, 1));
    EXPECT_EQ(file_.keep(part(kLarge, 2)), part(kLarge, 2));
    EXPECT_EQ(file_.keep(part(100, 3)), part(100, 3));
}

TEST_F(SegmentFileTest, SmallPartsStayInMemory) {
    auto const before = MemoryFile::count();
    for (auto i = 0; i < 100; ++i) EXPECT_FALSE(file_.keep(part(kLarge - 1, 1)).file());
    EXPECT_EQ(MemoryFile::count(), before);
}

TEST_F(SegmentFileTest, PartsFromTheFirstLargeOneOnLieSideBySideInOneFile) {
    auto const small = file_.keep(part(100, 1));
    auto const first = file_.keep(part(kLarge, 2)).file();
    auto const second = file_.keep(part(100, 3)).file();
    auto const third = file_.keep(part(kLarge, 4)).file();
    EXPECT_FALSE(small.file());
    ASSERT_TRUE(first && second && third);
    EXPECT_EQ(first->offset, 0U);
    EXPECT_EQ(second, (FilePlace{.descriptor = first->descriptor, .offset = kLarge}));
    EXPECT_EQ(third, (FilePlace{.descriptor = first->descriptor, .offset = kLarge + 100}));
}

TEST_F(SegmentFileTest, AnotherSegmentHasAnotherFile) {
    auto const before = MemoryFile::count();
    auto const first = file_.keep(part(kLarge, 1));
    file_.close();
    auto const small = file_.keep(part(100, 2));
    auto const second = file_.keep(part(kLarge, 3));
    EXPECT_FALSE(small.file()) << "the file of the segment before is closed";
    ASSERT_TRUE(second.file());
    EXPECT_EQ(second.file()->offset, 0U);
    EXPECT_EQ(MemoryFile::count(), before + 2);
}

TEST_F(SegmentFileTest, AFileGoesWithTheLastPartOfItsSegment) {
    auto const before = MemoryFile::count();
    auto first = file_.keep(part(kLarge, 1));
    auto second = file_.keep(part(kLarge, 2));
    file_.close();
    first = Blob();
    EXPECT_EQ(second, part(kLarge, 2));
    EXPECT_EQ(MemoryFile::count(), before + 1);
    second = Blob();
    EXPECT_EQ(MemoryFile::count(), before);
}

TEST_F(SegmentFileTest, WhereThereIsNoFilePartsStayInMemoryUntilThereIsOne) {
    MemoryFile::limit(0);
    auto const refused = file_.keep(part(kLarge, 1));
    EXPECT_FALSE(refused.file());
    EXPECT_EQ(refused, part(kLarge, 1));
    MemoryFile::limit(kMostMemoryFiles);
    EXPECT_TRUE(file_.keep(part(kLarge, 2)).file());
}

TEST_F(SegmentFileTest, ASegmentBeyondTheCapacityGoesOnInAnotherFile) {
    auto const size = SegmentFile::kCapacity / 2 + 1;
    auto const first = file_.keep(part(size, 1));
    auto const beyond = file_.keep(part(size, 2));
    auto const next = file_.keep(part(size, 3));
    ASSERT_TRUE(first.file() && next.file());
    EXPECT_FALSE(beyond.file());
    EXPECT_EQ(beyond, part(size, 2));
    EXPECT_NE(first.file()->descriptor, next.file()->descriptor);
}

}  // namespace
}  // namespace directfanz::packager
