#include "system/http/session.hpp"

#include "system/http/test_support.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace directfanz::http {
namespace {

using testing::ScriptedStream;

/// What is written to a peer that sends `pieces`.
std::string converse(std::vector<ByteView> const& pieces) {
    Router router;
    testing::add_plain_routes(router);
    ServerContext context{.router = router, .limits = {}, .counters = {}};
    auto stream = std::make_unique<ScriptedStream>(pieces);
    auto const* written = &stream->written;
    Session session(std::move(stream), {.address = "127.0.0.1", .connection = 1}, context);
    testing::run_now(session.run());
    return *written;
}

TEST(Session, TellsHttp2FromHttp1ByThreeBytes) {
    EXPECT_EQ(protocol_of(as_bytes("PRI * HTTP/2.0\r\n")), Protocol::http2);
    EXPECT_EQ(protocol_of(as_bytes("PRI")), Protocol::http2);
    EXPECT_EQ(protocol_of(as_bytes("PROPFIND / HTTP/1.1")), Protocol::http1);
    EXPECT_EQ(protocol_of(as_bytes("G")), Protocol::http1);
    EXPECT_EQ(protocol_of(as_bytes("\r\n")), Protocol::http1);
}

TEST(Session, WaitsForMoreBytesWhereTheyMustTell) {
    EXPECT_EQ(protocol_of({}), std::nullopt);
    EXPECT_EQ(protocol_of(as_bytes("P")), std::nullopt);
    EXPECT_EQ(protocol_of(as_bytes("PR")), std::nullopt);
}

TEST(Session, PassesTheFirstBytesOnHoweverTheyArrive) {
    std::string const text =
        "POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc";
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
        auto const bytes = as_bytes(text);
        auto const written = converse({bytes.first(cut), bytes.subspan(cut)});
        EXPECT_TRUE(written.starts_with("HTTP/1.1 200 OK\r\n")) << cut << written;
        EXPECT_TRUE(written.ends_with("\r\n\r\n|abc")) << cut << written;
    }
}

TEST(Session, PassesOnWhatCameByteByByte) {
    std::string const text = "POST /echo HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc";
    std::vector<ByteView> pieces;
    for (auto const& byte : as_bytes(text)) pieces.push_back({&byte, 1});
    EXPECT_TRUE(converse(pieces).ends_with("\r\n\r\n|abc"));
}

TEST(Session, EndsWithAPeerThatLeavesBeforeItIsClearWhatItSpeaks) {
    EXPECT_EQ(converse({}), "");
    EXPECT_EQ(converse({as_bytes("PR")}), "");
}

}  // namespace
}  // namespace directfanz::http
