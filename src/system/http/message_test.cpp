#include "system/http/message.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace directfanz::http {
namespace {

TEST(Method, IsKnownByItsExactName) {
    for (auto const method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                              Method::delete_, Method::options}) {
        EXPECT_EQ(parse_method(to_string(method)), method);
    }
    for (auto const* name : {"", "get", "Get", "GETT", "TRACE", "CONNECT", "PRI", "delete_"}) {
        EXPECT_FALSE(parse_method(name)) << name;
    }
}

TEST(Headers, AreFoundInAnyCase) {
    Headers headers;
    headers.add("Content-Type", "text/plain");
    EXPECT_EQ(headers.get("content-type"), "text/plain");
    EXPECT_TRUE(headers.contains("CONTENT-TYPE"));
    EXPECT_FALSE(headers.contains("Content-Typ"));
    EXPECT_FALSE(headers.contains("Content-Types"));
}

TEST(Headers, KeepTheirOrderAndTheirDoubles) {
    Headers headers;
    headers.add("A", "1");
    headers.add("B", "2");
    headers.add("a", "3");
    EXPECT_EQ(headers.get("A"), "1");
    EXPECT_EQ(headers.joined("A"), "1, 3");
    EXPECT_EQ(headers.joined("C"), "");
    EXPECT_EQ(headers.size(), 3U);
}

TEST(Headers, AreReplacedAltogether) {
    Headers headers;
    headers.add("A", "1");
    headers.add("a", "2");
    headers.set("A", "3");
    EXPECT_EQ(headers.joined("a"), "3");
    headers.remove("a");
    EXPECT_EQ(headers.size(), 0U);
}

TEST(Headers, AreReadInTheirOrder) {
    Headers headers;
    headers.add("First", "1");
    headers.add("Gone", "x");
    headers.add("Second", "");
    headers.remove("Gone");
    std::vector<Headers::Field> const fields(headers.begin(), headers.end());
    EXPECT_EQ(fields, (std::vector<Headers::Field>{{"First", "1"}, {"Second", ""}}));
}

TEST(Headers, TakeACopyOfTheirOwnValues) {
    Headers headers;
    headers.add("Original", std::string(300, 'x'));
    for (int i = 0; i < 20; ++i) headers.add("Copy", *headers.get("Original"));
    headers.set("Original", *headers.get("Original"));
    EXPECT_EQ(headers.size(), 21U);
    for (auto const& [name, value] : headers) EXPECT_EQ(value, std::string(300, 'x')) << name;
}

TEST(Headers, AreWholeInACopyWhenTheOriginalIsGone) {
    Headers copy;
    {
        Headers original;
        original.add("A", "1");
        copy = original;
        original.set("A", "2");
    }
    auto const moved = std::move(copy);
    EXPECT_EQ(moved.get("A"), "1");
}

TEST(Headers, KeepAValueOnItsLine) {
    Headers headers;
    headers.add("Location", "/a\r\nSet-Cookie: stolen=1");
    headers.set("B", std::string("a\0b\x7f\tc", 6));
    EXPECT_EQ(headers.get("Location"), "/a  Set-Cookie: stolen=1");
    EXPECT_EQ(headers.get("B"), "a b \tc");
}

TEST(Problem, IsADocumentAfterRfc9457) {
    auto const response = problem(404, "there is no \"such\" stream");
    EXPECT_EQ(response.status, 404U);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/problem+json");
    ASSERT_EQ(response.body.size(), 1U);
    auto const document = nlohmann::json::parse(response.body[0].text());
    EXPECT_EQ(document["type"], "about:blank");
    EXPECT_EQ(document["title"], "Not Found");
    EXPECT_EQ(document["status"], 404);
    EXPECT_EQ(document["detail"], "there is no \"such\" stream");
}

TEST(Problem, LivesWithTextThatIsNoUtf8) {
    auto const response = problem(400, "bad \xff byte");
    EXPECT_FALSE(nlohmann::json::parse(response.body[0].text()).is_discarded());
}

TEST(Problem, HasTheStatusOfItsErrorsKind) {
    auto const status = [](ErrorKind kind) { return problem(Error{kind, "where", "what"}).status; };
    EXPECT_EQ(status(ErrorKind::invalid), 400U);
    EXPECT_EQ(status(ErrorKind::denied), 403U);
    EXPECT_EQ(status(ErrorKind::not_found), 404U);
    EXPECT_EQ(status(ErrorKind::conflict), 409U);
    EXPECT_EQ(status(ErrorKind::too_large), 413U);
    EXPECT_EQ(status(ErrorKind::unsupported), 415U);
    EXPECT_EQ(status(ErrorKind::io), 500U);
    EXPECT_EQ(status(ErrorKind::unavailable), 503U);
    EXPECT_EQ(status(ErrorKind::closed), 503U);
    EXPECT_EQ(status(ErrorKind::timeout), 504U);
}

TEST(Problem, TellsTheMessageAndNotWhereItHappened) {
    auto const text = problem(Error{ErrorKind::io, "sqlite", "cannot be read"}).body[0];
    EXPECT_NE(text.text().find("cannot be read"), std::string::npos);
    EXPECT_EQ(text.text().find("sqlite"), std::string::npos);
}

TEST(ReasonPhrase, IsKnownForEveryStatusThatTheServerMakes) {
    for (auto const status : {100U, 200U, 204U, 206U, 304U, 400U, 404U, 405U, 408U, 412U, 413U,
                              414U, 416U, 417U, 431U, 500U, 501U, 503U, 505U}) {
        EXPECT_NE(reason_phrase(status), "Unknown") << status;
    }
}

}  // namespace
}  // namespace directfanz::http
