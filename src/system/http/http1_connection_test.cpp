#include "system/http/http1_connection.hpp"

#include "base/property_test.hpp"
#include "system/http/test_support.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <gtest/gtest.h>

namespace directfanz::http {
namespace {

using directfanz::testing::for_all_seeds;
using testing::request;
using testing::ScriptedStream;

// -------------------------------------------------------

std::string converse(std::vector<ByteView> const& pieces, std::size_t write_limit = 1 << 20) {
    Router router;
    testing::add_plain_routes(router);
    ServerContext context{.router = router, .limits = {}, .counters = {}};
    ScriptedStream stream(pieces);
    stream.write_limit = write_limit;
    Peer const peer{.address = "127.0.0.1", .connection = 1};
    Http1Connection connection(stream, context, peer);
    testing::run_now(connection.run({}));
    EXPECT_TRUE(stream.closed);
    // The one field that changes between two runs.
    std::string stable;
    std::string_view left = stream.written;
    while (!left.empty()) {
        auto const line = left.substr(0, left.find('\n') + 1);
        auto const whole = line.empty() ? left : line;
        if (!whole.starts_with("Date: ")) stable += whole;
        left.remove_prefix(whole.size());
    }
    return stable;
}

/// What a handler sees as the client's address.
std::string client_seen(std::string const& fields, ProxyTrust proxies) {
    Router router;
    std::string seen;
    router.add(Method::get, "/who", [&seen](Request const& asked, PathParameters const& none) {
        seen = asked.remote_address;
        return testing::hello(asked, none);
    });
    ServerContext context{.router = router, .limits = {}, .counters = {}};
    context.proxies = std::move(proxies);
    auto const bytes = request("/who", fields);
    ScriptedStream stream({as_bytes(bytes)});
    Peer const peer{.address = "10.0.0.1", .connection = 1};
    Http1Connection connection(stream, context, peer);
    testing::run_now(connection.run({}));
    return seen;
}

TEST(Http1Connection, HandlersSeeTheClientThatATrustedProxyNames) {
    std::string const fields = "X-Forwarded-For: 198.51.100.1, 192.0.2.7\r\n";
    EXPECT_EQ(client_seen(fields, {}), "10.0.0.1") << "nobody is believed unasked";
    EXPECT_EQ(client_seen(fields, {.addresses = *io::AddressSet::parse("10.0.0.1")}), "192.0.2.7");
    EXPECT_EQ(client_seen("", {.addresses = *io::AddressSet::parse("10.0.0.1")}), "10.0.0.1");
}

std::string const kConversation =
    request("/hello") + request("/echo?a=b") +
    "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" +
    "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    "2\r\nde\r\n1\r\nf\r\n0\r\n\r\n" +
    request("/crumbs") + request("/nothing") + request("/digits", "Range: bytes=2-4\r\n") +
    "HEAD /hello HTTP/1.1\r\nHost: h\r\n\r\n";

TEST(Http1Connection, AnswersPipelinedRequestsInTheirOrder) {
    auto const written = converse({as_bytes(kConversation)});
    std::size_t at = 0;
    for (auto const* part :
         {"HTTP/1.1 200 OK\r\n", "\r\n\r\nhello", "\r\n\r\na=b|", "\r\n\r\n|abc", "\r\n\r\n|def",
          "998,999,", "HTTP/1.1 404 Not Found\r\n", "HTTP/1.1 206 Partial Content\r\n",
          "\r\n\r\n234HTTP/1.1 200 OK\r\n"}) {
        auto const found = written.find(part, at);
        ASSERT_NE(found, std::string::npos) << part;
        at = found;
    }
    EXPECT_TRUE(written.ends_with("\r\n\r\n"));
}

std::size_t answers_in(std::string_view written) {
    std::size_t count = 0;
    for (auto at = written.find("HTTP/1.1 200"); at != written.npos;
         at = written.find("HTTP/1.1 200", at + 1)) {
        ++count;
    }
    return count;
}

/// Somebody else on the loop: notes with each of its turns how many answers there are by then.
io::Task<> note_answers(ScriptedStream const& stream, std::vector<std::size_t>& noted) {
    auto const executor = co_await io::asio::this_coro::executor;
    while (!stream.closed) {
        noted.push_back(answers_in(stream.written));
        co_await io::asio::post(executor, io::awaiting);
    }
}

TEST(Http1Connection, GivesTheLoopsOthersATurnAfterEachAnswerOfAPipeline) {
    constexpr std::size_t kRequests = 20;
    std::string pipeline;
    for (std::size_t i = 0; i < kRequests; ++i) pipeline += request("/hello");
    Router router;
    testing::add_plain_routes(router);
    ServerContext context{.router = router, .limits = {}, .counters = {}};
    ScriptedStream stream({as_bytes(pipeline)});
    Peer const peer{.address = "127.0.0.1", .connection = 1};
    Http1Connection connection(stream, context, peer);
    std::vector<std::size_t> noted;
    io::EventLoop loop;
    io::asio::co_spawn(loop.context(), connection.run({}), io::asio::detached);
    io::asio::co_spawn(loop.context(), note_answers(stream, noted), io::asio::detached);
    loop.context().run();

    ASSERT_EQ(answers_in(stream.written), kRequests);
    ASSERT_FALSE(noted.empty());
    std::size_t before = 0;
    for (auto const count : noted) {
        EXPECT_LE(count, before + 1) << "answers without a turn for others in between";
        before = count;
    }
    EXPECT_GE(before + 1, kRequests);
}

TEST(Http1Connection, AnswersTheSameHoweverTheBytesArrive) {
    auto const bytes = as_bytes(kConversation);
    auto const whole = converse({bytes});
    for (std::size_t at = 1; at < bytes.size(); ++at) {
        EXPECT_EQ(converse({bytes.first(at), bytes.subspan(at)}), whole) << "cut at " << at;
    }
    std::vector<ByteView> single;
    for (auto const& byte : bytes) single.emplace_back(&byte, 1);
    EXPECT_EQ(converse(single), whole);
}

TEST(Http1Connection, WritesTheSameHoweverLittleThePeerTakes) {
    auto const whole = converse({as_bytes(kConversation)});
    for_all_seeds(
        [&](auto& any) {
            auto const pieces = any.fragments(as_bytes(kConversation), 200);
            EXPECT_EQ(converse(pieces, any.template number<std::size_t>(1, 300)), whole);
        },
        100);
}

TEST(Http1Connection, ReadsNothingAfterARefusal) {
    auto const written =
        converse({as_bytes("GET /.. HTTP/1.1\r\nHost: h\r\n\r\n" + request("/hello"))});
    EXPECT_TRUE(written.starts_with("HTTP/1.1 400 Bad Request\r\n")) << written;
    EXPECT_NE(written.find("Connection: close\r\n"), std::string::npos);
    EXPECT_NE(written.find("application/problem+json"), std::string::npos);
    EXPECT_NE(written.find("Access-Control-Allow-Origin: *\r\n"), std::string::npos);
    EXPECT_EQ(written.find("hello"), std::string::npos);
}

TEST(Http1Connection, ReadsNothingAfterTheClientsLastRequest) {
    auto const written =
        converse({as_bytes(request("/digits", "Connection: close\r\n") + request("/hello"))});
    EXPECT_NE(written.find("Connection: close\r\n"), std::string::npos);
    EXPECT_TRUE(written.ends_with("0123456789")) << written;
}

// Deadlines, by sweeps that come when the test says so

class Http1ConnectionSweepTest : public ::testing::Test {
  protected:
    Http1ConnectionSweepTest() { testing::add_plain_routes(router_); }

