#include "media/ingest/rtmp/amf0.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::amf0 {
namespace {

using ::testing::SizeIs;

Value text(std::string_view value) {
    return Value(std::string(value));
}

Bytes bytes(std::initializer_list<int> values) {
    Bytes made;
    for (auto const value : values) made.push_back(static_cast<std::uint8_t>(value));
    return made;
}

TEST(Amf0, WhatIsWrittenIsReadBack) {
    Writer writer;
    writer.string("connect").number(1).null().undefined().boolean(true);
    writer.begin_object().name("app").string("live").name("deep").begin_object();
    writer.name("n").number(-2.5).end_object().end_object();
    writer.strings({"avc1", "mp4a"});
    auto const values = read_all(writer.view());
    ASSERT_TRUE(values);
    ASSERT_THAT(*values, SizeIs(7));
    auto const& v = *values;
    EXPECT_EQ(v[0].text(), "connect");
    EXPECT_EQ(v[1].number(), 1);
    EXPECT_TRUE(v[2].is_null());
    EXPECT_TRUE(v[3].is_undefined());
    EXPECT_EQ(v[4], Value(true));
    EXPECT_EQ(v[5]["app"].text(), "live");
    EXPECT_EQ(v[5]["deep"]["n"].number(), -2.5);
    ASSERT_NE(v[6].array(), nullptr);
    EXPECT_EQ(*v[6].array(), (Array{text("avc1"), text("mp4a")}));
}

TEST(Amf0, LongStringsHaveTheirOwnForm) {
    std::string const value(70'000, 'x');
    Writer writer;
    writer.string(value).number(2);
    EXPECT_EQ(writer.view().front(), 0x0C);
    auto const values = read_all(writer.view());
    ASSERT_TRUE(values);
    EXPECT_EQ((*values)[0].text(), value);
    EXPECT_EQ((*values)[1].number(), 2);
}

// rtmp.md 1.
TEST(Amf0, StrictArraysInAnObjectDoNotHideWhatFollows) {
    auto const message = bytes({0x03, 0, 1, 'f', 0x0A, 0, 0,   0, 2, 2, 0, 1, 'a',
                                2,    0, 1, 'b', 0,    1, 'g', 1, 1, 0, 0, 9, 5});
    auto const values = read_all(message);
    ASSERT_TRUE(values);
    ASSERT_THAT(*values, SizeIs(2));
    EXPECT_EQ(*(*values)[0]["f"].array(), (Array{text("a"), text("b")}));
    EXPECT_EQ((*values)[0]["g"], Value(true));
    EXPECT_TRUE((*values)[1].is_null());
}

TEST(Amf0, EveryOtherTypeIsPassedOver) {
    auto const message = bytes({
        0x08, 0,    0,    0,   99, 0,   1,   'w', 2, 0, 1, 'x', 0, 0, 9,  // ECMA array, wrong count
        0x0B, 0x40, 0,    0,   0,  0,   0,   0,   0, 0, 0,                // date
        0x07, 0,    1,                                                    // reference
        0x04, 0x0D, 0x0E,                                                 // without content
        0x0F, 0,    0,    0,   1,  'x',                                   // XML
        0x10, 0,    1,    'C', 0,  1,   'm', 5,   0, 0, 9,                // typed object
        0x02, 0,    1,    'z',                                            // the end
    });
    auto const values = read_all(message);
    ASSERT_TRUE(values);
    ASSERT_THAT(*values, SizeIs(9));
    EXPECT_EQ((*values)[0]["w"].text(), "x");
    EXPECT_EQ((*values)[1].number(), 2);
    EXPECT_TRUE((*values)[2].is_undefined());
    EXPECT_EQ((*values)[6].text(), "x");
    EXPECT_TRUE((*values)[7]["m"].is_null());
    EXPECT_EQ((*values)[8].text(), "z");
}

TEST(Amf0, SimpleAmf3ValuesAreRead) {
    auto const message = bytes({0x11, 0,    0x11, 1,    0x11, 3,   0x11, 4, 0x81, 0x00, 0x11, 4,
                                0xFF, 0xFF, 0xFF, 0xFF, 0x11, 5,   0x40, 0, 0,    0,    0,    0,
                                0,    0,    0x11, 6,    5,    'h', 'i',  2, 0,    1,    'z'});
    auto const values = read_all(message);
    ASSERT_TRUE(values);
    ASSERT_THAT(*values, SizeIs(8));
    EXPECT_TRUE((*values)[1].is_null());
    EXPECT_EQ((*values)[2], Value(true));
    EXPECT_EQ((*values)[3].number(), 128);
    EXPECT_EQ((*values)[4].number(), -1);
    EXPECT_EQ((*values)[5].number(), 2);
    EXPECT_EQ((*values)[6].text(), "hi");
    EXPECT_EQ((*values)[7].text(), "z");
}

// rtmp.md 1.
TEST(Amf0, AnUnknownTypeEndsTheMessageButLosesNothingBeforeIt) {
    auto const message = bytes({2, 0, 1, 'a', 0x03, 0, 1, 'b', 1, 1, 0, 1, 'c', 0x77, 1, 2, 3});
    auto const values = read_all(message);
    ASSERT_TRUE(values);
    ASSERT_THAT(*values, SizeIs(2));
    EXPECT_EQ((*values)[0].text(), "a");
    EXPECT_EQ((*values)[1]["b"], Value(true));
    EXPECT_TRUE((*values)[1]["c"].is_undefined());
}

TEST(Amf0, AMessageCutShortKeepsWhatWasWhole) {
    Writer writer;
    writer.string("connect").number(1);
    writer.begin_object().name("app").string("live").name("x").number(1).end_object();
    auto const whole = writer.view();
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        auto const values = read_all(whole.first(size));
        ASSERT_TRUE(values);
        if (size >= 10) EXPECT_EQ(values->at(0).text(), "connect");
        if (size >= 19) EXPECT_EQ(values->at(1).number(), 1);
        if (size >= 32) EXPECT_EQ(values->at(2)["app"].text(), "live");
    }
}

TEST(Amf0, NestingHasALimit) {
    auto const nested = [](int depth) {
        Writer writer;
        for (int i = 0; i < depth; ++i) writer.begin_object().name("o");
        writer.null();
        for (int i = 0; i < depth; ++i) writer.end_object();
        auto const view = writer.view();
        return Bytes(view.begin(), view.end());
    };
    EXPECT_TRUE(read_all(nested(kMaxDepth)));
    auto const values = read_all(nested(kMaxDepth + 1));
    ASSERT_FALSE(values);
    EXPECT_EQ(values.error().kind, ErrorKind::too_large);
    EXPECT_FALSE(read_all(nested(100'000)));
}

TEST(Amf0, TheNumberOfValuesHasALimit) {
    EXPECT_TRUE(read_all(Bytes(kMaxValues, 5)));
    auto const values = read_all(Bytes(kMaxValues + 1, 5));
    ASSERT_FALSE(values);
    EXPECT_EQ(values.error().kind, ErrorKind::too_large);
}

TEST(Amf0, AClaimedCountAllocatesNothing) {
    auto const values = read_all(bytes({0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 5}));
    ASSERT_TRUE(values);
    ASSERT_THAT(*values, SizeIs(1));
    EXPECT_THAT(*(*values)[0].array(), SizeIs(1));
    EXPECT_TRUE(read_all(bytes({0x0C, 0xFF, 0xFF, 0xFF, 0xFF, 'x'})));
}

TEST(Amf0, WrongTypesAreEmptyInsteadOfFaults) {
    EXPECT_EQ(text("a").number(7), 7);
    EXPECT_EQ(Value(1.0).text("none"), "none");
    EXPECT_TRUE(Value(1.0)["x"].is_undefined());
    EXPECT_EQ(Value(1.0).array(), nullptr);
}

TEST(Amf0, AnyBytesAreReadWithoutFault) {
    std::mt19937 random(2);
    for (int i = 0; i < 50'000; ++i) {
        Bytes message(random() % 40);
        for (auto& byte : message) {
            byte = static_cast<std::uint8_t>(random() % 2 == 0 ? random() % 0x12 : random());
        }
        auto const values = read_all(message);
        if (values) EXPECT_LE(values->size(), message.size());
    }
}

}  // namespace
}  // namespace directfanz::amf0
