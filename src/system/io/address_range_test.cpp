#include "system/io/address_range.hpp"

#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::io {
namespace {

using testing::HasSubstr;

AddressSet set_of(std::string_view list) {
    auto parsed = AddressSet::parse(list);
    EXPECT_TRUE(parsed) << parsed.error().message;
    return parsed ? *parsed : AddressSet();
}

TEST(IpAddress, IsOneValueHoweverItIsWritten) {
    EXPECT_EQ(parse_ip("192.0.2.1"), parse_ip("::ffff:192.0.2.1"));
    EXPECT_EQ(parse_ip("192.0.2.1"), parse_ip("::FFFF:c000:201"));
    EXPECT_EQ(parse_ip("2001:db8::1"), parse_ip("2001:0DB8:0:0::1"));
    EXPECT_EQ(parse_ip("fe80::1%eth0"), parse_ip("fe80::1"));
    EXPECT_NE(parse_ip("::192.0.2.1"), parse_ip("192.0.2.1"));
}

TEST(IpAddress, IsWrittenInItsShortForm) {
    EXPECT_EQ(to_string(*parse_ip("::ffff:192.0.2.1")), "192.0.2.1");
    EXPECT_EQ(to_string(*parse_ip("2001:0db8:0:0::1")), "2001:db8::1");
    EXPECT_EQ(to_string(*parse_ip("::1")), "::1");
}

TEST(IpAddress, AnyOtherTextIsNone) {
    for (auto const* const text :
         {"", " ", "localhost", "192.0.2", "192.0.2.256", "192.0.2.1:80", "[::1]", "1.2.3.4.5",
          "::1::", "%eth0", "1.2.3.4%eth0", "0x7f.0.0.1", "192.0.2.1 ", "unknown", "_hidden"}) {
        EXPECT_FALSE(parse_ip(text)) << text;
    }
    EXPECT_FALSE(parse_ip(std::string(10'000, '1')));
    EXPECT_FALSE(parse_ip(std::string_view("1.2.3.4\0", 8)));
}

TEST(AddressSet, HoldsHostsAndNetworks) {
    auto const set = set_of("10.0.0.0/8, 192.0.2.7 ::1\t2001:db8::/32,");
    EXPECT_TRUE(set.contains("10.255.1.2"));
    EXPECT_TRUE(set.contains("::ffff:10.1.2.3"));
    EXPECT_TRUE(set.contains("192.0.2.7"));
    EXPECT_TRUE(set.contains("::1"));
    EXPECT_TRUE(set.contains("2001:db8:ffff::1"));
    EXPECT_FALSE(set.contains("11.0.0.0"));
    EXPECT_FALSE(set.contains("192.0.2.8"));
    EXPECT_FALSE(set.contains("::2"));
    EXPECT_FALSE(set.contains("2001:db9::1"));
    EXPECT_FALSE(set.contains("unknown"));
    EXPECT_FALSE(set.contains(""));
}

TEST(AddressSet, IsEmptyWithoutAny) {
    for (auto const* const nothing : {"", " ", ",", " , ,"}) {
        EXPECT_TRUE(set_of(nothing).empty());
        EXPECT_FALSE(set_of(nothing).contains("127.0.0.1"));
    }
}

TEST(AddressSet, PrefixesCutInsideAByte) {
    auto const set = set_of("192.168.16.0/20 2001:db8:8000::/33");
    EXPECT_TRUE(set.contains("192.168.31.255"));
    EXPECT_FALSE(set.contains("192.168.32.0"));
    EXPECT_FALSE(set.contains("192.168.15.255"));
    EXPECT_TRUE(set.contains("2001:db8:ffff::"));
    EXPECT_FALSE(set.contains("2001:db8:7fff::"));
}

TEST(AddressSet, AllOfOneFamilyIsNotAllOfTheOther) {
    EXPECT_TRUE(set_of("0.0.0.0/0").contains("203.0.113.9"));
    EXPECT_FALSE(set_of("0.0.0.0/0").contains("2001:db8::1"));
    EXPECT_TRUE(set_of("::/0").contains("2001:db8::1"));
}

TEST(AddressSet, SaysWhichAddressIsWrong) {
    for (auto const* const bad : {"10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.0/", "10.0.0.0/-1",
                                  "10.0.0.0/8x", "proxy.example", "/8", "10.0.0.1:80"}) {
        auto const parsed = AddressSet::parse(std::string("127.0.0.1, ") + bad);
        ASSERT_FALSE(parsed) << bad;
        EXPECT_EQ(parsed.error().kind, ErrorKind::invalid);
        EXPECT_THAT(parsed.error().message, HasSubstr(std::string("'") + bad + "'"));
    }
}

TEST(AddressSet, HasALimit) {
    std::string list;
    for (std::size_t i = 0; i < AddressSet::kMaxRanges; ++i) list += "10.0.0.1 ";
    EXPECT_TRUE(AddressSet::parse(list));
    EXPECT_FALSE(AddressSet::parse(list + "10.0.0.1"));
}

TEST(AddressSet, IsWrittenAsItIsRead) {
    std::string const text = "10.0.0.0/8, 192.0.2.7, ::1, 2001:db8::/32, ::ffff:0.0.0.0/90";
    EXPECT_EQ(set_of(text).to_string(), text);
}

// Against a reading of the definition, bit by bit.
TEST(AddressSet, HoldsWhateverAgreesInThePrefix) {
    std::mt19937 random(3);
    for (int round = 0; round < 20'000; ++round) {
        IpAddress network;
        for (auto& byte : network.bytes) byte = static_cast<std::uint8_t>(random());
        auto address = network;
        auto const flipped = random() % 128;
        address.bytes[flipped / 8] ^= static_cast<std::uint8_t>(0x80U >> flipped % 8);
        auto const prefix = random() % 129;
        auto const set = set_of(to_string(network) + "/" + std::to_string(prefix));
        EXPECT_TRUE(set.contains(network));
        EXPECT_EQ(set.contains(address), flipped >= prefix);
        EXPECT_EQ(parse_ip(to_string(network)), network);
    }
}

}  // namespace
}  // namespace directfanz::io
