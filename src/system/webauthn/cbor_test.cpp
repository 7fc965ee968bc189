#include "system/webauthn/cbor.hpp"

#include "base/property_test.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace directfanz::webauthn {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::int64_t integer(Bytes const& bytes) {
    ByteReader reader(bytes);
    auto const value = read_cbor_integer(reader);
    EXPECT_TRUE(reader.ok() && reader.at_end());
    return value;
}

bool is_one_item(Bytes const& bytes) {
    ByteReader reader(bytes);
    auto const item = read_cbor_item(reader);
    return reader.ok() && reader.at_end() && item.size() == bytes.size();
}

/// Arrays of one item each, around a zero.
Bytes nested(unsigned depth) {
    Bytes bytes(depth, 0x81);
    bytes.push_back(0x00);
    return bytes;
}

// The examples of RFC 8949, Appendix A.
TEST(CborTest, IntegersAreReadAtEveryLength) {
    EXPECT_EQ(integer({0x00}), 0);
    EXPECT_EQ(integer({0x17}), 23);
    EXPECT_EQ(integer({0x18, 0x18}), 24);
    EXPECT_EQ(integer({0x19, 0x03, 0xe8}), 1'000);
    EXPECT_EQ(integer({0x1a, 0x00, 0x0f, 0x42, 0x40}), 1'000'000);
    EXPECT_EQ(integer({0x1b, 0x00, 0x00, 0x00, 0xe8, 0xd4, 0xa5, 0x10, 0x00}), 1'000'000'000'000);
    EXPECT_EQ(integer({0x20}), -1);
    EXPECT_EQ(integer({0x39, 0x03, 0xe7}), -1'000);
    EXPECT_EQ(integer({0x3b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}),
              std::numeric_limits<std::int64_t>::min());
}

TEST(CborTest, AnIntegerThatDoesNotFitIsRefused) {
    for (Bytes const& bytes :
         {Bytes{0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0}, Bytes{0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0},
          Bytes{0x41, 0x01}, Bytes{0x61, 'a'}, Bytes{0xf5}, Bytes{}}) {
        ByteReader reader(bytes);
        EXPECT_EQ(read_cbor_integer(reader), 0);
        EXPECT_FALSE(reader.ok());
    }
}

TEST(CborTest, TextAndBytesAreReadInPlace) {
    Bytes const bytes{0x64, 'I', 'E', 'T', 'F', 0x43, 1, 2, 3};
    ByteReader reader(bytes);
    EXPECT_EQ(read_cbor_text(reader), "IETF");
    EXPECT_THAT(read_cbor_bytes(reader), ElementsAre(1, 2, 3));
    EXPECT_TRUE(reader.ok() && reader.at_end());
}

TEST(CborTest, TextIsNoBytesAndBytesAreNoText) {
    Bytes const bytes{0x61, 'a', 0x41, 'a'};
    ByteReader text_first(bytes);
    EXPECT_THAT(read_cbor_bytes(text_first), IsEmpty());
    EXPECT_FALSE(text_first.ok());
    ByteReader bytes_first(ByteView(bytes).subspan(2));
    EXPECT_EQ(read_cbor_text(bytes_first), "");
    EXPECT_FALSE(bytes_first.ok());
}

TEST(CborTest, AnItemIsWholeWithAllThatIsInIt) {
    EXPECT_TRUE(is_one_item({0xa2, 0x61, 'a', 0x01, 0x61, 'b', 0x82, 0x02, 0x03}));
    EXPECT_TRUE(is_one_item({0x83, 0xf4, 0xf6, 0xfb, 1, 2, 3, 4, 5, 6, 7, 8}));
    EXPECT_TRUE(is_one_item({0xa0}));
    Bytes const two{0x82, 0x01, 0x41, 0xff, 0x18, 0x20};
    ByteReader reader(two);
    EXPECT_EQ(read_cbor_item(reader).size(), 4U);
    EXPECT_EQ(read_cbor_integer(reader), 32);
}

TEST(CborTest, WhatEndsTooSoonIsRefused) {
    Bytes const whole{0xa2, 0x61, 'a', 0x01, 0x61, 'b', 0x82, 0x02, 0x19, 0x03, 0xe8};
    ASSERT_TRUE(is_one_item(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(is_one_item({whole.begin(), whole.begin() + static_cast<long>(size)})) << size;
    }
}

TEST(CborTest, NoMoreIsPromisedThanCanFollow) {
    // libcbor takes memory for each item of which a head speaks.
    EXPECT_FALSE(is_one_item({0x9a, 0x10, 0x00, 0x00, 0x00, 0x00}));
    EXPECT_FALSE(is_one_item({0xbb, 0x80, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_FALSE(is_one_item({0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00}));
    EXPECT_FALSE(is_one_item({0xa1, 0x01}));
}

TEST(CborTest, WhatAuthenticatorsDoNotWriteIsRefused) {
    EXPECT_FALSE(is_one_item({0x5f, 0x41, 0x01, 0xff})) << "an indefinite length";
    EXPECT_FALSE(is_one_item({0x9f, 0x01, 0xff})) << "an indefinite length";
    EXPECT_FALSE(is_one_item({0xc1, 0x01})) << "a tag";
    EXPECT_FALSE(is_one_item({0x1c})) << "a reserved length";
    EXPECT_FALSE(is_one_item({0xff})) << "the end of nothing";
}

TEST(CborTest, ItemsStandInOneAnotherToALimit) {
    EXPECT_TRUE(is_one_item(nested(kMaxCborDepth - 1)));
    EXPECT_FALSE(is_one_item(nested(kMaxCborDepth)));
    EXPECT_FALSE(is_one_item(nested(100'000)));
}

/// Some value as nlohmann's library writes it.
nlohmann::json some_json(testing::Generator& any, unsigned depth) {
    switch (any.number(0, depth == 0 ? 4 : 6)) {
        case 0:
            return any.bits(63);
        case 1:
            return -static_cast<std::int64_t>(any.bits(40));
        case 2:
            return std::string(any.number<std::size_t>(0, 300), 'x');
        case 3:
            return any.coin();
        case 4:
            return 0.1 * any.number(0, 100);
        case 5: {
            auto array = nlohmann::json::array();
            for (auto i = any.number(0, 30); i > 0; --i) array.push_back(some_json(any, depth - 1));
            return array;
        }
        default: {
            auto object = nlohmann::json::object();
            for (auto i = any.number(0, 30); i > 0; --i) {
                object[std::to_string(i)] = some_json(any, depth - 1);
            }
            return object;
        }
    }
}

TEST(CborTest, AnItemEndsWhereAnotherLibraryEndsIt) {
    testing::for_all_seeds([](testing::Generator& any) {
        auto bytes = nlohmann::json::to_cbor(some_json(any, 3));
        EXPECT_TRUE(is_one_item(bytes));
        auto const size = bytes.size();
        bytes.resize(size + any.number<std::size_t>(1, 50), 0xff);
        ByteReader reader(bytes);
        EXPECT_EQ(read_cbor_item(reader).size(), size);
        bytes.resize(any.number<std::size_t>(0, size - 1));
        EXPECT_FALSE(is_one_item(bytes));
    });
}

TEST(CborTest, WhateverComesNothingIsReadBeyondTheEnd) {
    testing::for_all_seeds([](testing::Generator& any) {
        auto const bytes = any.bytes(64);
        ByteReader reader(bytes);
        auto const item = read_cbor_item(reader);
        EXPECT_EQ(reader.ok(), !item.empty());
        EXPECT_LE(item.size(), bytes.size());
    });
}

}  // namespace
}  // namespace directfanz::webauthn