    /// Sends `text` byte by byte, and sweeps at each wait as if `lead` had passed since.
    std::string converse_late(std::string_view text, milliseconds lead) {
        std::vector<ByteView> single;
        for (auto const& byte : as_bytes(text)) single.emplace_back(&byte, 1);
        ScriptedStream stream(single);
        stream.write_limit = 100;
        Peer const peer{.address = "127.0.0.1", .connection = 1};
        Http1Connection connection(stream, context_, peer);
        stream.on_wait = [&] { connection.sweep(steady_now() + lead); };
        testing::run_now(connection.run({}));
        return stream.written;
    }

    Router router_;
    ServerContext context_{.router = router_,
                           .limits = {.request_time = seconds(1000),
                                      .idle_time = seconds(1000),
                                      .write_stall = seconds(1000)},
                           .counters = {}};
};

TEST_F(Http1ConnectionSweepTest, LetsEverythingPassBeforeItsDeadline) {
    auto const written = converse_late(request("/crumbs") + request("/hello"), seconds(900));
    EXPECT_TRUE(written.ends_with("hello")) << "each write has the whole time again";
}

TEST_F(Http1ConnectionSweepTest, EndsAnAnswerThatStalls) {
    context_.limits.write_stall = seconds(100);
    auto const written = converse_late(request("/crumbs"), seconds(500));
    EXPECT_EQ(written.size(), 100U) << "one write, then no room for too long";
    EXPECT_EQ(context_.counters.responses[0], 1U);
    EXPECT_EQ(context_.counters.responses[2], 0U);
    EXPECT_EQ(context_.counters.bytes_sent, 100U);
}

TEST_F(Http1ConnectionSweepTest, EndsAnIdleConnectionWithoutAWord) {
    context_.limits.idle_time = seconds(100);
    EXPECT_EQ(converse_late(request("/hello"), seconds(500)), "");
    EXPECT_EQ(context_.counters.requests, 0U);
}

}  // namespace
}  // namespace directfanz::http
