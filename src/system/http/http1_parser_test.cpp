#include "system/http/http1_parser.hpp"

#include "base/property_test.hpp"
#include "system/http/target.hpp"

#include <tuple>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace directfanz::http {
namespace {

using State = Http1Parser::State;

constexpr Http1Parser::Limits kLimits{.header_bytes = 16 * 1024, .body_bytes = 64 * 1024};

/// What a connection does with a parser: presents again what was not used, with more behind it.
/// Returns the requests in order, and the refusal at the end if there was one.
struct Reading {
    std::vector<Request> requests;
    unsigned refused = 0;
    State state = State::start;
};

Reading read(std::vector<ByteView> const& pieces, Http1Parser::Limits limits = kLimits) {
    Reading reading;
    Http1Parser parser(limits);
    Bytes input;
    for (auto const piece : pieces) {
        input.insert(input.end(), piece.begin(), piece.end());
        for (;;) {
            auto const used = parser.feed(input);
            EXPECT_LE(used, input.size());
            input.erase(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(used));
            if (parser.state() != State::complete) break;
            reading.requests.push_back(parser.take());
        }
        if (parser.state() == State::refused) break;
    }
    reading.state = parser.state();
    if (reading.state == State::refused) {
        reading.refused = parser.refusal().status;
        EXPECT_FALSE(parser.refusal().detail.empty());
    }
    return reading;
}

Reading read(std::string_view text, Http1Parser::Limits limits = kLimits) {
    return read(std::vector<ByteView>{as_bytes(text)}, limits);
}

/// The status with which a whole input is refused, 0 for none.
unsigned refusal_of(std::string_view text) {
    return read(text).refused;
}

/// The status with which an input is refused that arrives byte by byte.
unsigned refusal_byte_by_byte(std::string_view text) {
    std::vector<ByteView> single;
    for (auto const& byte : as_bytes(text)) single.emplace_back(&byte, 1);
    return read(single).refused;
}

Request one(std::string_view text) {
    auto reading = read(text);
    EXPECT_EQ(reading.refused, 0U) << text;
    EXPECT_EQ(reading.requests.size(), 1U) << text;
    return reading.requests.empty() ? Request() : std::move(reading.requests[0]);
}

std::string with_fields(std::string_view fields) {
    return fmt::format("POST /a HTTP/1.1\r\nHost: h\r\n{}\r\n", fields);
}

TEST(Http1Parser, ReadsARequestLineAndFields) {
    auto const request =
        one("GET /live/s1/video.m3u8?_HLS_msn=3 HTTP/1.1\r\n"
            "Host: example.org\r\n"
            "accept-encoding:gzip\r\n"
            "X-Empty:\r\n"
            "X-Spaced: \t a b \t\r\n"
            "\r\n");
    EXPECT_EQ(request.method, Method::get);
    EXPECT_EQ(request.path, "/live/s1/video.m3u8");
    EXPECT_EQ(request.query, "_HLS_msn=3");
    EXPECT_EQ(request.query_parameter("_HLS_msn"), "3");
    EXPECT_EQ(request.headers.get("Host"), "example.org");
    EXPECT_EQ(request.headers.get("Accept-Encoding"), "gzip");
    EXPECT_EQ(request.headers.get("X-Empty"), "");
    EXPECT_EQ(request.headers.get("X-Spaced"), "a b");
    EXPECT_EQ(request.body, "");
}

TEST(Http1Parser, ReadsABodyOfAKnownLength) {
    auto const request = one(with_fields("Content-Length: 5\r\n") + "hello");
    EXPECT_EQ(request.method, Method::post);
    EXPECT_EQ(request.body, "hello");
}

TEST(Http1Parser, ReadsAChunkedBody) {
    auto const request = one(with_fields("Transfer-Encoding: chunked\r\n") +
                             "5\r\nhello\r\n"
                             "1;name=value\r\n \r\n"
                             "00A\r\n0123456789\r\n"
                             "0\r\nX-Trailer: 1\r\n\r\n");
    EXPECT_EQ(request.body, "hello 0123456789");
    EXPECT_FALSE(request.headers.contains("X-Trailer")) << "RFC 9110, 6.5.1";
}

TEST(Http1Parser, ReadsPipelinedRequestsOneByOne) {
    auto const reading =
        read("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n" + with_fields("Content-Length: 2\r\n") + "ab" +
             "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n" + with_fields("Transfer-Encoding: chunked\r\n") +
             "1\r\nc\r\n0\r\n\r\n" + "GET /3 HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_EQ(reading.requests.size(), 5U);
    EXPECT_EQ(reading.requests[0].path, "/1");
    EXPECT_EQ(reading.requests[1].body, "ab");
    EXPECT_EQ(reading.requests[2].path, "/2");
    EXPECT_EQ(reading.requests[3].body, "c");
    EXPECT_EQ(reading.requests[4].path, "/3");
    EXPECT_EQ(reading.state, State::start);
}

/// What an application sees of requests, to compare.
using Seen = std::vector<std::tuple<Method, std::string, std::string, std::string, std::string>>;

Seen seen(Reading const& reading) {
    Seen all;
    for (auto const& request : reading.requests) {
        all.emplace_back(request.method, request.path, request.query, request.body,
                         request.headers.joined("X"));
    }
    return all;
}

std::string const kConversation =
    "\r\nGET /1?a=b HTTP/1.1\r\nHost: h\r\nX: 1\r\nx: 2\r\n\r\n"
    "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 7\r\n\r\nab\r\n\r\nc"
    "POST /3 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3;e=\"f\"\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: u\r\n\r\n"
    "HEAD /4 HTTP/1.0\r\n\r\n"
    "PATCH /4 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    "PUT /5 HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n";

TEST(Http1Parser, ReadsTheSameHoweverTheBytesAreCutInTwo) {
    auto const whole = seen(read(kConversation));
    ASSERT_EQ(whole.size(), 6U);
    auto const bytes = as_bytes(kConversation);
    for (std::size_t at = 1; at < bytes.size(); ++at) {
        EXPECT_EQ(seen(read({bytes.first(at), bytes.subspan(at)})), whole) << "cut at " << at;
    }
}

TEST(Http1Parser, ReadsTheSameByteByByteAndInAnyPieces) {
    auto const whole = seen(read(kConversation));
    std::vector<ByteView> single;
    for (auto const& byte : as_bytes(kConversation)) single.emplace_back(&byte, 1);
    EXPECT_EQ(seen(read(single)), whole);
    directfanz::testing::for_all_seeds([&](auto& any) {
        EXPECT_EQ(seen(read(any.fragments(as_bytes(kConversation), 60))), whole);
    });
}

TEST(Http1Parser, RefusesTheSameHoweverTheBytesAreCut) {
    for (auto const* text :
         {"GET /.. HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
          "BREW / HTTP/1.1\r\nHost: h\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
          "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab0;\r ",
          "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 70000\r\n\r\n",
          "GET / HTTP/3.0\r\n\r\n"}) {
        auto const whole = refusal_of(text);
        EXPECT_NE(whole, 0U) << text;
        EXPECT_EQ(refusal_byte_by_byte(text), whole) << text;
    }
}

TEST(Http1Parser, IsPatientWithAFewEmptyLinesBeforeARequest) {
    EXPECT_EQ(one("\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n").path, "/a") << "RFC 9112, 2.2";
    EXPECT_EQ(refusal_of("\r\n\r\n\r\n\r\n\r\n\r\n"), 400U);
}

// RFC 9112, 9.3

TEST(Http1Parser, KeepsTheConnectionAsTheVersionAndTheClientSay) {
    auto const keeps = [](std::string_view text) {
        Http1Parser parser(kLimits);
        parser.feed(as_bytes(text));
        EXPECT_EQ(parser.state(), State::complete) << text;
        return parser.keep_alive();
    };
    EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: h\r\nConnection: TE, Close\r\n\r\n"));
    EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
    EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(Http1Parser, SeesWhoWaitsForHundredContinue) {
    Http1Parser parser(kLimits);
    auto const head = with_fields("Content-Length: 5\r\nExpect: 100-continue\r\n");
    EXPECT_EQ(parser.feed(as_bytes(head)), head.size());
    EXPECT_EQ(parser.state(), State::body);
    EXPECT_TRUE(parser.expects_continue());
    parser.feed(as_bytes("h"));
    EXPECT_FALSE(parser.expects_continue()) << "the body has begun";
    EXPECT_EQ(refusal_of(with_fields("Content-Length: 5\r\nExpect: 200-ok\r\n")), 417U);
}

// What two programs could read differently: RFC 9112, 11.2

TEST(Http1Parser, RefusesALengthBesideATransferCoding) {
    EXPECT_EQ(refusal_of(with_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")), 400U);
    EXPECT_EQ(refusal_of(with_fields("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")), 400U);
}

TEST(Http1Parser, RefusesTwoLengths) {
    EXPECT_EQ(refusal_of(with_fields("Content-Length: 5\r\nContent-Length: 6\r\n")), 400U);
    EXPECT_EQ(refusal_of(with_fields("Content-Length: 5\r\nContent-Length: 5\r\n")), 400U);
    EXPECT_EQ(refusal_of(with_fields("Content-Length: 5, 5\r\n")), 400U);
}

TEST(Http1Parser, RefusesALengthThatIsNoNumber) {
    for (auto const* length :
         {"", "+5", "-5", "5x", "0x5", "5 5", "18446744073709551616", "99999999999999999999999"}) {
        EXPECT_EQ(refusal_of(with_fields(fmt::format("Content-Length: {}\r\n", length))), 400U)
            << length;
    }
}

TEST(Http1Parser, TakesChunkedAsTheOnlyTransferCoding) {
    for (auto const* coding : {"gzip", "gzip, chunked", "chunked, chunked", "identity",
                               "chunked;a=b", "\"chunked\"", "xchunked", "chunked, gzip"}) {
        auto const status =
            refusal_of(with_fields(fmt::format("Transfer-Encoding: {}\r\n", coding)));
        EXPECT_TRUE(status == 400 || status == 501) << coding << " gave " << status;
    }
    auto const twice = with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n");
    EXPECT_NE(refusal_of(twice), 0U);
    EXPECT_EQ(refusal_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400U);
}

TEST(Http1Parser, RefusesLinesThatEndWithoutACarriageReturn) {
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\nHost: h\n\n"), 400U);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n"), 400U);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: h\r\n\n"), 400U);
    EXPECT_EQ(refusal_of("\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"), 400U);
}

TEST(Http1Parser, RefusesCarriageReturnsAlone) {
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n"), 400U);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\rHost: h\r\n\r\n"), 400U);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: h\r\r\n\r\n"), 400U);
}

TEST(Http1Parser, RefusesFoldedLines) {
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n"), 400U);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n Host: h\r\n\r\n"), 400U);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\tHost: h\r\n\r\n"), 400U);
}

