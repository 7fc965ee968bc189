#include "media/codec/nal_unit.hpp"

#include "base/byte_writer.hpp"
#include "base/property_test.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace directfanz::h264 {
namespace {

using directfanz::testing::for_all_seeds;
using directfanz::testing::Generator;

Bytes const kSps{0x67, 0x42, 0xC0, 0x1E};
Bytes const kPps{0x68, 0xCE, 0x3C, 0x80};
Bytes const kSei{0x06, 0x05, 0x01, 0xAA, 0x80};
Bytes const kDelimiter{0x09, 0xF0};
Bytes const kIdrSlice{0x65, 0x88, 0x84};
Bytes const kSlice{0x41, 0x9A, 0x02};

Bytes access_unit(std::vector<Bytes> const& units, unsigned length_size = 4) {
    ByteWriter writer;
    for (auto const& unit : units) {
        for (unsigned i = length_size; i-- > 0;)
            writer.u8(static_cast<std::uint8_t>(unit.size() >> (8 * i)));
        writer.bytes(unit);
    }
    return writer.take();
}

std::vector<Bytes> units_of(ByteView payload) {
    std::vector<Bytes> units;
    NalUnits walk(payload);
    while (auto const nal = walk.next()) units.emplace_back(nal->begin(), nal->end());
    return units;
}

bool adds_up(ByteView payload) {
    NalUnits walk(payload);
    while (walk.next()) {
    }
    return walk.ok();
}

// The inverse of without_emulation_prevention, 7.4.1.
Bytes with_emulation_prevention(ByteView payload) {
    Bytes nal;
    unsigned zeros = 0;
    for (auto const byte : payload) {
        if (zeros == 2 && byte <= 3) {
            nal.push_back(3);
            zeros = 0;
        }
        nal.push_back(byte);
        zeros = byte == 0 ? zeros + 1 : 0;
    }
    return nal;
}

TEST(NalUnits, WalksOneUnitAfterAnother) {
    auto const payload = access_unit({kDelimiter, kSei, kIdrSlice});
    EXPECT_EQ(units_of(payload), (std::vector<Bytes>{kDelimiter, kSei, kIdrSlice}));
    EXPECT_TRUE(adds_up(payload));
}

TEST(NalUnits, FindsNothingInAnEmptyAccessUnit) {
    EXPECT_TRUE(units_of({}).empty());
    EXPECT_TRUE(adds_up({}));
}

TEST(NalUnits, StopsAtALengthThatReachesBeyondTheEnd) {
    auto payload = access_unit({kSei, kSlice});
    payload.pop_back();
    NalUnits walk(payload);
    EXPECT_TRUE(walk.next());
    EXPECT_FALSE(walk.next());
    EXPECT_FALSE(walk.ok());
    EXPECT_FALSE(walk.next()) << "failure is sticky";
}

TEST(NalUnits, StopsAtALengthThatIsCutShort) {
    auto payload = access_unit({kSlice});
    payload.insert(payload.end(), {0, 0, 0});
    EXPECT_FALSE(adds_up(payload));
}

TEST(NalUnits, StopsAtAnEmptyUnit) {
    EXPECT_FALSE(adds_up(access_unit({kSlice, {}})));
}

TEST(NalUnits, StopsAtALengthOfFourGigabytes) {
    EXPECT_FALSE(adds_up(Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0x41}));
}

TEST(NalUnits, StopsBeyondTheLimitOfUnits) {
    EXPECT_TRUE(adds_up(access_unit(std::vector<Bytes>(kMaxNalUnits, kSlice))));
    EXPECT_FALSE(adds_up(access_unit(std::vector<Bytes>(kMaxNalUnits + 1, kSlice))));
}

TEST(NalType, IsTheLowerFiveBitsOfTheHeader) {
    EXPECT_EQ(nal_type(kIdrSlice), NalType::idr_slice);
    EXPECT_EQ(nal_type(Bytes{0x25}), NalType::idr_slice);
    EXPECT_EQ(nal_type(kSps), NalType::sps);
    EXPECT_EQ(nal_type(kPps), NalType::pps);
    EXPECT_EQ(nal_type(kSei), NalType::sei);
    EXPECT_EQ(nal_type(kDelimiter), NalType::access_unit_delimiter);
}

TEST(IsIdr, AsksTheFirstSlice) {
    EXPECT_TRUE(is_idr(access_unit({kIdrSlice})));
    EXPECT_TRUE(is_idr(access_unit({kDelimiter, kSps, kPps, kSei, kIdrSlice, kIdrSlice})));
    EXPECT_FALSE(is_idr(access_unit({kSlice})));
    EXPECT_FALSE(is_idr(access_unit({kSlice, kIdrSlice})));
}

TEST(IsIdr, IsFalseWithoutASlice) {
    EXPECT_FALSE(is_idr({}));
    EXPECT_FALSE(is_idr(access_unit({kSps, kPps, kSei})));
}

TEST(HasPicture, NeedsASlice) {
    EXPECT_TRUE(has_picture(access_unit({kSei, kSlice})));
    EXPECT_TRUE(has_picture(access_unit({kIdrSlice})));
    EXPECT_TRUE(has_picture(access_unit({{0x42, 1}}))) << "a data partition";
    EXPECT_FALSE(has_picture(access_unit({kDelimiter, kSps, kPps, kSei})));
    EXPECT_FALSE(has_picture({}));
}

