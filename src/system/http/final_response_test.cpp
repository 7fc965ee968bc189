#include "system/http/final_response.hpp"

#include "base/property_test.hpp"
#include "system/http/http1_head.hpp"
#include "system/http/test_support.hpp"

#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace directfanz::http {
namespace {

using testing::get;
using testing::text_of;

Blob blob(std::string_view text) {
    return Blob(std::string(text));
}

/// "0123456789" in three Blobs, one of them empty.
Response digits(std::string tag = "\"v1\"") {
    Response response;
    response.headers.add("Content-Type", "text/plain");
    response.headers.add("Cache-Control", "max-age=60");
    if (!tag.empty()) response.headers.add("ETag", std::move(tag));
    response.body = {blob("0123"), Blob(), blob("456789")};
    return response;
}

std::map<std::string, std::string> fields(FinalResponse const& response) {
    std::map<std::string, std::string> all;
    response.for_each_field([&all](std::string_view name, std::string_view value) {
        EXPECT_TRUE(all.emplace(name, value).second) << name << " comes twice";
    });
    return all;
}

TEST(FinalResponse, SendsTheWholeByDefault) {
    auto const response = finish(get("/"), digits());
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(text_of(response.body), "0123456789");
    auto const sent = fields(response);
    EXPECT_EQ(sent.at("Content-Length"), "10");
    EXPECT_EQ(sent.at("Accept-Ranges"), "bytes");
    EXPECT_EQ(sent.at("Content-Type"), "text/plain");
    EXPECT_EQ(sent.at("Cache-Control"), "max-age=60");
    EXPECT_EQ(sent.at("ETag"), "\"v1\"");
    EXPECT_FALSE(sent.contains("Content-Range"));
}

TEST(FinalResponse, LetsScriptsOfEveryOriginReadEverythingErrorsToo) {
    for (auto const status : {200U, 204U, 404U, 500U, 503U}) {
        auto const sent = fields(finish(get("/"), problem(status, "x")));
        EXPECT_EQ(sent.at("Access-Control-Allow-Origin"), "*") << status;
        EXPECT_NE(sent.at("Access-Control-Expose-Headers").find("Date"), std::string::npos);
        EXPECT_EQ(sent.at("X-Content-Type-Options"), "nosniff");
        EXPECT_TRUE(sent.contains("Date"));
    }
}

TEST(FinalResponse, LeavesAHandlersOwnOriginAlone) {
    auto response = digits();
    response.headers.add("access-control-allow-origin", "https://fans.example");
    auto const sent = fields(finish(get("/"), response));
    EXPECT_EQ(sent.at("access-control-allow-origin"), "https://fans.example");
    EXPECT_FALSE(sent.contains("Access-Control-Allow-Origin"));
}

TEST(FinalResponse, SaysHowLongItMayBeKeptIfTheHandlerDoesNot) {
    EXPECT_EQ(fields(finish(get("/"), problem(500, "x"))).at("Cache-Control"),
              "no-store, max-age=0");
    EXPECT_EQ(fields(finish(get("/"), text_response(200, "text/plain", "x"))).at("Cache-Control"),
              "no-store, max-age=0");
    EXPECT_EQ(fields(finish(get("/"), problem(404, "x"))).at("Cache-Control"), "max-age=1");
}

TEST(FinalResponse, LetsNoHandlerDecideOnFraming) {
    auto response = digits();
    for (auto const* name : {"Content-Length", "Transfer-Encoding", "Connection", "Date",
                             "Accept-Ranges", "Content-Range"}) {
        response.headers.add(name, "wrong");
    }
    for (auto const& [name, value] : fields(finish(get("/"), response))) {
        EXPECT_NE(value, "wrong") << name;
    }
}

TEST(FinalResponse, ToHeadIsThatToGetWithoutItsBody) {
    auto request = get("/");
    auto const whole = fields(finish(request, digits()));
    request.method = Method::head;
    auto const head = finish(request, digits());
    EXPECT_TRUE(head.body.empty());
    EXPECT_EQ(fields(head), whole);
}

TEST(FinalResponse, WithoutContentHasNoLength) {
    auto const response = finish(get("/"), {.status = 204, .headers = {}, .body = {}});
    EXPECT_TRUE(response.body.empty());
    auto const sent = fields(response);
    EXPECT_FALSE(sent.contains("Content-Length")) << "RFC 9110, 8.6";
    EXPECT_FALSE(sent.contains("Accept-Ranges"));
}

TEST(FinalResponse, OfNothingHasTheLengthZero) {
    auto const sent = fields(finish(get("/"), {.status = 200, .headers = {}, .body = {}}));
    EXPECT_EQ(sent.at("Content-Length"), "0");
    EXPECT_FALSE(sent.contains("Accept-Ranges"));
}

// Conditions: RFC 9110, 13

TEST(FinalResponse, IsNotModifiedForTheTagThatTheClientHas) {
    for (auto const* tags : {"\"v1\"", "W/\"v1\"", "\"v0\", \"v1\"", "\"v0\",W/\"v1\" ,\"v2\"", "*",
                             " * ", ", \"v1\"", "\"a,b\", \"v1\""}) {
        auto const response = finish(get("/", {{"If-None-Match", tags}}), digits());
        EXPECT_EQ(response.status, 304U) << tags;
        EXPECT_TRUE(response.body.empty());
        auto const sent = fields(response);
        EXPECT_EQ(sent.at("ETag"), "\"v1\"");
        EXPECT_EQ(sent.at("Cache-Control"), "max-age=60");
        EXPECT_FALSE(sent.contains("Content-Length"));
        EXPECT_FALSE(sent.contains("Content-Type"));
    }
}

TEST(FinalResponse, IsWholeForOtherTags) {
    for (auto const* tags :
         {"\"v2\"", "v1", "\"v1", "\"\"", "", "\"*\"", "\"a*\"", "w/\"v1\"", "W/"}) {
        EXPECT_EQ(finish(get("/", {{"If-None-Match", tags}}), digits()).status, 200U) << tags;
    }
}

TEST(FinalResponse, IsNotModifiedForHeadAsWell) {
    auto request = get("/", {{"If-None-Match", "\"v1\""}});
    request.method = Method::head;
    EXPECT_EQ(finish(request, digits()).status, 304U);
}

TEST(FinalResponse, HasNoConditionsForPostAndForFailures) {
    auto request = get("/", {{"If-None-Match", "*"}, {"Range", "bytes=0-1"}});
    EXPECT_EQ(finish(request, problem(503, "x")).status, 503U);
    request.method = Method::post;
    EXPECT_EQ(finish(request, digits()).status, 200U);
}

TEST(FinalResponse, IsRefusedWhenTheTagHasToBeAnother) {
    for (auto const* tags : {"\"v2\"", "W/\"v1\"", "\"v0\", \"v2\""}) {
        EXPECT_EQ(finish(get("/", {{"If-Match", tags}}), digits()).status, 412U) << tags;
    }
    for (auto const* tags : {"\"v1\"", "*", "\"v0\", \"v1\""}) {
        EXPECT_EQ(finish(get("/", {{"If-Match", tags}}), digits()).status, 200U) << tags;
    }
    EXPECT_EQ(finish(get("/", {{"If-Match", "\"v1\""}}), digits("")).status, 412U);
}

TEST(FinalResponse, ComparesAWeakTagWeaklyOnly) {
    EXPECT_EQ(finish(get("/", {{"If-None-Match", "\"v1\""}}), digits("W/\"v1\"")).status, 304U);
    EXPECT_EQ(finish(get("/", {{"If-Match", "W/\"v1\""}}), digits("W/\"v1\"")).status, 412U);
}

// Ranges: RFC 9110, 14

TEST(FinalResponse, IsPartialForARange) {
    auto const response = finish(get("/", {{"Range", "bytes=2-5"}}), digits());
    EXPECT_EQ(response.status, 206U);
    EXPECT_EQ(text_of(response.body), "2345");
    auto const sent = fields(response);
    EXPECT_EQ(sent.at("Content-Range"), "bytes 2-5/10");
    EXPECT_EQ(sent.at("Content-Length"), "4");
    EXPECT_EQ(sent.at("ETag"), "\"v1\"");
    EXPECT_EQ(sent.at("Content-Type"), "text/plain");
}

TEST(FinalResponse, CutsABodyOfManyBlobsAnywhere) {
    std::string const whole = "0123456789";
    for (std::size_t first = 0; first < whole.size(); ++first) {
        for (auto last = first; last < whole.size(); ++last) {
            auto const range = fmt::format("bytes={}-{}", first, last);
            auto const response = finish(get("/", {{"Range", range}}), digits());
            EXPECT_EQ(text_of(response.body), whole.substr(first, last - first + 1)) << range;
        }
    }
}

TEST(FinalResponse, SharesTheBytesOfItsBlobs) {
    auto const original = digits();
    auto const response = finish(get("/", {{"Range", "bytes=1-2"}}), original);
    ASSERT_EQ(response.body.size(), 1U);
    EXPECT_EQ(response.body[0].data(), original.body[0].data() + 1);
}

TEST(FinalResponse, IsAProblemForARangeOutside) {
    auto const response = finish(get("/", {{"Range", "bytes=10-"}}), digits());
    EXPECT_EQ(response.status, 416U);
    auto const sent = fields(response);
    EXPECT_EQ(sent.at("Content-Range"), "bytes */10");
    EXPECT_EQ(sent.at("Content-Type"), "application/problem+json");
}

TEST(FinalResponse, IsWholeForSeveralRangesAndOtherUnits) {
    for (auto const* range : {"bytes=0-1,4-5", "items=0-1", "nonsense"}) {
        auto const response = finish(get("/", {{"Range", range}}), digits());
        EXPECT_EQ(response.status, 200U) << range;
        EXPECT_EQ(text_of(response.body), "0123456789");
    }
}

TEST(FinalResponse, IgnoresRangesForHead) {
    auto request = get("/", {{"Range", "bytes=0-1"}});
    request.method = Method::head;
    EXPECT_EQ(finish(request, digits()).status, 200U) << "RFC 9110, 14.2";
}

TEST(FinalResponse, IsPartialOnlyWhileTheClientsTagIsTrue) {
    auto const status = [](std::string condition, std::string tag) {
        return finish(get("/", {{"Range", "bytes=0-1"}, {"If-Range", std::move(condition)}}),
                      digits(std::move(tag)))
            .status;
    };
    EXPECT_EQ(status("\"v1\"", "\"v1\""), 206U);
    EXPECT_EQ(status("\"v0\"", "\"v1\""), 200U);
    EXPECT_EQ(status("W/\"v1\"", "W/\"v1\""), 200U) << "only a strong tag will do (13.1.5)";
    EXPECT_EQ(status("\"v1\"", ""), 200U);
    EXPECT_EQ(status("Sun, 06 Nov 1994 08:49:37 GMT", "\"v1\""), 200U);
}

TEST(FinalResponse, AsksIfRangeForTheDateToo) {
    auto response = digits();
    response.headers.add("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
    auto const request = [](std::string date) {
        return get("/", {{"Range", "bytes=0-1"}, {"If-Range", std::move(date)}});
    };
    EXPECT_EQ(finish(request("Sun, 06 Nov 1994 08:49:37 GMT"), response).status, 206U);
    EXPECT_EQ(finish(request("Sun, 06 Nov 1994 08:49:38 GMT"), response).status, 200U);
}

TEST(FinalResponse, AsksForTheTagBeforeTheRange) {
    auto const request = get("/", {{"Range", "bytes=0-1"}, {"If-None-Match", "\"v1\""}});
    EXPECT_EQ(finish(request, digits()).status, 304U) << "RFC 9110, 13.2.2";
}

TEST(FinalResponse, HasTheLengthOfItsBodyWhateverIsAsked) {
    directfanz::testing::for_all_seeds([](auto& any) {
        Response response;
        std::string whole;
        for (auto i = any.number(0, 5); i > 0; --i) {
            auto const bytes = any.bytes(20);
            whole += as_text(bytes);
            response.body.push_back(Blob::copy_of(bytes));
        }
        auto const range = fmt::format("bytes={}-{}", any.number(0, 60), any.number(0, 60));
        auto const final = finish(get("/", {{"Range", range}}), response);
        if (final.status == 416) return;
        EXPECT_EQ(final.content_length, text_of(final.body).size());
        EXPECT_NE(whole.find(text_of(final.body)), std::string::npos);
    });
}

TEST(Date, IsAnImfFixdate) {
    std::string const date(http_date_now());
    EXPECT_EQ(date.size(), 29U) << date;
    EXPECT_TRUE(date.ends_with(" GMT")) << date;
    EXPECT_EQ(date.substr(3, 2), ", ") << date;
}

TEST(Http1Head, IsAStatusLineFieldsAndAnEmptyLine) {
    auto const head = serialize_head(finish(get("/"), digits()), Persistence::implied);
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n")) << head;
    EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
    EXPECT_NE(head.find("\r\nContent-Length: 10\r\n"), std::string::npos) << head;
    EXPECT_EQ(head.find("Connection"), std::string::npos) << head;
}

TEST(Http1Head, SaysWhetherTheConnectionStays) {
    auto const response = finish(get("/"), digits());
    EXPECT_NE(serialize_head(response, Persistence::ends).find("\r\nConnection: close\r\n"),
              std::string::npos);
    EXPECT_NE(serialize_head(response, Persistence::stated).find("\r\nConnection: keep-alive\r\n"),
              std::string::npos);
}

}  // namespace
}  // namespace directfanz::http
