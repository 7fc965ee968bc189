#include "platform/api/query.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace directfanz::api {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

http::Request asked(std::string query) {
    http::Request request;
    request.query = std::move(query);
    return request;
}

std::vector<std::pair<std::string, std::string>> errors_of(
    std::optional<http::Response> const& response) {
    std::string text;
    for (auto const& blob : response.value().body) text += blob.text();
    std::vector<std::pair<std::string, std::string>> errors;
    for (auto const& error : nlohmann::json::parse(text).at("errors")) {
        errors.emplace_back(error.at("field"), error.at("code"));
    }
    return errors;
}

TEST(QueryTest, ReadsTextsNumbersAndTruthValues) {
    auto const request = asked("q=Gr%C3%BC%C3%9Fe+%26&n=-5&yes=true&no=false&empty=");
    Query query(request);
    EXPECT_EQ(query.optional("q", Text{}), "Grüße &");
    EXPECT_EQ(query.optional("n", Integer{}), -5);
    EXPECT_EQ(query.optional("yes", Boolean{}), true);
    EXPECT_EQ(query.optional("no", Boolean{}), false);
    EXPECT_EQ(query.optional("empty", Text{}), "");
    EXPECT_EQ(query.optional("absent", Text{}), std::nullopt);
    EXPECT_FALSE(query.refusal());
}

TEST(QueryTest, ATextOfDigitsStaysAText) {
    auto const request = asked("q=123");
    Query query(request);
    EXPECT_EQ(query.optional("q", Text{}), "123");
    EXPECT_FALSE(query.refusal());
}

TEST(QueryTest, TellsAllThatIsWrongByItsName) {
    auto const request = asked("q=%FF&n=5x&flag=1&big=7&huge=99999999999999999999&at=now");
    Query query(request);
    query.optional("q", Text{});
    query.optional("n", Integer{});
    query.optional("flag", Boolean{});
    query.optional("big", Integer{.most = 6});
    query.optional("huge", Integer{});
    query.optional("at", Moment{});
    EXPECT_EQ(query.required("needed", Text{}), "");
    auto const refused = query.refusal();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 400U);
    EXPECT_THAT(errors_of(refused),
                ElementsAre(Pair("q", "type"), Pair("n", "type"), Pair("flag", "type"),
                            Pair("big", "too_large"), Pair("huge", "type"), Pair("at", "format"),
                            Pair("needed", "required")));
}

// Overlong forms, surrogates and what lies above the last code point are no UTF-8.
TEST(QueryTest, RefusesTextThatIsNotUtf8) {
    for (auto const* const text : {"%C3", "%C0%80", "%E0%80%80", "%ED%A0%80", "%F0%80%80%80",
                                   "%F4%90%80%80", "%F5%80%80%80", "%80", "a%FF"}) {
        auto const request = asked(std::string("q=") + text);
        Query query(request);
        query.optional("q", Text{});
        EXPECT_TRUE(query.refusal()) << text;
    }
    for (auto const* const text :
         {"%C2%A1", "%E0%A0%80", "%ED%9F%BF", "%EE%80%80", "%F0%90%80%80", "%F4%8F%BF%BF"}) {
        auto const request = asked(std::string("q=") + text);
        Query query(request);
        query.optional("q", Text{});
        EXPECT_FALSE(query.refusal()) << text;
    }
}

TEST(QueryTest, TheFirstPageHasTheUsualSize) {
    auto const request = asked("");
    Query query(request);
    auto const page = query.page("list", "n");
    EXPECT_TRUE(page.is_first());
    EXPECT_EQ(page.size, 24U);
    EXPECT_FALSE(query.refusal());
}

TEST(QueryTest, AnotherPageBeginsBehindItsCursor) {
    auto const cursor = encode_cursor("list", {std::int64_t{5}, std::string("x")});
    auto const request = asked("limit=100&cursor=" + cursor);
    Query query(request);
    auto const page = query.page("list", "nt");
    EXPECT_FALSE(query.refusal());
    EXPECT_EQ(page.size, 100U);
    ASSERT_FALSE(page.is_first());
    EXPECT_EQ(page.after, (std::vector<db::Value>{std::int64_t{5}, std::string("x")}));
}

TEST(QueryTest, RefusesPagesOfOtherSizesAndForeignCursors) {
    for (auto const* const limit : {"0", "-1", "101", "x", ""}) {
        auto const request = asked(std::string("limit=") + limit);
        Query query(request);
        query.page("list", "n");
        ASSERT_TRUE(query.refusal()) << limit;
        EXPECT_EQ(errors_of(query.refusal()).at(0).first, "limit");
    }
    auto const request = asked("cursor=" + encode_cursor("other", {std::int64_t{1}}));
    Query query(request);
    EXPECT_TRUE(query.page("list", "n").is_first());
    EXPECT_THAT(errors_of(query.refusal()), ElementsAre(Pair("cursor", "format")));
}

}  // namespace
}  // namespace directfanz::api
