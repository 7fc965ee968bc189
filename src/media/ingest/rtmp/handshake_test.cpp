#include "media/ingest/rtmp/handshake.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace directfanz::rtmp {
namespace {

Bytes random_packet(unsigned seed) {
    std::mt19937 random(seed);
    Bytes packet(Handshake::kPacketSize);
    for (auto& byte : packet) byte = static_cast<std::uint8_t>(random());
    return packet;
}

Bytes first(std::uint8_t version, Bytes const& c1) {
    Bytes bytes{version};
    bytes.insert(bytes.end(), c1.begin(), c1.end());
    return bytes;
}

Bytes simple_c1() {
    auto c1 = random_packet(1);
    std::fill_n(c1.begin() + 4, 4, std::uint8_t{0});
    return c1;
}

Bytes digest_c1(DigestSchema schema, unsigned seed) {
    auto c1 = random_packet(seed);
    c1[4] = 9;
    auto const offset = digest_offset(c1, schema);
    std::ranges::copy(client_digest(c1, offset), c1.begin() + static_cast<std::ptrdiff_t>(offset));
    return c1;
}

struct Answer {
    ByteView s1;
    ByteView s2;
};

Answer split(Bytes const& output) {
    EXPECT_EQ(output.size(), 1 + 2 * Handshake::kPacketSize);
    EXPECT_EQ(output.front(), 3);
    auto const view = ByteView(output).subspan(1);
    return {view.first(Handshake::kPacketSize), view.subspan(Handshake::kPacketSize)};
}

TEST(Handshake, SimpleFormEchoesTheClientsPacket) {
    Handshake handshake;
    auto const c1 = simple_c1();
    auto const used = handshake.feed(first(3, c1));
    ASSERT_TRUE(used);
    EXPECT_EQ(*used, Handshake::kFirstSize);
    auto const output = handshake.take_output();
    auto const [s1, s2] = split(output);
    EXPECT_TRUE(std::ranges::equal(s2, c1));
    EXPECT_TRUE(std::ranges::all_of(s1.subspan(4, 4), [](auto b) { return b == 0; }));
    EXPECT_FALSE(handshake.done());
    auto const echoed = handshake.feed(s1);
    ASSERT_TRUE(echoed);
    EXPECT_TRUE(handshake.done());
}

TEST(Handshake, DigestFormIsAnsweredInTheClientsSchema) {
    for (auto const schema : {DigestSchema::key_first, DigestSchema::digest_first}) {
        for (unsigned seed = 1; seed < 20; ++seed) {
            Handshake handshake;
            auto const c1 = digest_c1(schema, seed);
            ASSERT_TRUE(handshake.feed(first(3, c1)));
            auto const output = handshake.take_output();
            auto const [s1, s2] = split(output);
            auto const offset = digest_offset(s1, schema);
            EXPECT_TRUE(std::ranges::equal(s1.subspan(offset, 32), server_digest(s1, offset)));
            auto const theirs = ByteView(c1).subspan(digest_offset(c1, schema), 32);
            EXPECT_TRUE(std::ranges::equal(
                s2.last(32), response_digest(theirs, s2.first(Handshake::kPacketSize - 32))));
        }
    }
}

TEST(Handshake, DigestsStayInsideThePacketWhateverTheOffsetBytesSay) {
    for (unsigned sum = 0; sum <= 4 * 255; ++sum) {
        Bytes packet(Handshake::kPacketSize);
        for (std::size_t const at : {8U, 772U}) {
            auto left = sum;
            for (std::size_t i = 0; i < 4; ++i) {
                auto const part = std::min(left, 255U);
                packet[at + i] = static_cast<std::uint8_t>(part);
                left -= part;
            }
        }
        auto const late = digest_offset(packet, DigestSchema::key_first);
        auto const early = digest_offset(packet, DigestSchema::digest_first);
        EXPECT_GE(late, 776U);
        EXPECT_LE(late + 32, Handshake::kPacketSize);
        EXPECT_GE(early, 12U);
        EXPECT_LE(early + 32, 772U);
    }
}

TEST(Handshake, AVersionWithoutADigestIsAnsweredSimply) {
    Handshake handshake;
    auto const c1 = random_packet(7);
    ASSERT_TRUE(handshake.feed(first(3, c1)));
    auto const output = handshake.take_output();
    EXPECT_TRUE(std::ranges::equal(split(output).s2, c1));
}

TEST(Handshake, ComesInPiecesOfAnySize) {
    auto const c1 = simple_c1();
    auto stream = first(3, c1);
    stream.insert(stream.end(), Handshake::kPacketSize, 0x55);
    std::mt19937 random(5);
    for (std::size_t const size : {1U, 7U, 1536U, 1537U, 2000U, 3073U}) {
        Handshake handshake;
        auto left = ByteView(stream);
        std::size_t answered = 0;
        while (!left.empty()) {
            auto const used = handshake.feed(left.first(std::min(size, left.size())));
            ASSERT_TRUE(used);
            left = left.subspan(*used);
            answered += handshake.take_output().size();
        }
        EXPECT_TRUE(handshake.done());
        EXPECT_EQ(answered, 1 + 2 * Handshake::kPacketSize);
    }
}

TEST(Handshake, LeavesWhatFollowsIt) {
    auto stream = first(3, simple_c1());
    stream.insert(stream.end(), Handshake::kPacketSize + 100, 0x55);
    Handshake handshake;
    auto const used = handshake.feed(stream);
    ASSERT_TRUE(used);
    EXPECT_EQ(*used, stream.size() - 100);
    EXPECT_TRUE(handshake.done());
    auto const more = handshake.feed(ByteView(stream).last(100));
    ASSERT_TRUE(more);
    EXPECT_EQ(*more, 0U);
}

TEST(Handshake, OtherProtocolsAreRefusedAtTheFirstByte) {
    for (auto const byte : Bytes{0x47, 0x16, 0x00}) {
        Handshake handshake;
        auto const used = handshake.feed(Bytes{byte});
        ASSERT_FALSE(used);
        EXPECT_EQ(used.error().kind, ErrorKind::invalid);
    }
    Handshake encrypted;
    auto const used = encrypted.feed(Bytes{6});
    ASSERT_FALSE(used);
    EXPECT_EQ(used.error().kind, ErrorKind::unsupported);
}

}  // namespace
}  // namespace directfanz::rtmp
