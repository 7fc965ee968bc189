#include "system/web_client/public_address.hpp"

#include "base/property_test.hpp"

#include <gtest/gtest.h>

namespace directfanz::web_client {
namespace {

bool is_public_text(std::string_view text) {
    auto const parsed = io::parse_ip(text);
    EXPECT_TRUE(parsed) << text;
    return parsed && is_public(*parsed);
}

TEST(PublicAddressTest, HostsOfTheInternetArePublic) {
    for (std::string_view const text :
         {"1.1.1.1", "8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.0", "172.15.255.255",
          "172.32.0.0", "11.0.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255",
          "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888",
          "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"}) {
        EXPECT_TRUE(is_public_text(text)) << text;
    }
}

TEST(PublicAddressTest, WhatIsInsideSomeNetworkIsNot) {
    for (std::string_view const text : {"0.0.0.0",         "10.0.0.1",     "10.255.255.255",
                                        "100.64.0.1",      "127.0.0.1",    "127.255.255.254",
                                        "169.254.169.254", "172.16.0.1",   "172.31.255.255",
                                        "192.0.0.192",     "192.0.2.1",    "192.168.1.1",
                                        "198.18.0.1",      "198.51.100.1", "203.0.113.1",
                                        "224.0.0.1",       "239.1.1.1",    "240.0.0.1",
                                        "255.255.255.255", "::",           "::1",
                                        "fe80::1",         "fc00::1",      "fd00:ec2::254",
                                        "fec0::1",         "ff02::1",      "2001:db8::1",
                                        "2001::1",         "100::1",       "::127.0.0.1"}) {
        EXPECT_FALSE(is_public_text(text)) << text;
    }
}

TEST(PublicAddressTest, APrivateIpv4AddressIsFoundInsideIpv6) {
    for (std::string_view const text :
         {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::127.0.0.1",
          "64:ff9b::169.254.169.254", "2002:7f00:1::", "2002:a9fe:a9fe::", "64:ff9b:1::8.8.8.8"}) {
        EXPECT_FALSE(is_public_text(text)) << text;
    }
}

TEST(PublicAddressTest, EveryFormOfAnIpv4AddressIsJudgedAlike) {
    using directfanz::testing::Generator;
    directfanz::testing::for_all_seeds([](Generator& any) {
        io::IpAddress mapped;
        io::IpAddress nat64;
        io::IpAddress six_to_four;
        mapped.bytes[10] = mapped.bytes[11] = 0xff;
        nat64.bytes = {0, 0x64, 0xff, 0x9b};
        six_to_four.bytes = {0x20, 0x02};
        auto const v4 = any.bytes_exactly(4);
        for (std::size_t i = 0; i < 4; ++i) {
            mapped.bytes[12 + i] = nat64.bytes[12 + i] = six_to_four.bytes[2 + i] = v4[i];
        }
        EXPECT_EQ(is_public(mapped), is_public(nat64));
        EXPECT_EQ(is_public(mapped), is_public(six_to_four));
    });
}

}  // namespace
}  // namespace directfanz::web_client
