#include "system/http/gzip.hpp"

#include "base/property_test.hpp"
#include "system/http/test_support.hpp"

#include <array>

#include <gtest/gtest.h>
#include <zlib.h>

namespace directfanz::http {
namespace {

using directfanz::testing::for_all_seeds;
using directfanz::testing::Generator;

/// As any client unpacks it: zlib itself finds and checks the gzip header and trailer.
Bytes gunzip(ByteView packed) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    Bytes whole;
    std::array<std::uint8_t, 4096> piece;
    stream.next_in = const_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    auto done = Z_OK;
    while (done == Z_OK) {
        stream.next_out = piece.data();
        stream.avail_out = piece.size();
        done = inflate(&stream, Z_NO_FLUSH);
        whole.insert(whole.end(), piece.data(), stream.next_out);
    }
    EXPECT_EQ(done, Z_STREAM_END);
    EXPECT_EQ(stream.avail_in, 0U);
    inflateEnd(&stream);
    return whole;
}

bool accepts(std::string value) {
    return accepts_gzip(testing::get("/", {{"Accept-Encoding", std::move(value)}}));
}

TEST(Gzip, UnpacksToTheSameBytes) {
    for_all_seeds([](Generator& any) {
        auto const bytes = any.bytes(20'000);
        auto const packed = gzip(bytes, any.number(1, 9));
        EXPECT_EQ(gunzip(packed.view()), bytes);
    });
}

TEST(Gzip, PacksNothingToo) {
    EXPECT_TRUE(gunzip(gzip({}, 1).view()).empty());
}

TEST(Gzip, MakesTextSmaller) {
    std::string const text(10'000, 'a');
    EXPECT_LT(gzip(as_bytes(text), 1).size(), 200U);
}

TEST(Gzip, GivesEqualOutputForEqualInput) {
    std::string const text = "#EXTM3U\n#EXT-X-VERSION:9\n";
    EXPECT_EQ(gzip(as_bytes(text), 6), gzip(as_bytes(text), 6));
}

TEST(Gzip, HoldsNoTimeAndNoName) {
    auto const packed = gzip(as_bytes("text"), 6);
    ASSERT_GT(packed.size(), 10U);
    auto const header = packed.view().first(10);
    EXPECT_EQ(header[3], 0) << "flags: no name, no comment, no extra field (RFC 1952, 2.3.1)";
    for (auto const at : {4, 5, 6, 7}) EXPECT_EQ(header[static_cast<std::size_t>(at)], 0) << "time";
}

TEST(AcceptsGzip, WhenItIsListed) {
    EXPECT_TRUE(accepts("gzip"));
    EXPECT_TRUE(accepts("gzip, deflate, br, zstd"));
    EXPECT_TRUE(accepts("deflate,gzip"));
    EXPECT_TRUE(accepts("GZip"));
    EXPECT_TRUE(accepts("x-gzip")) << "RFC 9110, 8.4.1.3";
    EXPECT_TRUE(accepts("gzip ; q=0.001"));
    EXPECT_TRUE(accepts("gzip;q=1.000"));
    EXPECT_TRUE(accepts("gzip;Q=0.5"));
    EXPECT_TRUE(accepts("br;q=1.0, gzip;q=0.8, *;q=0.1"));
}

TEST(AcceptsGzip, WhenEverythingIsAccepted) {
    EXPECT_TRUE(accepts("*"));
    EXPECT_TRUE(accepts("br, *;q=0.1"));
}

TEST(AcceptsGzip, NotWhenNothingIsSaidAboutIt) {
    EXPECT_FALSE(accepts_gzip(testing::get("/")));
    EXPECT_FALSE(accepts(""));
    EXPECT_FALSE(accepts("br, deflate"));
    EXPECT_FALSE(accepts("identity"));
    EXPECT_FALSE(accepts("gzipped"));
    EXPECT_FALSE(accepts("notgzip"));
}

TEST(AcceptsGzip, NotWithAWeightOfZero) {
    EXPECT_FALSE(accepts("gzip;q=0"));
    EXPECT_FALSE(accepts("gzip;q=0.000"));
    EXPECT_FALSE(accepts("gzip;q=0, *")) << "the name is more specific than the star";
    EXPECT_FALSE(accepts("*;q=0"));
}

TEST(AcceptsGzip, NotWithAWeightThatCannotBeRead) {
    for (auto const* weight : {"", "x", "2", "1.1", "0.1234", "-1", ".5", "0x1", "1.0001"}) {
        EXPECT_FALSE(accepts(std::string("gzip;q=") + weight)) << weight;
    }
}

TEST(AcceptsGzip, NotWhenPlainIsPreferred) {
    EXPECT_FALSE(accepts("identity, gzip;q=0.5"));
    EXPECT_TRUE(accepts("identity;q=0.5, gzip"));
}

TEST(AcceptsGzip, ReadsAFieldThatIsSplitOverLines) {
    EXPECT_TRUE(
        accepts_gzip(testing::get("/", {{"Accept-Encoding", "br"}, {"accept-encoding", "gzip"}})));
}

TEST(AcceptsGzip, LivesWithAnyText) {
    for_all_seeds([](Generator& any) {
        std::string field;
        auto const length = any.number(0, 30);
        for (auto i = 0; i < length; ++i) field += "gzip;q=,0.*1 \t"[any.number(0, 13)];
        EXPECT_EQ(accepts(field), accepts(field + ","));
    });
}

}  // namespace
}  // namespace directfanz::http
