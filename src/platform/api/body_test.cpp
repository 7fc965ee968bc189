#include "platform/api/body.hpp"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace directfanz::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

http::Request sent(std::string text, std::string_view type = "application/json") {
    http::Request request;
    request.method = http::Method::post;
    request.headers.add("Content-Type", type);
    request.body = std::move(text);
    return request;
}

nlohmann::json document(std::optional<http::Response> const& response) {
    std::string text;
    for (auto const& blob : response.value().body) text += blob.text();
    return nlohmann::json::parse(text);
}

/// Field and code of each error.
std::vector<std::pair<std::string, std::string>> errors_of(
    std::optional<http::Response> const& response) {
    std::vector<std::pair<std::string, std::string>> errors;
    for (auto const& error : document(response).at("errors")) {
        errors.emplace_back(error.at("field"), error.at("code"));
    }
    return errors;
}

TEST(BodyTest, ReadsWhatIsThere) {
    auto const request = sent(R"({"title":"Hello","count":3})");
    Body body(request);
    EXPECT_EQ(body->required("title", Text{}), "Hello");
    EXPECT_EQ(body->optional("count", Integer{}), 3);
    EXPECT_EQ(body->optional("flag", Boolean{}), std::nullopt);
    EXPECT_FALSE(body.refusal());
}

TEST(BodyTest, TellsAllThatIsWrongAtOnce) {
    auto const request = sent(R"({"title":"","count":"3","more":1,"flag":null})");
    Body body(request);
    EXPECT_EQ(body->required("title", Text{.least = 1}), "");
    EXPECT_EQ(body->optional("count", Integer{}), 0);
    EXPECT_EQ(body->required("name", Text{}), "");
    EXPECT_EQ(body->optional("flag", Boolean{}), false);
    auto const refused = body.refusal();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 422U);
    EXPECT_EQ(refused->headers.get("Content-Type"), "application/problem+json");
    EXPECT_THAT(errors_of(refused), ElementsAre(Pair("/title", "too_short"), Pair("/count", "type"),
                                                Pair("/name", "required"), Pair("/flag", "type"),
                                                Pair("/more", "unknown")));
    EXPECT_EQ(document(refused).at("errors").at(0).at("limit"), 1);
    EXPECT_FALSE(document(refused).at("errors").at(1).contains("limit"));
}

TEST(BodyTest, AChangeTellsNothingFromNull) {
    auto const request = sent(R"({"gone":null,"new":"x"})");
    Body body(request);
    auto const gone = body->nullable("gone", Text{});
    ASSERT_TRUE(gone);
    EXPECT_EQ(*gone, std::nullopt);
    auto const changed = body->nullable("new", Text{});
    ASSERT_TRUE(changed);
    EXPECT_EQ(*changed, "x");
    EXPECT_EQ(body->nullable("absent", Text{}), std::nullopt);
    EXPECT_FALSE(body.refusal());
}

TEST(BodyTest, AChangeHasToChangeSomething) {
    auto const empty = sent("{}");
    Body nothing(empty);
    nothing->at_least_one();
    EXPECT_THAT(errors_of(nothing.refusal()), ElementsAre(Pair("", "required")));
    auto const something = sent(R"({"a":1})");
    Body change(something);
    change->at_least_one();
    EXPECT_EQ(change->optional("a", Integer{}), 1);
    EXPECT_FALSE(change.refusal());
}

TEST(BodyTest, KnowsWhatHasComeWithoutReadingIt) {
    auto const request = sent(R"({"a":null})");
    Body body(request);
    EXPECT_TRUE(body->has("a"));
    EXPECT_FALSE(body->has("b"));
    EXPECT_THAT(errors_of(body.refusal()), ElementsAre(Pair("/a", "unknown")));
}

TEST(BodyTest, RulesOfItsReaderAreToldBesideTheOthers) {
    auto const request = sent(R"({"a":1})");
    Body body(request);
    body->required("a", Integer{});
    EXPECT_TRUE(body->well());
    EXPECT_FALSE(body.refusal());
    body->tell("a", Code::taken, "Somebody has this.");
    EXPECT_FALSE(body->well());
    auto const refused = body.refusal();
    EXPECT_THAT(errors_of(refused), ElementsAre(Pair("/a", "taken")));
    EXPECT_EQ(document(refused).at("detail"), "Somebody has this.");
}

TEST(BodyTest, AnythingButAnObjectIsToldOnce) {
    for (auto const* const text : {"[]", "5", "null", "\"x\""}) {
        auto const request = sent(text);
        Body body(request);
        body->required("title", Text{});
        body->at_least_one();
        EXPECT_THAT(errors_of(body.refusal()), ElementsAre(Pair("", "type"))) << text;
    }
}

TEST(BodyTest, WhatIsNoJsonIsRefusedAsAWhole) {
    auto const broken = sent("{");
    Body body(broken);
    EXPECT_EQ(body->required("title", Text{}), "");
    auto const refused = body.refusal();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 400U);
    EXPECT_FALSE(document(refused).contains("errors"));
    auto const large = sent(std::string(kMaxJsonBytes + 1, ' '));
    Body larger(large);
    EXPECT_EQ(larger.refusal()->status, 413U);
    EXPECT_EQ(larger.refusal()->status, 413U) << "asked once more";
}

// A form of another site can send text/plain or a form's types without a preflight.
TEST(BodyTest, IsTakenAsJsonAlone) {
    for (auto const* const type : {"text/plain", "application/x-www-form-urlencoded", "",
                                   "application/jsonp", "multipart/form-data"}) {
        auto const request = sent(R"({"title":"x"})", type);
        Body body(request);
        auto const refused = body.refusal();
        ASSERT_TRUE(refused) << type;
        EXPECT_EQ(refused->status, 415U) << type;
    }
    for (auto const* const type :
         {"application/json", "Application/JSON; charset=utf-8", "application/json ;x=y"}) {
        auto const request = sent(R"({"title":"x"})", type);
        Body body(request);
        EXPECT_EQ(body->required("title", Text{}), "x");
        EXPECT_FALSE(body.refusal()) << type;
    }
}

TEST(BodyTest, NoBodyIsAnEmptyObject) {
    http::Request const request;
    Body body(request);
    body->optional("title", Text{});
    EXPECT_FALSE(body.refusal());
    Body needed(request);
    needed->required("title", Text{});
    EXPECT_THAT(errors_of(needed.refusal()), ElementsAre(Pair("/title", "required")));
}

}  // namespace
}  // namespace directfanz::api
