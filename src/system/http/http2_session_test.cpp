#include "system/http/http2_session.hpp"

#include "base/property_test.hpp"
#include "system/http/answer.hpp"
#include "system/http/http2_test_client.hpp"
#include "system/http/test_support.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace directfanz::http {
namespace {

using directfanz::testing::for_all_seeds;
using testing::Fields;
using testing::frame;
using testing::Http2Client;
using testing::preface;

constexpr std::uint32_t kNoError = 0;
constexpr std::uint32_t kProtocolError = 1;
constexpr std::uint32_t kInternalError = 2;
constexpr std::uint32_t kRefusedStream = 7;
constexpr std::uint32_t kCancel = 8;
constexpr std::uint32_t kEnhanceYourCalm = 11;

/// A server's session and a client's in one thread, with handlers that answer when the test says
/// so, or at once.
class Http2SessionTest : public ::testing::Test {
  protected:
    Http2SessionTest() { testing::add_plain_routes(router_); }

    /// What the session has to say, in whole batches.
    std::string pack() {
        std::string bytes;
        for (;;) {
            Http2Outbox outbox;
            session_.pack(outbox);
            if (outbox.empty()) return bytes;
            ++batches_;
            for (auto const& part : outbox.parts()) {
                bytes.append(static_cast<char const*>(part.iov_base), part.iov_len);
            }
            for (auto const status : outbox.completed()) statuses_.push_back(status);
        }
    }

    void answer(Http2Stream& stream) {
        auto response = testing::run_now(http::answer(context_.router, stream.request.request()));
        session_.answer(stream, std::move(response));
        session_.release(stream);
    }

    void feed(std::string_view bytes) {
        session_.feed(as_bytes(bytes));
        auto const requests = session_.take_requests();
        if (holds_) {
            held_.insert(held_.end(), requests.begin(), requests.end());
        } else {
            for (auto* const stream : requests) answer(*stream);
        }
    }

    /// Until neither has anything to say.
    void exchange(Http2Client& client) {
        for (;;) {
            auto const up = client.take_output();
            if (!up.empty()) feed(up);
            auto const down = pack();
            ASSERT_TRUE(client.feed(as_bytes(down)));
            if (up.empty() && down.empty()) return;
        }
    }

    /// The codes of the GOAWAYs and of the RST_STREAMs that answer raw bytes.
    struct Said {
        std::vector<std::uint32_t> goaways;
        std::vector<std::uint32_t> resets;
    };
    Said send_raw(std::string_view bytes) {
        feed(bytes);
        auto const down = pack();
        Said said;
        std::string_view left = down;
        auto const number = [&](std::size_t at, std::size_t count) {
            std::uint32_t value = 0;
            for (auto i = at; i < at + count; ++i) {
                value = value << 8 | static_cast<std::uint8_t>(left[i]);
            }
            return value;
        };
        while (left.size() >= 9) {
            if (left[3] == 7) said.goaways.push_back(number(13, 4));
            if (left[3] == 3) said.resets.push_back(number(9, 4));
            left.remove_prefix(9 + number(0, 3));
        }
        return said;
    }

