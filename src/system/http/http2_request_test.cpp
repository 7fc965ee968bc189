#include "system/http/http2_request.hpp"

#include <string>

#include <gtest/gtest.h>

namespace directfanz::http {
namespace {

constexpr Http2Request::Limits kLimits{.header_bytes = 16 * 1024, .body_bytes = 100};

/// A GET of "/" with these fields beside.
Http2Request request_of(std::initializer_list<std::pair<std::string_view, std::string_view>> fields,
                        Http2Request::BodyFollows body = Http2Request::BodyFollows::no) {
    Http2Request request(kLimits);
    request.add_field(":method", "GET");
    request.add_field(":scheme", "https");
    request.add_field(":path", "/a%20b?c=d");
    for (auto const& [name, value] : fields) request.add_field(name, value);
    request.end_fields(body);
    return request;
}

unsigned refused(Http2Request const& request) {
    return request.refusal() ? request.refusal()->status : 0;
}

TEST(Http2Request, BecomesTheSameAsOneOfHttp1) {
    auto whole = request_of({{":authority", "example.org"}, {"range", "bytes=0-1"}});
    EXPECT_EQ(refused(whole), 0U);
    auto const& request = whole.request();
    EXPECT_EQ(request.method, Method::get);
    EXPECT_EQ(request.path, "/a b");
    EXPECT_EQ(request.query, "c=d");
    EXPECT_EQ(request.headers.get("Host"), "example.org");
    EXPECT_EQ(request.headers.get("Range"), "bytes=0-1");
    EXPECT_EQ(request.headers.size(), 2U) << "pseudo-fields are none";
}

TEST(Http2Request, JoinsTheCrumbsOfACookie) {
    auto whole = request_of({{"cookie", "a=b"}, {"accept", "x"}, {"cookie", "c=d"}});
    EXPECT_EQ(whole.request().headers.get("Cookie"), "a=b; c=d");
    EXPECT_EQ(whole.request().headers.size(), 2U);
}

TEST(Http2Request, TakesOneNameOfTheHost) {
    auto same = request_of({{":authority", "h"}, {"host", "h"}});
    EXPECT_EQ(refused(same), 0U);
    EXPECT_EQ(same.request().headers.size(), 1U);
    auto alone = request_of({{"host", "h"}});
    EXPECT_EQ(alone.request().headers.get("Host"), "h");
    EXPECT_EQ(refused(request_of({{":authority", "h"}, {"host", "other"}})), 400U);
}

TEST(Http2Request, RefusesWhatHttp1Refuses) {
    auto const of = [](std::string_view method, std::string_view path) {
        Http2Request request(kLimits);
        request.add_field(":method", method);
        request.add_field(":path", path);
        request.end_fields(Http2Request::BodyFollows::no);
        return refused(request);
    };
    EXPECT_EQ(of("GET", "/"), 0U);
    EXPECT_EQ(of("TRACE", "/"), 501U);
    EXPECT_EQ(of("CONNECT", ""), 501U);
    EXPECT_EQ(of("get", "/"), 501U);
    EXPECT_EQ(of("GET", "/../etc"), 400U);
    EXPECT_EQ(of("GET", "/%zz"), 400U);
    EXPECT_EQ(of("GET", "*"), 400U);
    EXPECT_EQ(of("OPTIONS", "*"), 0U);
    EXPECT_EQ(of("GET", "/" + std::string(9000, 'a')), 414U);
    EXPECT_EQ(refused(request_of({{"expect", "tea"}})), 417U);
    Http2Request malformed(kLimits);
    malformed.add_malformed_field();
    malformed.end_fields(Http2Request::BodyFollows::no);
    EXPECT_EQ(refused(malformed), 400U);
}

TEST(Http2Request, RefusesTooMuchHeader) {
    EXPECT_EQ(refused(request_of({{"x", std::string(16 * 1024, 'a')}})), 431U);
    Http2Request many(kLimits);
    for (auto i = 0; i < 128; ++i) many.add_field("x", "");
    EXPECT_EQ(refused(many), 0U);
    many.add_field("x", "");
    EXPECT_EQ(refused(many), 431U);
    EXPECT_EQ(many.request().headers.size(), 128U) << "no more is kept";
    Http2Request small({.header_bytes = 100, .body_bytes = 0});
    small.add_field("x", "y");
    small.add_field("x", "y");
    EXPECT_EQ(refused(small), 0U);
    small.add_field("x", "y");
    EXPECT_EQ(refused(small), 431U) << "32 bytes a field count, too";
}

TEST(Http2Request, RefusesTooMuchBodyAsSoonAsItIsKnown) {
    EXPECT_EQ(refused(request_of({{"content-length", "100"}})), 0U);
    EXPECT_EQ(refused(request_of({{"content-length", "101"}})), 413U);
    EXPECT_EQ(refused(request_of({{"content-length", "99999999999999999999999"}})), 413U);
    auto growing = request_of({}, Http2Request::BodyFollows::yes);
    growing.add_body(as_bytes(std::string(100, 'a')));
    EXPECT_EQ(refused(growing), 0U);
    growing.add_body(as_bytes("a"));
    EXPECT_EQ(refused(growing), 413U);
    EXPECT_EQ(growing.body_size(), 100U);
}

TEST(Http2Request, KnowsWhoWaitsForContinue) {
    using enum Http2Request::BodyFollows;
    EXPECT_TRUE(request_of({{"expect", "100-continue"}}, yes).expects_continue());
    EXPECT_FALSE(request_of({{"expect", "100-continue"}}, no).expects_continue());
    EXPECT_FALSE(request_of({}, yes).expects_continue());
}

TEST(Http2Request, DropsTheTrailer) {
    auto request = request_of({}, Http2Request::BodyFollows::yes);
    request.add_field("x-late", "1");
    request.end_fields(Http2Request::BodyFollows::no);
    EXPECT_EQ(request.request().headers.size(), 0U);
}

TEST(Http2Request, KnowsWhoSaysHowUrgentItIs) {
    EXPECT_TRUE(request_of({{"priority", "u=1"}}).is_prioritised());
    EXPECT_FALSE(request_of({}).is_prioritised());
}

}  // namespace
}  // namespace directfanz::http
