#include "base/byte_reader.hpp"

#include "base/byte_writer.hpp"
#include "base/property_test.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace directfanz {
namespace {

using testing::for_all_seeds;
using testing::Generator;

TEST(ByteReader, ReadsNetworkOrder) {
    Bytes const bytes{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.u8(), 0x01);
    EXPECT_EQ(reader.u16(), 0x0203);
    EXPECT_EQ(reader.u24(), 0x040506U);
    EXPECT_EQ(reader.u32(), 0x0708090AU);
    EXPECT_TRUE(reader.ok());
    EXPECT_TRUE(reader.at_end());

    ByteReader again(bytes);
    EXPECT_EQ(again.u64(), 0x0102030405060708U);
    EXPECT_EQ(again.position(), 8U);
    EXPECT_EQ(again.remaining(), 2U);
}

TEST(ByteReader, ReadsTheLittleEndianFieldOfRtmp) {
    Bytes const bytes{0x01, 0x00, 0x00, 0x00};
    EXPECT_EQ(ByteReader(bytes).u32_little(), 1U);
}

TEST(ByteReader, ExtendsTheSignOfTwentyFourBits) {
    Bytes const bytes{0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0x80, 0x00, 0x00};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.i24(), -1);
    EXPECT_EQ(reader.i24(), 8'388'607);
    EXPECT_EQ(reader.i24(), -8'388'608);
}

TEST(ByteReader, ReadsADoubleOfAmf) {
    Bytes const bytes{0x40, 0x09, 0x21, 0xFB, 0x54, 0x44, 0x2D, 0x18};
    EXPECT_DOUBLE_EQ(ByteReader(bytes).f64(), 3.141592653589793);
}

TEST(ByteReader, FailsPastTheEndAndStaysFailed) {
    Bytes const bytes{0x01, 0x02, 0x03};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.u32(), 0U);
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.u8(), 0) << "a byte would have been there";
    EXPECT_TRUE(reader.bytes(1).empty());
    EXPECT_TRUE(reader.rest().empty());
    EXPECT_EQ(reader.remaining(), 0U);
    EXPECT_TRUE(reader.at_end());
}

TEST(ByteReader, TakesNothingFromTheEndWithoutFailing) {
    ByteReader reader({});
    EXPECT_TRUE(reader.bytes(0).empty());
    EXPECT_TRUE(reader.rest().empty());
    EXPECT_TRUE(reader.ok());
}

TEST(ByteReader, RefusesALengthThatWouldWrapAround) {
    Bytes const bytes{1, 2, 3};
    ByteReader reader(bytes);
    reader.u8();
    EXPECT_TRUE(reader.bytes(std::numeric_limits<std::size_t>::max()).empty());
    EXPECT_FALSE(reader.ok());
}

TEST(ByteReader, CanBeFailedByItsUser) {
    Bytes const bytes{1, 2, 3};
    ByteReader reader(bytes);
    reader.set_failed();
    EXPECT_EQ(reader.u8(), 0);
    EXPECT_FALSE(reader.ok());
}

TEST(ByteReader, ReadsTextAndSkips) {
    ByteReader reader(as_bytes("xxlive!"));
    reader.skip(2);
    EXPECT_EQ(reader.text(4), "live");
    EXPECT_EQ(reader.u8(), '!');
    EXPECT_TRUE(reader.ok());
}

TEST(ByteWriter, WritesNetworkOrder) {
    ByteWriter writer;
    writer.u8(0x01);
    writer.u16(0x0203);
    writer.u24(0x040506);
    writer.u32(0x0708090A);
    writer.u32_little(0x0708090A);
    EXPECT_EQ(writer.take(), (Bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 9, 8, 7}));
    EXPECT_EQ(writer.size(), 0U) << "what was taken is gone";
}

TEST(ByteWriter, PatchesALengthThatIsKnownLater) {
    ByteWriter writer;
    writer.u8(0xAA);
    writer.u32(0);
    writer.text("abc");
    writer.patch_u32(1, 3);
    EXPECT_EQ(writer.take(), (Bytes{0xAA, 0, 0, 0, 3, 'a', 'b', 'c'}));
}

TEST(ByteWriter, WritesZerosAndBytes) {
    ByteWriter writer(8);
    writer.zeros(2);
    writer.bytes(Bytes{7, 8});
    EXPECT_EQ(writer.view().size(), 4U);
    EXPECT_EQ(writer.take_blob(), Blob(Bytes{0, 0, 7, 8}));
}

TEST(ByteWriter, WhatItWritesTheReaderReads) {
    for_all_seeds([](Generator& any) {
        auto const a = static_cast<std::uint8_t>(any.bits(8));
        auto const b = static_cast<std::uint16_t>(any.bits(16));
        auto const c = static_cast<std::uint32_t>(any.bits(24));
        auto const d = static_cast<std::uint32_t>(any.bits(32));
        auto const e = any.bits(64);
        auto const f = std::ldexp(static_cast<double>(any.bits(53)), any.number(-1000, 900));
        auto const bytes = any.bytes(100);
        ByteWriter writer;
        writer.u8(a);
        writer.u16(b);
        writer.u24(c);
        writer.u32(d);
        writer.u32_little(d);
        writer.u64(e);
        writer.f64(f);
        writer.bytes(bytes);
        auto const written = writer.take();

        ByteReader reader(written);
        EXPECT_EQ(reader.u8(), a);
        EXPECT_EQ(reader.u16(), b);
        EXPECT_EQ(reader.u24(), c);
        EXPECT_EQ(reader.u32(), d);
        EXPECT_EQ(reader.u32_little(), d);
        EXPECT_EQ(reader.u64(), e);
        EXPECT_EQ(reader.f64(), f);
        auto const rest = reader.rest();
        EXPECT_EQ(Bytes(rest.begin(), rest.end()), bytes);
        EXPECT_TRUE(reader.ok());
    });
}

TEST(ByteReader, NeverReadsOutsideWhateverIsAskedOfIt) {
    for_all_seeds([](Generator& any) {
        auto const bytes = any.bytes(40);
        ByteReader reader(bytes);
        std::size_t taken = 0;
        for (int i = 0; i < 30 && reader.ok(); ++i) {
            auto const count = any.number<std::size_t>(0, 12);
            auto const view = reader.bytes(count);
            if (!reader.ok()) {
                EXPECT_GT(taken + count, bytes.size());
                return;
            }
            ASSERT_EQ(view.size(), count);
            EXPECT_TRUE(
                std::equal(view.begin(), view.end(), bytes.begin() + static_cast<long>(taken)));
            taken += count;
            EXPECT_EQ(reader.position(), taken);
            EXPECT_EQ(reader.remaining(), bytes.size() - taken);
        }
    });
}

}  // namespace
}  // namespace directfanz
