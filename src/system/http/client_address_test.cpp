#include "system/http/client_address.hpp"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz::http {
namespace {

constexpr std::string_view kProxy = "10.0.0.1";

ProxyTrust trust(ForwardedHeader header) {
    return {.addresses = *io::AddressSet::parse("10.0.0.0/8, fd00::/8"), .header = header};
}

std::string by_x(std::string_view value, std::string_view peer = kProxy) {
    Headers headers;
    headers.add("x-forwarded-for", std::string(value));
    return client_of(trust(ForwardedHeader::x_forwarded_for), peer, false, headers).address;
}

std::string by_rfc(std::string_view value, std::string_view peer = kProxy) {
    Headers headers;
    headers.add("forwarded", std::string(value));
    return client_of(trust(ForwardedHeader::forwarded), peer, false, headers).address;
}

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

/// Whether who asks through a trusted proxy came by https.
bool encrypted(ForwardedHeader header, Fields const& fields, bool proxy_encrypted = false,
               std::string_view peer = kProxy) {
    Headers headers;
    for (auto const& [name, value] : fields) headers.add(name, value);
    return client_of(trust(header), peer, proxy_encrypted, headers).encrypted;
}

bool encrypted_by_x(std::string_view addresses, std::string_view schemes, bool by_proxy = false) {
    return encrypted(ForwardedHeader::x_forwarded_for,
                     {{"X-Forwarded-For", addresses}, {"X-Forwarded-Proto", schemes}}, by_proxy);
}

bool encrypted_by_rfc(std::string_view value, bool by_proxy = false) {
    return encrypted(ForwardedHeader::forwarded, {{"Forwarded", value}}, by_proxy);
}

TEST(ClientAddress, WithoutTrustNobodyIsBelieved) {
    Headers headers;
    headers.add("X-Forwarded-For", "192.0.2.1");
    headers.add("Forwarded", "for=192.0.2.1");
    EXPECT_EQ(client_of({}, kProxy, false, headers).address, kProxy);
    EXPECT_EQ(by_x("192.0.2.1", "203.0.113.5"), "203.0.113.5");
    EXPECT_EQ(by_rfc("for=192.0.2.1", "203.0.113.5"), "203.0.113.5");
    EXPECT_EQ(by_x("192.0.2.1", "unknown"), "unknown");
}

TEST(ClientAddress, ATrustedProxyTellsItsClient) {
    EXPECT_EQ(by_x("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(by_x("2001:db8::1", "fd00::5"), "2001:db8::1");
    EXPECT_EQ(by_x("192.0.2.1", "::ffff:10.0.0.1"), "192.0.2.1");
    EXPECT_EQ(by_rfc("for=192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(by_rfc("proto=https;For=192.0.2.1;by=10.0.0.1"), "192.0.2.1");
    EXPECT_EQ(by_rfc("for=\"[2001:db8::1]:4711\""), "2001:db8::1");
}

TEST(ClientAddress, WithoutAHeaderTheProxyIsTheClient) {
    EXPECT_EQ(client_of(trust(ForwardedHeader::forwarded), kProxy, false, {}).address, kProxy);
    EXPECT_EQ(by_x(""), kProxy);
    EXPECT_EQ(by_x(" , "), kProxy);
    EXPECT_EQ(by_rfc("proto=https"), kProxy);
}

TEST(ClientAddress, OnlyTheHeaderThatTheProxyWritesIsRead) {
    Headers headers;
    headers.add("Forwarded", "for=198.51.100.66");
    headers.add("X-Forwarded-For", "192.0.2.1");
    EXPECT_EQ(client_of(trust(ForwardedHeader::x_forwarded_for), kProxy, false, headers).address,
              "192.0.2.1");
    EXPECT_EQ(client_of(trust(ForwardedHeader::forwarded), kProxy, false, headers).address,
              "198.51.100.66");
}

TEST(ClientAddress, WhatTheClientItselfHasSentIsNotBelieved) {
    EXPECT_EQ(by_x("198.51.100.66, 192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(by_x("10.0.0.9, 198.51.100.66, 192.0.2.1, 10.0.0.2, fd00::1"), "192.0.2.1");
    EXPECT_EQ(by_rfc("for=198.51.100.66, for=192.0.2.1, for=10.0.0.2"), "192.0.2.1");
    // In lines of its own as well (RFC 9110, 5.3).
    Headers lines;
    lines.add("X-Forwarded-For", "198.51.100.66");
    lines.add("X-Forwarded-For", "192.0.2.1");
    EXPECT_EQ(client_of(trust(ForwardedHeader::x_forwarded_for), kProxy, false, lines).address,
              "192.0.2.1");
}

TEST(ClientAddress, TheFirstProxyIsTheClientWhereAllAreTrusted) {
    EXPECT_EQ(by_x("10.0.0.7, 10.0.0.2"), "10.0.0.7");
    EXPECT_EQ(by_rfc("for=10.0.0.7, for=10.0.0.2"), "10.0.0.7");
}

TEST(ClientAddress, AtWhatIsNoAddressTheLookEnds) {
    EXPECT_EQ(by_x("192.0.2.1, unknown"), kProxy);
    EXPECT_EQ(by_x("192.0.2.1, unknown, 10.0.0.2"), "10.0.0.2");
    EXPECT_EQ(by_x("192.0.2.1, 300.1.1.1, 10.0.0.2"), "10.0.0.2");
    EXPECT_EQ(by_rfc("for=192.0.2.1, for=_hidden, for=10.0.0.2"), "10.0.0.2");
    EXPECT_EQ(by_rfc("for=192.0.2.1, for=, for=10.0.0.2"), "10.0.0.2");
    EXPECT_EQ(by_rfc("for=192.0.2.1, , for=10.0.0.2"), "10.0.0.2");
}

TEST(ClientAddress, PortsAreLeftOut) {
    EXPECT_EQ(by_x("192.0.2.1:4711"), "192.0.2.1");
    EXPECT_EQ(by_x("[2001:db8::1]"), "2001:db8::1");
    EXPECT_EQ(by_x("[2001:db8::1]:80"), "2001:db8::1");
    EXPECT_EQ(by_x("[2001:db8::1"), kProxy);
    EXPECT_EQ(by_x("[2001:db8::1]x"), kProxy);
    EXPECT_EQ(by_rfc("for=\"192.0.2.1:_port\""), "192.0.2.1");
}

TEST(ClientAddress, QuotesOfAClientHideNothingOfWhatTheProxyAdds) {
    for (auto const* const hostile :
         {"for=\"", "for=\"198.51.100.66", "\"", "\\\"", "for=\"a\\\"b", "for=\"x;y=\"\"", "\\"}) {
        EXPECT_EQ(by_rfc(std::string(hostile) + ", for=192.0.2.1"), "192.0.2.1") << hostile;
        EXPECT_EQ(by_rfc(std::string(hostile) + ", for=\"[2001:db8::1]\";proto=https"),
                  "2001:db8::1")
            << hostile;
    }
}

TEST(ClientAddress, CommasAndSemicolonsInQuotesSeparateNothing) {
    EXPECT_EQ(by_rfc("for=192.0.2.1;host=\"a, for=198.51.100.66\""), "192.0.2.1");
    EXPECT_EQ(by_rfc("for=192.0.2.1;host=\"a;for=198.51.100.66\""), "192.0.2.1");
    EXPECT_EQ(by_rfc("for=192.0.2.1;host=\"a\\\", for=198.51.100.66\""), "192.0.2.1");
    EXPECT_EQ(by_rfc("for=\"192.0.2\\.1\""), "192.0.2.1");
}

/// Whatever a client writes in front, what the trusted proxies add behind it decides.
TEST(ClientAddress, NothingInFrontChangesWhatTheProxiesSay) {
    std::mt19937 random(11);
    std::string_view const alphabet = "for=\"\\,;[]:. 0123456789abcdef_unknowx";
    for (int round = 0; round < 20'000; ++round) {
        std::string front;
        for (auto left = random() % 24; left > 0; --left) {
            front += alphabet[random() % alphabet.size()];
        }
        auto const hops = random() % 3;
        auto x = front + ", 192.0.2.1";
        auto rfc = front + ", for=\"192.0.2.1:9\";proto=http";
        for (unsigned i = 0; i < hops; ++i) {
            x += ", 10.0.0.2";
            rfc += ",for=10.0.0.2";
        }
        ASSERT_EQ(by_x(x), "192.0.2.1") << x;
        ASSERT_EQ(by_rfc(rfc), "192.0.2.1") << rfc;
    }
}

TEST(ClientAddress, AnyHeaderGivesAnAddress) {
    std::mt19937 random(12);
    for (int round = 0; round < 20'000; ++round) {
        std::string value;
        for (auto left = random() % 40; left > 0; --left) {
            value += static_cast<char>(random() % 256);
        }
        EXPECT_TRUE(io::parse_ip(by_x(value)));
        EXPECT_TRUE(io::parse_ip(by_rfc(value)));
    }
}

TEST(ClientScheme, IsThePeersOwnForWhomNobodyTrusts) {
    for (auto const header : {ForwardedHeader::x_forwarded_for, ForwardedHeader::forwarded}) {
        Fields const claims{{"X-Forwarded-Proto", "https"}, {"Forwarded", "proto=https"}};
        EXPECT_FALSE(encrypted(header, claims, false, "203.0.113.5"));
        Fields const denials{{"X-Forwarded-Proto", "http"}, {"Forwarded", "proto=http"}};
        EXPECT_TRUE(encrypted(header, denials, true, "203.0.113.5"));
    }
}

TEST(ClientScheme, IsWhatTheTrustedProxySays) {
    EXPECT_TRUE(encrypted_by_x("192.0.2.1", "https"));
    EXPECT_TRUE(encrypted_by_x("192.0.2.1", "HTTPS"));
    EXPECT_FALSE(encrypted_by_x("192.0.2.1", "http", true));
    EXPECT_TRUE(encrypted_by_rfc("for=192.0.2.1;proto=https"));
    EXPECT_TRUE(encrypted_by_rfc("Proto=\"https\";for=192.0.2.1"));
    EXPECT_FALSE(encrypted_by_rfc("for=192.0.2.1;proto=http", true));
}

TEST(ClientScheme, IsThatOfTheProxysOwnConnectionWhereItSaysNone) {
    for (auto const by_proxy : {false, true}) {
        EXPECT_EQ(encrypted_by_x("192.0.2.1", "", by_proxy), by_proxy);
        EXPECT_EQ(encrypted_by_x("192.0.2.1", "wss", by_proxy), by_proxy);
        EXPECT_EQ(encrypted_by_rfc("for=192.0.2.1", by_proxy), by_proxy);
        EXPECT_EQ(encrypted_by_rfc("for=192.0.2.1;proto=\"", by_proxy), by_proxy);
    }
}

TEST(ClientScheme, IsToldWithoutAnAddressToo) {
    EXPECT_TRUE(encrypted(ForwardedHeader::x_forwarded_for, {{"X-Forwarded-Proto", "https"}}));
    EXPECT_TRUE(encrypted_by_x("unknown", "https"));
    EXPECT_TRUE(encrypted_by_rfc("for=unknown;proto=https"));
    EXPECT_TRUE(encrypted_by_rfc("proto=https"));
}

TEST(ClientScheme, IsTheOneByWhichTheClientCameToTheFirstTrustedProxy) {
    EXPECT_TRUE(encrypted_by_x("192.0.2.1, 10.0.0.2", "https, http"));
    EXPECT_FALSE(encrypted_by_x("192.0.2.1, 10.0.0.2", "http, https"));
    EXPECT_TRUE(encrypted_by_rfc("for=192.0.2.1;proto=https, for=10.0.0.2;proto=http"));
    EXPECT_FALSE(encrypted_by_rfc("for=192.0.2.1;proto=http, for=10.0.0.2;proto=https"));
    // A proxy that keeps only its own word.
    EXPECT_TRUE(encrypted_by_x("192.0.2.1, 10.0.0.2", "https"));
}

TEST(ClientScheme, IsNeverWhatTheClientItselfHasSent) {
    EXPECT_FALSE(encrypted_by_x("198.51.100.66, 192.0.2.1", "https, http"));
    EXPECT_FALSE(encrypted_by_rfc("for=198.51.100.66;proto=https, for=192.0.2.1;proto=http"));
    EXPECT_FALSE(encrypted_by_rfc("proto=https;for=\", for=192.0.2.1;proto=http"));
    // The other header is the client's own.
    EXPECT_FALSE(encrypted(ForwardedHeader::x_forwarded_for, {{"Forwarded", "proto=https"}}));
    EXPECT_FALSE(encrypted(ForwardedHeader::forwarded, {{"X-Forwarded-Proto", "https"}}));
}

}  // namespace
}  // namespace directfanz::http
