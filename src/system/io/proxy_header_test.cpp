#include "system/io/proxy_header.hpp"

#include <cstdio>
#include <optional>
#include <random>
#include <string>

#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace directfanz::io {
namespace {

using namespace std::string_literals;

std::string const kSignature = "\r\n\r\n\0\r\nQUIT\n"s;

std::string binary(char command, char family, std::string const& rest) {
    auto header = kSignature + command + family;
    header += static_cast<char>(rest.size() >> 8U);
    header += static_cast<char>(rest.size() & 0xFFU);
    return header + rest;
}

std::string const kV4 = "\xC0\x00\x02\x01\x0A\x00\x00\x01\x10\x00\x07\x8F"s;
std::string const kV6 = "\x20\x01\x0D\xB8"s + std::string(11, '\0') + "\x01"s +
                        std::string(15, '\0') + "\x01\x10\x00\x07\x8F"s;

struct Read {
    Result<void> result;
    bool done = false;
    std::size_t used = 0;
    std::string source;
};

/// In pieces of at most `piece` bytes.
Read read(std::string_view bytes, std::size_t piece = 1 << 16) {
    ProxyHeaderReader reader;
    Read out;
    while (!reader.done() && out.used < bytes.size()) {
        auto const part = bytes.substr(out.used, piece);
        auto const used = reader.feed(as_bytes(part));
        if (!used) {
            out.result = std::unexpected(used.error());
            return out;
        }
        EXPECT_TRUE(reader.done() || *used == part.size());
        out.used += *used;
    }
    out.done = reader.done();
    if (auto const source = reader.source()) out.source = to_string(*source);
    return out;
}

void expect_source(std::string const& header, std::string const& source) {
    for (std::size_t piece = 1; piece <= header.size() + 1; ++piece) {
        auto const got = read(header + "\x03RTMP", piece);
        ASSERT_TRUE(got.result) << got.result.error().message;
        EXPECT_TRUE(got.done);
        EXPECT_EQ(got.used, header.size()) << "what is behind it is not touched";
        EXPECT_EQ(got.source, source);
    }
}

TEST(ProxyHeader, TextNamesTheClient) {
    expect_source("PROXY TCP4 192.0.2.1 10.0.0.1 4096 1935\r\n", "192.0.2.1");
    expect_source("PROXY TCP6 2001:db8::1 ::1 65535 0\r\n", "2001:db8::1");
}

TEST(ProxyHeader, BinaryNamesTheClient) {
    expect_source(binary(0x21, 0x11, kV4), "192.0.2.1");
    expect_source(binary(0x21, 0x21, kV6), "2001:db8::1");
}

TEST(ProxyHeader, WhatStandsBehindTheAddressesIsPassedOver) {
    expect_source(binary(0x21, 0x11, kV4 + "\x04\x00\x03xyz"s), "192.0.2.1");
}

TEST(ProxyHeader, AProxyMayConnectForItself) {
    expect_source(binary(0x20, 0x00, ""), "");
    expect_source(binary(0x20, 0x11, kV4), "");
    expect_source("PROXY UNKNOWN\r\n", "");
    expect_source("PROXY UNKNOWN ffff:f...f:ffff what ever\r\n", "");
}

TEST(ProxyHeader, OtherFamiliesThanTcpSayNothing) {
    expect_source(binary(0x21, 0x00, ""), "");
    expect_source(binary(0x21, 0x12, kV4), "");
    expect_source(binary(0x21, 0x31, std::string(216, 'p')), "");
}

TEST(ProxyHeader, ItMayBeMissing) {
    for (std::string const& other : {"\x03 RTMP"s, "\x16\x03\x01 TLS"s, "GET / HTTP/1.1\r\n"s}) {
        auto const got = read(other);
        EXPECT_TRUE(got.result);
        EXPECT_TRUE(got.done);
        EXPECT_EQ(got.used, 0U);
        EXPECT_EQ(got.source, "");
    }
    EXPECT_FALSE(read("").done);
}

TEST(ProxyHeader, WhatBeginsLikeOneHasToBeOne) {
    for (std::string const& wrong : {"PROXIES\r\n"s,
                                     "POST / HTTP/1.1\r\n"s,
                                     "PROXY \r\n"s,
                                     "PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n"s,
                                     "PROXY TCP4 192.0.2.1 10.0.0.1 1 2\n"s,
                                     "PROXY TCP4 192.0.2.1 10.0.0.1 1\r\n"s,
                                     "PROXY TCP4 192.0.2.1 10.0.0.1 1 65536\r\n"s,
                                     "PROXY TCP4 192.0.2.1 10.0.0.1 -1 1\r\n"s,
                                     "PROXY TCP4 192.0.2.1 10.0.0.1 1 2 3\r\n"s,
                                     "PROXY TCP4  192.0.2.1 10.0.0.1 1 2\r\n"s,
                                     "PROXY TCP4 ::1 10.0.0.1 1 2\r\n"s,
                                     "PROXY TCP4 192.0.2.1 ::1 1 2\r\n"s,
                                     "PROXY TCP6 192.0.2.1 10.0.0.1 1 2\r\n"s,
                                     "PROXY TCP4 host 10.0.0.1 1 2\r\n"s,
                                     "\r\n\r\n\0\r\nQUIt\n"s,
                                     "\r\nPROXY"s,
                                     binary(0x22, 0x11, kV4),
                                     binary(0x11, 0x11, kV4),
                                     binary(0x21, 0x11, kV4.substr(1)),
                                     binary(0x21, 0x21, kV6.substr(1))}) {
        for (std::size_t const piece : {1U, 5U, 1000U}) {
            auto const got = read(wrong, piece);
            ASSERT_FALSE(got.result) << wrong;
            EXPECT_EQ(got.result.error().kind, ErrorKind::invalid) << wrong;
        }
    }
}

TEST(ProxyHeader, HasALimit) {
    auto const longest = ProxyHeaderReader::kMaxSize - 16;
    expect_source(binary(0x20, 0, std::string(longest, 'x')), "");
    auto const over = read(binary(0x21, 0x11, std::string(longest + 1, 'x')), 1);
    ASSERT_FALSE(over.result);
    EXPECT_EQ(over.result.error().kind, ErrorKind::too_large);

    auto line = "PROXY UNKNOWN "s;
    line += std::string(ProxyHeaderReader::kMaxLine - 2 - line.size(), 'x');
    expect_source(line + "\r\n", "");
    for (auto const& endless : {line + "x\r\n", line + std::string(10'000, 'x')}) {
        auto const got = read(endless, 7);
        ASSERT_FALSE(got.result);
        EXPECT_EQ(got.result.error().kind, ErrorKind::too_large);
    }
}

TEST(ProxyHeader, CutShortItIsNotDone) {
    for (auto const& header :
         {binary(0x21, 0x21, kV6), "PROXY TCP4 192.0.2.1 10.0.0.1 4096 1935\r\n"s}) {
        for (std::size_t length = 0; length < header.size(); ++length) {
            auto const got = read(std::string_view(header).substr(0, length));
            EXPECT_TRUE(got.result);
            EXPECT_FALSE(got.done) << length;
        }
    }
}

TEST(ProxyHeader, DamagedHeadersGiveTheSameHoweverTheyAreCut) {
    std::mt19937 random(5);
    std::string const seeds[] = {binary(0x21, 0x11, kV4), binary(0x21, 0x21, kV6 + "abc"),
                                 "PROXY TCP4 192.0.2.1 10.0.0.1 4096 1935\r\n"};
    for (int round = 0; round < 20'000; ++round) {
        auto bytes = seeds[random() % 3] + "\x03 behind it";
        for (auto flips = random() % 3; flips > 0; --flips) {
            bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        auto const whole = read(bytes);
        auto const cut = read(bytes, 1 + random() % 20);
        ASSERT_EQ(whole.result.has_value(), cut.result.has_value());
        if (!whole.result) continue;
        ASSERT_EQ(whole.done, cut.done);
        ASSERT_EQ(whole.used, cut.used);
        ASSERT_EQ(whole.source, cut.source);
    }
}

/// A connected pair of sockets, one of them the loop's.
class ProxyHeaderOnASocket : public testing::Test {
  protected:
    ProxyHeaderOnASocket() {
        auto acceptor = listen(loop, Tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        peer.connect(acceptor->local_endpoint());
        acceptor->accept(socket);
        socket.non_blocking(true);
    }
    static Task<> keep(ProxyHeaderOnASocket& test) {
        auto result = co_await read_proxy_header(test.socket);
        test.result.emplace(std::move(result));
        test.loop.stop();
    }
    void read_with(std::string const& bytes) {
        asio::write(peer, asio::buffer(bytes));
        loop.spawn(keep(*this));
        loop.run();
    }
    std::string rest() {
        std::string buffer(100, '\0');
        auto const got = socket.read_some(asio::buffer(buffer));
        return buffer.substr(0, got);
    }

    EventLoop loop;
    TcpSocket socket{loop.executor()};
    TcpSocket peer{loop.executor()};
    std::optional<Result<std::optional<IpAddress>>> result;
};

TEST_F(ProxyHeaderOnASocket, WhatIsBehindItStaysThere) {
    read_with(binary(0x21, 0x11, kV4 + std::string(2000, 'x')) + "\x03 RTMP");
    ASSERT_TRUE(*result) << result->error().message;
    EXPECT_EQ(to_string(***result), "192.0.2.1");
    EXPECT_EQ(rest(), "\x03 RTMP");
}

TEST_F(ProxyHeaderOnASocket, WithoutAHeaderNothingIsTaken) {
    read_with("\x03 RTMP");
    ASSERT_TRUE(*result);
    EXPECT_FALSE(**result);
    EXPECT_EQ(rest(), "\x03 RTMP");
}

TEST_F(ProxyHeaderOnASocket, AHeaderThatIsNoneOrEndsInItsMiddleIsAnError) {
    read_with("PROXY nonsense\r\n");
    EXPECT_FALSE(*result);
    loop.context().restart();
    asio::write(peer, asio::buffer("PROXY TCP4"s));
    peer.shutdown(Tcp::socket::shutdown_send);
    loop.spawn(keep(*this));
    loop.run();
    EXPECT_FALSE(*result);
}

}  // namespace
}  // namespace directfanz::io