TEST(EmulationPrevention, DropsTheThreeBehindTwoZeros) {
    EXPECT_EQ(without_emulation_prevention(Bytes{0x67, 0, 0, 3, 1, 0, 0, 3, 0, 0, 3}),
              (Bytes{0x67, 0, 0, 1, 0, 0, 0, 0}));
}

TEST(EmulationPrevention, LeavesOtherThreesAlone) {
    Bytes const nal{0x67, 3, 0, 3, 0, 0, 4, 3};
    EXPECT_EQ(without_emulation_prevention(nal), nal);
}

TEST(EmulationPrevention, UndoesWhatAnEncoderDoes) {
    for_all_seeds([](Generator& any) {
        auto payload = any.bytes(200);
        // Many zeros and small numbers, or it would never happen.
        for (auto& byte : payload) byte = any.coin() ? 0 : byte % 5;
        EXPECT_EQ(without_emulation_prevention(with_emulation_prevention(payload)), payload);
    });
}

TEST(FourByteLengths, AreMadeOfShorterOnes) {
    std::vector<Bytes> const units{kSps, kPps, kIdrSlice};
    for (unsigned const size : {1U, 2U, 3U}) {
        auto const converted = to_four_byte_lengths(Blob(access_unit(units, size)), size);
        ASSERT_TRUE(converted) << size;
        EXPECT_EQ(units_of(converted->view()), units) << size;
        EXPECT_TRUE(adds_up(converted->view())) << size;
    }
}

TEST(FourByteLengths, AreLeftAloneWithoutACopy) {
    Blob const payload(access_unit({kSei, kSlice}));
    auto const same = to_four_byte_lengths(payload, 4);
    ASSERT_TRUE(same);
    EXPECT_EQ(same->data(), payload.data());
}

TEST(FourByteLengths, LoseEmptyUnits) {
    for (unsigned const size : {1U, 2U, 4U}) {
        auto const converted =
            to_four_byte_lengths(Blob(access_unit({{}, kSei, {}, kSlice, {}}, size)), size);
        ASSERT_TRUE(converted) << size;
        EXPECT_EQ(units_of(converted->view()), (std::vector<Bytes>{kSei, kSlice})) << size;
    }
}

TEST(FourByteLengths, RefuseLengthsThatDoNotAddUp) {
    auto payload = access_unit({kSei, kSlice});
    payload.pop_back();
    auto const refused = to_four_byte_lengths(Blob(payload), 4);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_NE(refused.error().message.find("a NAL unit of 3 bytes where 2 are left"),
              std::string::npos)
        << refused.error().message;
}

TEST(FourByteLengths, RefuseAnnexBStartCodes) {
    Bytes annex_b{0, 0, 0, 1};
    annex_b.insert(annex_b.end(), kIdrSlice.begin(), kIdrSlice.end());
    EXPECT_FALSE(to_four_byte_lengths(Blob(annex_b), 4));
}

TEST(FourByteLengths, RefuseSizesThatDoNotExist) {
    EXPECT_FALSE(to_four_byte_lengths(Blob(access_unit({kSlice})), 0));
    EXPECT_FALSE(to_four_byte_lengths(Blob(access_unit({kSlice})), 5));
}

TEST(FourByteLengths, RefuseTooManyUnits) {
    auto const refused =
        to_four_byte_lengths(Blob(access_unit(std::vector<Bytes>(kMaxNalUnits + 1, kSlice), 1)), 1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::too_large);
}

TEST(FourByteLengths, WhatIsAcceptedCanBeWalked) {
    for_all_seeds([](Generator& any) {
        auto const size = any.number(1U, 4U);
        std::vector<Bytes> units(any.number<std::size_t>(0, 8));
        for (auto& unit : units) unit = any.bytes(20);
        auto payload = access_unit(units, size);
        if (any.coin() && !payload.empty()) {
            payload[any.number<std::size_t>(0, payload.size() - 1)] =
                static_cast<std::uint8_t>(any.bits(8));
        }
        auto const converted = to_four_byte_lengths(Blob(payload), size);
        if (converted) EXPECT_TRUE(adds_up(converted->view()));
    });
}

TEST(ParameterSets, AreFoundInAnAccessUnit) {
    auto const payload = access_unit({kDelimiter, kSps, kPps, kPps, kSei, kIdrSlice});
    auto const found = parameter_sets_of(payload);
    ASSERT_EQ(found.sps.size(), 1U);
    ASSERT_EQ(found.pps.size(), 2U);
    EXPECT_EQ(Bytes(found.sps[0].begin(), found.sps[0].end()), kSps);
    EXPECT_EQ(Bytes(found.pps[1].begin(), found.pps[1].end()), kPps);
}

TEST(ParameterSets, AreNotFoundWhereThereAreNone) {
    auto const payload = access_unit({kSlice});
    EXPECT_TRUE(parameter_sets_of(payload).sps.empty());
    EXPECT_TRUE(parameter_sets_of(payload).pps.empty());
}

}  // namespace
}  // namespace directfanz::h264