    Router router_;
    ServerContext context_{.router = router_, .limits = {}, .counters = {}};
    Http2Session session_{context_};
    bool holds_ = false;
    std::vector<Http2Stream*> held_;
    std::size_t batches_ = 0;
    std::vector<unsigned> statuses_;
};

TEST_F(Http2SessionTest, AnswersManyRequestsAtOnce) {
    Http2Client client;
    std::vector<std::int32_t> streams;
    for (auto i = 0; i < 100; ++i) streams.push_back(client.request(fmt::format("/echo?{}", i)));
    exchange(client);
    for (auto i = 0; i < 100; ++i) {
        auto const& reply = client.reply(streams[static_cast<std::size_t>(i)]);
        EXPECT_EQ(reply.status(), "200");
        EXPECT_EQ(reply.body, fmt::format("{}|", i));
        EXPECT_EQ(reply.closed, kNoError);
    }
    EXPECT_EQ(session_.streams(), 0U);
    EXPECT_EQ(context_.counters.requests, 100U);
    EXPECT_EQ(statuses_, std::vector<unsigned>(100, 200));
}

TEST_F(Http2SessionTest, TellsItsLimits) {
    Http2Client client;
    exchange(client);
    EXPECT_EQ(client.settings[3], kMaxConcurrentStreams);
    EXPECT_EQ(client.settings[6], context_.limits.header_bytes);
    EXPECT_EQ(client.settings[9], 1U) << "SETTINGS_NO_RFC7540_PRIORITIES";
}

TEST_F(Http2SessionTest, SendsFieldsInLowerCaseAndNoneOfHttp1sConnections) {
    router_.add(Method::get, "/odd", [](Request const&, PathParameters const&) {
        auto make = []() -> io::Task<Response> {
            auto response = text_response(200, "text/plain", "odd");
            response.headers.add("X-CamelCase", "Value");
            response.headers.add("Keep-Alive", "timeout=5");
            response.headers.add("Upgrade", "x");
            response.headers.add("Proxy-Connection", "x");
            response.headers.add("Connection", "close");
            co_return response;
        };
        return make();
    });
    Http2Client client;
    auto const stream = client.request("/odd");
    exchange(client);
    auto const& reply = client.reply(stream);
    EXPECT_EQ(reply.field("x-camelcase"), "Value");
    EXPECT_EQ(reply.field("content-length"), "3");
    EXPECT_EQ(reply.field("access-control-allow-origin"), "*");
    EXPECT_NE(reply.field("date"), "");
    for (auto const* name : {"keep-alive", "upgrade", "proxy-connection", "connection"}) {
        EXPECT_EQ(reply.field(name), "") << name;
    }
}

TEST_F(Http2SessionTest, AnswersHeadRangesAndConditions) {
    Http2Client client;
    auto const head = client.request("/digits", {}, "HEAD");
    auto const range = client.request("/digits", {{"range", "bytes=2-4"}});
    auto const same = client.request("/digits", {{"if-none-match", "\"digits\""}});
    auto const beyond = client.request("/digits", {{"range", "bytes=10-"}});
    auto const missing = client.request("/nothing");
    auto const wrong = client.request("/hello", {}, "DELETE");
    auto const preflight = client.request("/hello", {}, "OPTIONS");
    exchange(client);
    EXPECT_EQ(client.reply(head).status(), "200");
    EXPECT_EQ(client.reply(head).field("content-length"), "10");
    EXPECT_EQ(client.reply(head).body, "");
    EXPECT_EQ(client.reply(range).status(), "206");
    EXPECT_EQ(client.reply(range).body, "234");
    EXPECT_EQ(client.reply(same).status(), "304");
    EXPECT_EQ(client.reply(beyond).status(), "416");
    EXPECT_EQ(client.reply(missing).status(), "404");
    EXPECT_EQ(client.reply(wrong).status(), "405");
    EXPECT_EQ(client.reply(preflight).status(), "204");
    for (auto const stream : {head, same, preflight}) EXPECT_TRUE(client.is_complete(stream));
}

TEST_F(Http2SessionTest, RefusesWhatHttp1RefusesAndGoesOn) {
    Http2Client client;
    std::vector<std::pair<std::int32_t, std::string>> const refused{
        {client.request("/../etc"), "400"},
        {client.request("/%zz"), "400"},
        {client.request("/" + std::string(9000, 'a')), "414"},
        {client.request("/", {}, "TRACE"), "501"},
        {client.request("/hello", {{"x", std::string(20'000, 'a')}}), "431"},
        {client.request("/hello", {{"x", "a\x01z"}}), "400"},
        {client.request("/hello", {{"expect", "tea"}}), "417"},
        {client.post("/echo", "abc", {{"content-length", "99999999"}}, false), "413"},
    };
    auto const served = client.request("/hello");
    exchange(client);
    for (auto const& [stream, status] : refused) {
        EXPECT_EQ(client.reply(stream).status(), status);
        EXPECT_EQ(client.reply(stream).field("content-type"), "application/problem+json");
        EXPECT_EQ(client.reply(stream).closed, kNoError);
    }
    EXPECT_EQ(client.reply(served).body, "hello");
    EXPECT_TRUE(client.goaways.empty());
    EXPECT_EQ(context_.counters.requests, refused.size() + 1);
}

TEST_F(Http2SessionTest, ResetsMalformedRequests) {
    Http2Client client;
    std::vector const malformed{
        client.request("/", {{"connection", "close"}}),
        client.request("/", {{"transfer-encoding", "chunked"}}),
        client.request("/", {{"te", "gzip"}}),
        client.request("/", {{":path", "/twice"}}),
        client.request("relative"),
        client.post("/echo", "abc", {{"content-length", "2"}}),
    };
    auto const served = client.request("/hello");
    exchange(client);
    for (auto const stream : malformed)
        EXPECT_EQ(client.reply(stream).closed, kProtocolError) << stream;
    EXPECT_EQ(client.reply(served).body, "hello");
    EXPECT_EQ(session_.streams(), 0U);
}

// Bodies

TEST_F(Http2SessionTest, TakesBodies) {
    Http2Client client;
    std::string const large(context_.limits.body_bytes, 'b');
    auto const small = client.post("/echo", "abc", {{"content-length", "3"}});
    auto const whole = client.post("/echo", large);
    auto const empty = client.post("/echo", "");
    exchange(client);
    EXPECT_EQ(client.reply(small).body, "|abc");
    EXPECT_EQ(client.reply(whole).body, "|" + large);
    EXPECT_EQ(client.reply(empty).body, "|");
}

TEST_F(Http2SessionTest, RefusesABodyThatGrowsTooLarge) {
    context_.limits.body_bytes = 1000;
    Http2Client client;
    auto const stream = client.post("/echo", std::string(50'000, 'b'));
    auto const served = client.request("/hello");
    exchange(client);
    EXPECT_EQ(client.reply(stream).status(), "413");
    EXPECT_EQ(client.reply(stream).closed, kNoError) << "the rest of the body is not wanted";
    EXPECT_EQ(client.reply(served).body, "hello");
    EXPECT_EQ(session_.streams(), 0U);
}

TEST_F(Http2SessionTest, HoldsOnlySoManyBodiesOfAllStreamsTogether) {
    context_.limits.body_bytes = 1000;
    Http2Client client;
    std::vector<std::int32_t> streams;
    for (auto i = 0; i < 5; ++i) {
        streams.push_back(client.post("/echo", std::string(900, 'b'), {}, false));
    }
    exchange(client);
    EXPECT_EQ(session_.streams(), 2U);
    for (auto i = 2U; i < 5; ++i) {
        EXPECT_EQ(client.reply(streams[i]).closed, kRefusedStream) << "which may be tried again";
    }
    client.reset(streams[0]);
    client.reset(streams[1]);
    auto const again = client.post("/echo", std::string(900, 'c'));
    exchange(client);
    EXPECT_EQ(client.reply(again).status(), "200") << "the budget came back";
}

TEST_F(Http2SessionTest, TellsTheClientToGoOn) {
    Http2Client client;
    auto const stream = client.post("/echo", "abc", {{"expect", "100-continue"}}, false);
    exchange(client);
    EXPECT_TRUE(client.reply(stream).told_to_continue);
    EXPECT_FALSE(client.is_complete(stream));
}

TEST_F(Http2SessionTest, SendsLargeBodiesInBoundedBatches) {
    Http2Client client({.stream_window = 0x7fffffff});
    client.open_window(0, 0x7fff0000 - 65535);
    auto const stream = client.request("/large");
    exchange(client);
    auto const& reply = client.reply(stream);
    ASSERT_EQ(reply.body.size(), testing::kLargeBlobs * testing::kMiB);
    for (std::size_t i = 0; i < testing::kLargeBlobs; ++i) {
        ASSERT_EQ(std::string_view(reply.body).substr(i * testing::kMiB, testing::kMiB),
                  testing::pattern().text());
    }
    EXPECT_EQ(reply.largest_frame, 16384U);
    EXPECT_GE(batches_, reply.body.size() / (Http2Outbox::kBatchBytes + 64 * 1024));
    EXPECT_LE(batches_, reply.body.size() / Http2Outbox::kBatchBytes + 10) << "many frames a write";
}

TEST_F(Http2SessionTest, MakesLargerFramesForThoseWhoTakeThem) {
    Http2Client client({.stream_window = 0x7fffffff, .max_frame_size = 1 << 20});
    client.open_window(0, 0x7fff0000 - 65535);
    auto const stream = client.request("/large");
    exchange(client);
    EXPECT_EQ(client.reply(stream).body.size(), testing::kLargeBlobs * testing::kMiB);
    EXPECT_EQ(client.reply(stream).largest_frame, kMaxDataBytes);
}

TEST_F(Http2SessionTest, SendsBodiesOfManyCrumbs) {
    std::string expected;
    for (auto i = 0; i < 1000; ++i) expected += fmt::format("{},", i);
    Http2Client client({.stream_window = 100});
    auto const stream = client.request("/crumbs");
    exchange(client);
    EXPECT_EQ(client.reply(stream).body, expected);
}

TEST_F(Http2SessionTest, NeverSendsMoreThanTheWindowsAllow) {
    for (auto const window : {0U, 1U, 1000U, 65535U}) {
        Http2Session session(context_);
        Http2Client client({.stream_window = window, .opens_windows = false});
        auto const stream = client.request("/large");
        session.feed(as_bytes(client.take_output()));
        for (auto* const request : session.take_requests()) {
            session.answer(*request,
                           testing::run_now(http::answer(router_, request->request.request())));
            session.release(*request);
        }
        for (auto i = 0; i < 5; ++i) {
            Http2Outbox outbox;
            session.pack(outbox);
            for (auto const& part : outbox.parts()) {
                client.feed({static_cast<std::uint8_t const*>(part.iov_base), part.iov_len});
            }
        }
        EXPECT_EQ(client.reply(stream).body.size(), window);
    }
}

TEST_F(Http2SessionTest, AnswersTheSameHoweverTheBytesArrive) {
    Http2Client client;
    auto const get = client.request("/digits");
    auto const post = client.post("/echo", std::string(3000, 'x'));
    auto const bytes = client.take_output();
    for_all_seeds(
        [&](auto& any) {
            Http2Session session(context_);
            Http2Client reader;
            // The reader must know the streams that it is told about.
            ASSERT_EQ(reader.request("/digits"), get);
            ASSERT_EQ(reader.post("/echo", std::string(3000, 'x')), post);
            reader.take_output();
            for (auto const piece : any.fragments(as_bytes(bytes), 200)) {
                session.feed(piece);
                for (auto* const request : session.take_requests()) {
                    session.answer(*request, testing::run_now(http::answer(
                                                 router_, request->request.request())));
                    session.release(*request);
                }
                Http2Outbox outbox;
                session.pack(outbox);
                for (auto const& part : outbox.parts()) {
                    reader.feed({static_cast<std::uint8_t const*>(part.iov_base), part.iov_len});
                }
            }
            EXPECT_EQ(reader.reply(get).body, "0123456789");
            EXPECT_EQ(reader.reply(post).body, "|" + std::string(3000, 'x'));
        },
        20);
}

// What goes first

TEST_F(Http2SessionTest, SendsShortAnswersBeforeLongOnes) {
    Http2Client client({.stream_window = 0x7fffffff});
    client.open_window(0, 0x7fff0000 - 65535);
    auto const segment = client.request("/large");
    auto const playlist = client.request("/digits");
    exchange(client);
    EXPECT_EQ(client.completed, (std::vector{playlist, segment}));
}

TEST_F(Http2SessionTest, LetsTheClientSayWhatGoesFirst) {
    Http2Client client({.stream_window = 0x7fffffff});
    client.open_window(0, 0x7fff0000 - 65535);
    auto const later = client.request("/large", {{"priority", "u=5"}});
    auto const sooner = client.request("/large", {{"priority", "u=0"}});
    auto const last = client.request("/digits", {{"priority", "u=6"}});
    exchange(client);
    EXPECT_EQ(client.completed, (std::vector{sooner, later, last}));
}

// Resets

TEST_F(Http2SessionTest, AbandonsWhatThePeerResets) {
    holds_ = true;
    Http2Client client;
    auto const gone = client.request("/hello");
    auto const kept = client.request("/hello");
    exchange(client);
    ASSERT_EQ(held_.size(), 2U);
    EXPECT_TRUE(session_.owes_answer());
    client.reset(gone);
    exchange(client);
    EXPECT_EQ(session_.take_abandoned(), std::vector{held_[0]});
    EXPECT_EQ(session_.streams(), 2U) << "its handler has not ended";
    EXPECT_EQ(context_.counters.responses[0], 1U);
    answer(*held_[0]);
    EXPECT_EQ(session_.streams(), 1U);
    answer(*held_[1]);
    exchange(client);
    EXPECT_EQ(client.reply(kept).body, "hello");
    EXPECT_EQ(session_.streams(), 0U);
    EXPECT_FALSE(session_.owes_answer());
}

TEST_F(Http2SessionTest, LeavesABatchWhatItNamesWhenThePeerResetsTheStream) {
    constexpr std::uint32_t kWindow = 4000;
    testing::WatchedBody watched('w', 2 * kWindow);
    router_.add(Method::get, "/watched", [&](Request const&, PathParameters const&) {
        return testing::answer_with(watched.release());
    });
    Http2Client client({.stream_window = kWindow, .opens_windows = false});
    exchange(client);
    auto const stream = client.request("/watched");
    feed(client.take_output());
    Http2Outbox blocked;
    session_.pack(blocked);
    ASSERT_FALSE(blocked.empty());
    client.reset(stream);
    feed(client.take_output());
    EXPECT_EQ(session_.streams(), 0U);
    EXPECT_FALSE(watched.gone()) << "the kernel has not taken it yet";
    for (auto const& part : std::vector<iovec>(blocked.parts().begin(), blocked.parts().end())) {
        EXPECT_FALSE(watched.gone());
        blocked.advance(part.iov_len);
    }
    EXPECT_TRUE(watched.gone()) << "nobody needs it any more";
}

TEST_F(Http2SessionTest, NeverBeginsWhatIsResetAtOnce) {
    Http2Client client;
    client.reset(client.request("/hello"));
    auto const both = client.request("/hello");
    auto const bytes = client.take_output();
    client.reset(both);
    session_.feed(as_bytes(bytes + client.take_output()));
    EXPECT_TRUE(session_.take_requests().empty());
    EXPECT_EQ(session_.streams(), 0U);
}

TEST_F(Http2SessionTest, EndsAStreamWhoseHandlerFails) {
    holds_ = true;
    Http2Client client;
    auto const stream = client.request("/hello");
    exchange(client);
    session_.fail(*held_[0]);
    session_.release(*held_[0]);
    exchange(client);
    EXPECT_EQ(client.reply(stream).closed, kInternalError);
    EXPECT_EQ(session_.streams(), 0U);
}

TEST_F(Http2SessionTest, AbandonsAllWhenThePeerHasGone) {
    holds_ = true;
    Http2Client client;
    client.request("/hello");
    client.post("/echo", "abc", {}, false);
    exchange(client);
    session_.feed(as_bytes([&] {
        client.request("/hello");
        return client.take_output();
    }()));
    session_.abandon();
    EXPECT_EQ(session_.take_abandoned(), held_);
    EXPECT_EQ(session_.streams(), 1U) << "the one whose handler works";
    session_.release(*held_[0]);
    EXPECT_EQ(session_.streams(), 0U);
    EXPECT_EQ(context_.counters.responses[0], 2U);
}

// Attacks

TEST_F(Http2SessionTest, CutsOffRapidResets) {
    Http2Client client;
    auto resets = 0;
    while (client.goaways.empty() && resets < 10'000) {
        client.reset(client.request("/hello"));
        auto const both = client.request("/hello");
        auto const bytes = client.take_output();
        client.reset(both);
        feed(bytes + client.take_output());
        client.feed(as_bytes(pack()));
        ++resets;
    }
    EXPECT_EQ(client.goaways, std::vector{kEnhanceYourCalm});
    EXPECT_GE(resets, 200);
    EXPECT_LE(resets, 220);
    EXPECT_TRUE(session_.is_over());
}

TEST_F(Http2SessionTest, CutsOffWhoMakesUsReset) {
    std::string attack = preface();
    Http2Client client;
    client.request("/hello");
    auto const head = client.take_output().substr(24 + 9 + 6);
    Said said;
    auto const block = head.substr(9);
    for (auto stream = 1U; stream < 2000 && said.goaways.empty(); stream += 2) {
        // A window that grows beyond its largest is an error of the stream (RFC 9113, 6.9.1).
        said = send_raw(std::exchange(attack, "") + frame(1, 4, stream, block) +
                        frame(8, 0, stream, "\x7f\xff\xff\xff"));
    }
    EXPECT_EQ(said.goaways, std::vector{kEnhanceYourCalm});
}

TEST_F(Http2SessionTest, CutsOffFloodsOfControlFrames) {
    std::string const ping = frame(6, 0, 0, "12345678");
    std::string const settings = frame(4, 0, 0, "");
    std::string const window = frame(8, 0, 0, std::string("\0\0\0\1", 4));
    std::string const priority = frame(16, 0, 0, std::string("\0\0\0\1u=1", 7));
    for (auto const& one : {ping, settings, window, priority}) {
        Http2Session session(context_);
        session.feed(as_bytes(preface()));
        auto frames = 0;
        while (!session.is_over() && frames < 5000) {
            for (auto i = 0; i < 50; ++i) session.feed(as_bytes(one));
            frames += 50;
            Http2Outbox outbox;
            session.pack(outbox);
        }
        EXPECT_GE(frames, 900) << static_cast<int>(one[3]);
        EXPECT_LE(frames, 1300) << static_cast<int>(one[3]);
    }
}

TEST_F(Http2SessionTest, CutsOffEmptyData) {
    Http2Client client;
    client.post("/echo", "", {}, false);
    feed(client.take_output());
    std::string flood;
    for (auto i = 0; i < 1100; ++i) flood += frame(0, 0, 1, "");
    EXPECT_EQ(send_raw(flood).goaways, std::vector{kEnhanceYourCalm});
}

TEST_F(Http2SessionTest, KeepsFewAcknowledgementsForWhoDoesNotRead) {
    feed(preface());
    std::string flood;
    for (auto i = 0; i < 300; ++i) flood += frame(6, 0, 0, "12345678");
    EXPECT_EQ(send_raw(flood).goaways, std::vector{kEnhanceYourCalm});
}

TEST_F(Http2SessionTest, AnswersPingsNowAndThen) {
    Http2Client client;
    for (auto i = 0; i < 50; ++i) {
        client.ping();
        exchange(client);
    }
    EXPECT_EQ(client.pings_answered, 50U);
    EXPECT_TRUE(client.goaways.empty());
}

TEST_F(Http2SessionTest, LetsADownloadOpenItsWindowsOften) {
    Http2Client client({.stream_window = 16384});
    auto const stream = client.request("/large");
    exchange(client);
    EXPECT_EQ(client.reply(stream).body.size(), testing::kLargeBlobs * testing::kMiB);
    EXPECT_TRUE(client.goaways.empty());
}

TEST_F(Http2SessionTest, CutsOffContinuationsWithoutEnd) {
    std::string attack = preface() + frame(1, 0, 1, "\x82");
    for (auto i = 0; i < 100; ++i) attack += frame(9, 0, 1, "");
    EXPECT_EQ(send_raw(attack).goaways, std::vector{kEnhanceYourCalm});
    EXPECT_TRUE(session_.is_over());
}

TEST_F(Http2SessionTest, CutsOffAHeaderThatUnpacksToVeryMuch) {
    // One long field goes into the table, and is then named by a byte each.
    std::string const name = "x";
    std::string const value(3000, 'v');
    std::string block = "\x82\x84\x86";
    block += std::string("\x40\x01", 2) + name + "\x7f";
    // 3000 - 127 = 2873 as a prefixed integer (RFC 7541, 5.1).
    block += static_cast<char>((2873 & 0x7f) | 0x80);
    block += static_cast<char>(2873 >> 7);
    block += value + std::string(1000, '\xbe');
    auto const said = send_raw(preface() + frame(1, 5, 1, block));
    EXPECT_EQ(said.goaways, std::vector{kEnhanceYourCalm});
}

TEST_F(Http2SessionTest, EndsWithWhoOpensTooManyStreams) {
    holds_ = true;
    Http2Client client;
    client.request("/hello");
    auto const all = client.take_output();
    auto const block = all.substr(24 + 9 + 6 + 9);
    feed(preface());
    // The client has acknowledged our SETTINGS.
    auto said = send_raw(frame(4, 1, 0, ""));
    for (auto stream = 1U; stream < 400 && said.goaways.empty(); stream += 2) {
        said = send_raw(frame(1, 5, stream, block));
    }
    EXPECT_EQ(said.goaways, std::vector{kProtocolError});
    EXPECT_EQ(held_.size(), kMaxConcurrentStreams);
}

TEST_F(Http2SessionTest, HoldsOnlySoManyHandlersThatDoNotEnd) {
    holds_ = true;
    Http2Client client;
    std::vector<std::int32_t> streams;
    for (auto i = 0; i < 199; ++i) {
        streams.push_back(client.request("/hello"));
        exchange(client);
        client.reset(streams.back());
        exchange(client);
    }
    EXPECT_EQ(held_.size(), 199U);
    auto const last = client.request("/hello");
    auto const refused = client.request("/hello");
    exchange(client);
    EXPECT_EQ(held_.size(), 200U);
    EXPECT_EQ(client.reply(refused).closed, kRefusedStream);
    EXPECT_FALSE(client.reply(last).closed.has_value());
}

TEST_F(Http2SessionTest, EndsWithWhoDoesNotSpeakHttp2) {
    EXPECT_EQ(send_raw("PRI * HTTP/3.0\r\n\r\nSM\r\n\r\n").goaways, std::vector{kProtocolError});
    EXPECT_TRUE(session_.is_over());
}

// Time

TEST_F(Http2SessionTest, AnswersSlowRequestsWith408) {
    Http2Client client;
    auto const stream = client.post("/echo", "abc", {}, false);
    exchange(client);
    session_.expire(steady_now() + context_.limits.request_time - seconds(1));
    exchange(client);
    EXPECT_FALSE(client.is_complete(stream));
    session_.expire(steady_now() + context_.limits.request_time);
    exchange(client);
    EXPECT_EQ(client.reply(stream).status(), "408");
    EXPECT_EQ(session_.streams(), 0U);
}

TEST_F(Http2SessionTest, EndsWithAHeaderThatNeverEnds) {
    feed(preface() + frame(1, 0, 1, "\x82"));
    session_.expire(steady_now() + context_.limits.request_time);
    pack();
    EXPECT_TRUE(session_.is_over());
}

TEST_F(Http2SessionTest, ResetsAnswersWhoseWindowsStayShut) {
    Http2Client client({.stream_window = 1000, .opens_windows = false});
    auto const shut = client.request("/large");
    auto const dripping = client.request("/large");
    auto const moving = client.request("/large");
    exchange(client);
    client.open_window(dripping, 100);
    client.open_window(moving, static_cast<std::int32_t>(kLeastProgress));
    client.open_window(0, static_cast<std::int32_t>(kLeastProgress));
    exchange(client);
    EXPECT_TRUE(session_.is_sending());
    auto const later = steady_now() + context_.limits.write_stall;
    session_.expire(later);
    exchange(client);
    EXPECT_EQ(client.reply(shut).closed, kCancel);
    EXPECT_EQ(client.reply(dripping).closed, kCancel);
    EXPECT_FALSE(client.reply(moving).closed.has_value());
    session_.expire(later + context_.limits.write_stall);
    exchange(client);
    EXPECT_EQ(client.reply(moving).closed, kCancel) << "it has to go on moving";
}

TEST_F(Http2SessionTest, DemandsAsMuchOfASlowReaderAsHttp1DoesOrAllThatRemains) {
    constexpr std::uint32_t kWindow = 1000;
    constexpr auto kShort = kWindow + 30'000;
    for (auto const& [path, size] :
         {std::pair("/long", 4 * kLeastProgress), std::pair("/short", std::size_t{kShort})}) {
        router_.add(Method::get, path, [size](Request const&, PathParameters const&) {
            return testing::answer_with(Blob(std::string(size, 'x')));
        });
    }
    Http2Client client({.stream_window = kWindow, .opens_windows = false});
    client.open_window(0, 1 << 20);
    auto const enough = client.request("/long");
    auto const too_slow = client.request("/long");
    auto const whole = client.request("/short");
    auto const not_whole = client.request("/short");
    exchange(client);
    auto const least = static_cast<std::int32_t>(kLeastProgress - kWindow);
    auto const rest = static_cast<std::int32_t>(kShort - kWindow);
    client.open_window(enough, least);
    client.open_window(too_slow, least - 1);
    client.open_window(whole, rest);
    client.open_window(not_whole, rest - 1);
    exchange(client);
    session_.expire(steady_now() + context_.limits.write_stall);
    exchange(client);
    EXPECT_FALSE(client.reply(enough).closed.has_value());
    EXPECT_EQ(client.reply(too_slow).closed, kCancel);
    EXPECT_TRUE(client.is_complete(whole));
    EXPECT_EQ(client.reply(not_whole).closed, kCancel);
    // At that pace a segment of 1.5 MB is gone within four minutes.
    EXPECT_LE(1'500'000 / kLeastProgress * context_.limits.write_stall, std::chrono::minutes(4));
}

TEST_F(Http2SessionTest, LetsAnswersWaitForOthers) {
    Http2Client client({.stream_window = 0x7fffffff});
    client.open_window(0, 0x7fff0000 - 65535);
    auto const stream = client.request("/large");
    feed(client.take_output());
    session_.expire(steady_now() + context_.limits.write_stall);
    exchange(client);
    EXPECT_EQ(client.reply(stream).body.size(), testing::kLargeBlobs * testing::kMiB);
}

TEST_F(Http2SessionTest, LetsNoAnswerWaitForOthersForEver) {
    Http2Client client({.stream_window = 0x7fffffff});
    client.open_window(0, 0x7fff0000 - 65535);
    auto const first = client.request("/large");
    auto const second = client.request("/large");
    feed(client.take_output());
    // All the windows are open, and the first has its turn.
    Http2Outbox outbox;
    std::size_t packed = 0;
    std::string down;
    while (packed < 2 * kLeastProgress) {
        session_.pack(outbox);
        for (auto const& part : outbox.parts()) {
            down.append(static_cast<char const*>(part.iov_base), part.iov_len);
            packed += part.iov_len;
        }
        outbox.clear();
    }
    ASSERT_TRUE(client.feed(as_bytes(down)));
    ASSERT_GE(client.reply(first).body.size(), kLeastProgress);
    ASSERT_EQ(client.reply(second).body.size(), 0U);
    auto const late = steady_now() + kLongestTurn;
    session_.expire(late - seconds(10));
    session_.expire(late);
    auto const rest = pack();
    ASSERT_TRUE(client.feed(as_bytes(rest)));
    EXPECT_EQ(client.reply(second).closed, kCancel);
    EXPECT_EQ(client.reply(first).body.size(), testing::kLargeBlobs * testing::kMiB)
        << "one that moves goes on";
}

// The end

TEST_F(Http2SessionTest, ShutsDownInTwoSteps) {
    holds_ = true;
    Http2Client client({.acknowledges_pings = false});
    auto const first = client.request("/hello");
    exchange(client);
    auto const crossing = client.request("/hello");
    auto const crossing_bytes = client.take_output();
    session_.notice_shutdown(steady_now());
    exchange(client);
    EXPECT_EQ(client.goaways, std::vector{kNoError});
    EXPECT_EQ(client.last_stream, 0x7fffffff);
    feed(crossing_bytes);
    session_.expire(steady_now() + kShutdownNotice);
    exchange(client);
    EXPECT_EQ(client.goaways, (std::vector{kNoError, kNoError}));
    EXPECT_EQ(client.last_stream, crossing) << "what was on its way is served";
    EXPECT_FALSE(session_.is_over());
    ASSERT_EQ(held_.size(), 2U);
    for (auto* const stream : held_) answer(*stream);
    exchange(client);
    EXPECT_EQ(client.reply(first).body, "hello");
    EXPECT_EQ(client.reply(crossing).body, "hello");
    EXPECT_TRUE(session_.is_over());
}

TEST_F(Http2SessionTest, ShutsDownAsSoonAsThePeerHasSeenTheNotice) {
    holds_ = true;
    Http2Client client;
    client.request("/hello");
    exchange(client);
    session_.notice_shutdown(steady_now());
    exchange(client);
    EXPECT_EQ(client.goaways, (std::vector{kNoError, kNoError}));
    EXPECT_FALSE(session_.is_over());
    answer(*held_[0]);
    exchange(client);
    EXPECT_TRUE(session_.is_over());
}

}  // namespace
}  // namespace directfanz::http