TEST(Http1Parser, RefusesFieldNamesThatAreNoTokens) {
    for (auto const* field :
         {"X : y", ": y", "X", "X y: z", "X\t: y", "(X): y", "Ä: y", "Content-Length : 5"}) {
        EXPECT_EQ(refusal_of(with_fields(std::string(field) + "\r\n")), 400U) << field;
    }
}

TEST(Http1Parser, RefusesControlCharactersInFields) {
    for (auto const c : {'\0', '\x01', '\x08', '\x0b', '\x1f', '\x7f'}) {
        auto const field = std::string("X: a") + c + "b\r\n";
        EXPECT_EQ(refusal_of(with_fields(field)), 400U) << static_cast<int>(c);
    }
}

TEST(Http1Parser, WantsOneHost) {
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n"), 400U) << "RFC 9112, 3.2";
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400U);
    EXPECT_EQ(one("GET / HTTP/1.0\r\n\r\n").path, "/");
}

TEST(Http1Parser, RefusesWhatIsNoRequest) {
    for (auto const* text :
         {"\x16\x03\x01\x02\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n",
          "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n",
          "GET / HTTP/1.1x\r\nHost: h\r\n\r\n", "GET / http/1.1\r\nHost: h\r\n\r\n",
          "GET / HTTP/11\r\nHost: h\r\n\r\n", "/ GET HTTP/1.1\r\nHost: h\r\n\r\n",
          "HTTP/1.1 200 OK\r\n\r\n", "GET / a HTTP/1.1\r\nHost: h\r\n\r\n",
          "GET /a\tb HTTP/1.1\r\nHost: h\r\n\r\n"}) {
        EXPECT_EQ(refusal_of(text), 400U) << text;
    }
}

