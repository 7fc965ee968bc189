#include "base/bit_reader.hpp"

#include "base/bit_writer.hpp"
#include "base/property_test.hpp"

#include <limits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz {
namespace {

using testing::for_all_seeds;
using testing::Generator;

TEST(BitReader, ReadsTheMostSignificantBitFirst) {
    Bytes const bytes{0b1010'0101, 0b1100'0000};
    BitReader bits(bytes);
    EXPECT_EQ(bits.bits(1), 1U);
    EXPECT_EQ(bits.bits(3), 0b010U);
    EXPECT_EQ(bits.bits(6), 0b0101'11U);
    EXPECT_EQ(bits.bits_left(), 6U);
    EXPECT_EQ(bits.bits(6), 0U);
    EXPECT_TRUE(bits.ok());
}

TEST(BitReader, ReadsThirtyTwoBitsFromAnyPosition) {
    Bytes const bytes{0x01, 0x23, 0x45, 0x67, 0x89};
    for (unsigned skip = 0; skip < 8; ++skip) {
        BitReader bits(bytes);
        bits.skip(skip);
        auto const expected = static_cast<std::uint32_t>(0x0123456789ULL >> (8 - skip));
        EXPECT_EQ(bits.bits(32), expected) << "from bit " << skip;
    }
}

TEST(BitReader, ReadsNothingAsZero) {
    BitReader bits({});
    EXPECT_EQ(bits.bits(0), 0U);
    EXPECT_TRUE(bits.ok());
}

TEST(BitReader, FailsPastTheEndAndStaysFailed) {
    Bytes const bytes{0xFF};
    BitReader bits(bytes);
    EXPECT_EQ(bits.bits(9), 0U);
    EXPECT_FALSE(bits.ok());
    EXPECT_EQ(bits.bits(1), 0U) << "one bit would have been there";
    EXPECT_FALSE(bits.flag());
    EXPECT_EQ(bits.bits_left(), 0U);
    bits.skip(0);
    EXPECT_FALSE(bits.ok());
}

TEST(BitReader, RefusesMoreThanThirtyTwoBitsAtOnce) {
    Bytes const bytes(8, 0xFF);
    BitReader bits(bytes);
    EXPECT_EQ(bits.bits(33), 0U);
    EXPECT_FALSE(bits.ok());
}

TEST(BitReader, SkipsNoFurtherThanTheEnd) {
    Bytes const bytes{0, 0};
    BitReader bits(bytes);
    bits.skip(16);
    EXPECT_TRUE(bits.ok());
    bits.skip(1);
    EXPECT_FALSE(bits.ok());
}

// Table 9-2 of ITU-T H.264: bit strings and code numbers.
TEST(BitReader, ReadsExpGolombCodesOfTheSpecification) {
    // 1 | 010 | 011 | 00100 | 00101 | 0001000
    Bytes const bytes{0b1010'0110, 0b0100'0010, 0b1000'1000};
    BitReader bits(bytes);
    for (std::uint32_t expected : {0U, 1U, 2U, 3U, 4U, 7U}) {
        EXPECT_EQ(bits.unsigned_exp_golomb(), expected);
    }
    EXPECT_TRUE(bits.ok());
}

// Table 9-3: code numbers 0, 1, 2, 3, 4 are 0, 1, -1, 2, -2.
TEST(BitReader, ReadsSignedExpGolombCodesOfTheSpecification) {
    Bytes const bytes{0b1010'0110, 0b0100'0010, 0b1000'0000};
    BitReader bits(bytes);
    for (std::int32_t expected : {0, 1, -1, 2, -2}) {
        EXPECT_EQ(bits.signed_exp_golomb(), expected);
    }
}

TEST(BitReader, RefusesAnExpGolombCodeOfMoreThanThirtyOneZeros) {
    Bytes const bytes{0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0};
    BitReader bits(bytes);
    EXPECT_EQ(bits.unsigned_exp_golomb(), 0U);
    EXPECT_FALSE(bits.ok());
}

TEST(BitReader, FailsInsideAnExpGolombCode) {
    Bytes const bytes{0x01};
    BitReader bits(bytes);
    EXPECT_EQ(bits.unsigned_exp_golomb(), 0U);
    EXPECT_FALSE(bits.ok());
    EXPECT_EQ(bits.signed_exp_golomb(), 0);
}

TEST(BitWriter, FillsTheLastByteUpWithZeros) {
    BitWriter writer;
    writer.bits(0b111, 3);
    EXPECT_EQ(writer.take(), Bytes{0b1110'0000});
    EXPECT_EQ(writer.take(), Bytes{}) << "what was taken is gone";
}

TEST(BitWriter, WhatItWritesTheReaderReads) {
    for_all_seeds([](Generator& any) {
        std::vector<std::pair<std::uint32_t, unsigned>> written;
        BitWriter writer;
        for (int i = 0; i < 100; ++i) {
            auto const width = any.number(0U, 32U);
            auto const value = static_cast<std::uint32_t>(any.bits(width));
            written.emplace_back(value, width);
            writer.bits(value, width);
        }
        auto const bytes = writer.take();
        BitReader reader(bytes);
        for (auto const& [value, width] : written) EXPECT_EQ(reader.bits(width), value);
        EXPECT_TRUE(reader.ok());
        EXPECT_LT(reader.bits_left(), 8U);
    });
}

TEST(BitWriter, ExpGolombCodesRoundTripOverTheirWholeRange) {
    std::vector<std::uint32_t> codes{0, 1, 2, 3, 254, 255, 256, (1U << 31) - 2};
    std::vector<std::int32_t> numbers{0, 1, -1, 32767, -32768, (1 << 30) - 1, -(1 << 30) + 1};
    for_all_seeds(
        [&](Generator& any) {
            for (unsigned width = 1; width < 31; ++width) {
                codes.push_back(static_cast<std::uint32_t>(any.bits(width)));
                auto const magnitude = static_cast<std::int32_t>(any.bits(width - 1));
                numbers.push_back(any.coin() ? magnitude : -magnitude);
            }
        },
        20);
    BitWriter writer;
    for (auto const code : codes) writer.unsigned_exp_golomb(code);
    for (auto const number : numbers) writer.signed_exp_golomb(number);
    auto const bytes = writer.take();
    BitReader reader(bytes);
    for (auto const code : codes) EXPECT_EQ(reader.unsigned_exp_golomb(), code);
    for (auto const number : numbers) EXPECT_EQ(reader.signed_exp_golomb(), number);
    EXPECT_TRUE(reader.ok());
}

}  // namespace
}  // namespace directfanz