TEST(Http1Parser, RefusesAddressesThatLeaveTheirFolder) {
    for (auto const* target : {"/../etc/passwd", "/%2e%2e/etc", "/a%00b", "/a%2fb", "/a\\b", "*",
                               "a", "example.org:443"}) {
        EXPECT_EQ(refusal_of(fmt::format("GET {} HTTP/1.1\r\nHost: h\r\n\r\n", target)), 400U)
            << target;
    }
}

TEST(Http1Parser, TakesAStarForOptionsAlone) {
    EXPECT_EQ(one("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").path, "*");
}

TEST(Http1Parser, NamesMethodsThatItDoesNotKnow) {
    for (auto const* method : {"TRACE", "CONNECT", "PROPFIND", "get", "BREW"}) {
        EXPECT_EQ(refusal_of(fmt::format("{} / HTTP/1.1\r\nHost: h\r\n\r\n", method)), 501U)
            << method;
    }
}

TEST(Http1Parser, NamesVersionsThatItDoesNotSpeak) {
    EXPECT_EQ(refusal_of("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), 505U);
    EXPECT_EQ(refusal_of("GET / HTTP/0.9\r\nHost: h\r\n\r\n"), 505U);
    EXPECT_EQ(refusal_of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505U);
}

// Limits

TEST(Http1Parser, LimitsTheHeader) {
    auto const field = "X: " + std::string(kLimits.header_bytes, 'a');
    EXPECT_EQ(refusal_of(with_fields(field + "\r\n")), 431U);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: h\r\n" + field), 431U)
        << "without an end as well";
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n" + std::string(kLimits.header_bytes, 'a')), 431U);
}

TEST(Http1Parser, TakesAHeaderOfJustTheLargestSize) {
    std::string head = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
    head += std::string(kLimits.header_bytes - head.size() - 4, 'a') + "\r\n\r\n";
    EXPECT_EQ(read(head).requests.size(), 1U);
    head.insert(head.size() - 4, "a");
    EXPECT_EQ(refusal_of(head), 431U);
}

TEST(Http1Parser, LimitsTheNumberOfFields) {
    std::string fields;
    for (auto i = 0; i < 127; ++i) fields += "X: y\r\n";
    EXPECT_EQ(one(with_fields(fields)).headers.size(), 128U);
    EXPECT_EQ(refusal_of(with_fields(fields + "X: y\r\n")), 431U);
}

TEST(Http1Parser, LimitsTheAddress) {
    auto const request = [](std::size_t length) {
        return "GET /" + std::string(length - 1, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n";
    };
    EXPECT_EQ(one(request(kMaxTargetBytes)).path.size(), kMaxTargetBytes);
    EXPECT_EQ(refusal_of(request(kMaxTargetBytes + 1)), 414U);
    EXPECT_EQ(refusal_of(request(kLimits.header_bytes)), 414U);
    EXPECT_EQ(refusal_of("GET /" + std::string(kLimits.header_bytes, 'a')), 414U);
}

TEST(Http1Parser, LimitsTheBodyByItsAnnouncement) {
    EXPECT_EQ(refusal_of(with_fields("Content-Length: 65537\r\n")), 413U);
    auto const largest = with_fields("Content-Length: 65536\r\n") + std::string(65536, 'a');
    EXPECT_EQ(one(largest).body.size(), 65536U);
}

TEST(Http1Parser, LimitsAChunkedBody) {
    auto const head = with_fields("Transfer-Encoding: chunked\r\n");
    EXPECT_EQ(refusal_of(head + "10001\r\n"), 413U);
    EXPECT_EQ(refusal_of(head + "ffffffffffffffff\r\n"), 413U);
    auto const half = "8000\r\n" + std::string(0x8000, 'a') + "\r\n";
    EXPECT_EQ(one(head + half + half + "0\r\n\r\n").body.size(), 0x10000U);
    EXPECT_EQ(refusal_of(head + half + half + "1\r\na\r\n"), 413U);
}

TEST(Http1Parser, LimitsChunkHeadersAndTrailers) {
    auto const head = with_fields("Transfer-Encoding: chunked\r\n");
    auto const endless = std::string(2 * kLimits.header_bytes, 'a');
    EXPECT_NE(refusal_of(head + "1;" + endless), 0U);
    EXPECT_NE(refusal_of(head + "0\r\nX: " + endless), 0U);
    EXPECT_NE(refusal_of(head + std::string(2 * kLimits.header_bytes, '0')), 0U);
}

TEST(Http1Parser, SeesNoFurtherThanItsLimitsHoweverMuchArrivesAtOnce) {
    auto const large = std::string(kLimits.header_bytes, 'a');
    auto const line = std::string("X: ") + large;
    auto const chunked = with_fields("Transfer-Encoding: chunked\r\n");
    for (auto const& text :
         {"GET / HTTP/1.1\r\n" + line + "\n\r\n", "GET / HTTP/1.1\r\n" + line + "\r\n b\r\n\r\n",
          "GET /" + large + "\n", chunked + "1;" + large + "\r\na\r\n0\r\n\r\n",
          chunked + "0\r\n" + line + "\r\n\r\n", chunked + "1;" + large + "\rb"}) {
        EXPECT_NE(refusal_of(text), 0U) << text.substr(0, 80);
        EXPECT_EQ(refusal_byte_by_byte(text), refusal_of(text)) << text.substr(0, 80);
    }
    auto const kept = "1\r\na\r\n0\r\nX: " + std::string(kLimits.header_bytes - 12, 'a');
    EXPECT_EQ(one(chunked + kept + "\r\n\r\n").body, "a");
}

TEST(Http1Parser, RefusesMalformedChunks) {
    auto const head = with_fields("Transfer-Encoding: chunked\r\n");
    for (auto const* body : {"x\r\n", "-1\r\n", "\r\n", "1\r\nab\r\n", "1\r\na\n0\r\n\r\n",
                             "0x1\r\na\r\n", "10000000000000000\r\n", " 1\r\na\r\n"}) {
        EXPECT_EQ(refusal_of(head + body + "0\r\n\r\n"), 400U) << body;
    }
}

TEST(Http1Parser, LivesWithAnyBytes) {
    directfanz::testing::for_all_seeds(
        [](auto& any) {
            auto conversation = kConversation;
            for (auto i = any.number(1, 6); i > 0; --i) {
                auto const at = any.number(std::size_t{0}, conversation.size() - 1);
                conversation[at] = static_cast<char>(any.bits(8));
            }
            auto const whole = read(conversation);
            auto const pieces = read(any.fragments(as_bytes(conversation), 50));
            EXPECT_EQ(whole.refused, pieces.refused);
            EXPECT_EQ(seen(whole), seen(pieces));
        },
        3000);
}

}  // namespace
}  // namespace directfanz::http
