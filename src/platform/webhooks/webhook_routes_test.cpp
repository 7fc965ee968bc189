#include "platform/webhooks/webhook_routes.hpp"

#include "platform/api/test_support.hpp"
#include "platform/webhooks/test_support.hpp"
#include "platform/webhooks/webhook_belongings.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace directfanz::webhooks {
namespace {

using http::Method;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Json = nlohmann::json;

class WebhookRoutesTest : public testing::Test {
  protected:
    WebhookRoutesTest() {
        test.authenticator.caller = api::signed_in("anna");
        routes.add_to(test.api);
    }

    struct Told {
        unsigned status = 0;
        Json json;
        std::string text;
    };

    Told ask(Method method, std::string const& path, std::string body = {}) {
        auto const response = test.ask(test.request(method, "/api/v1" + path, std::move(body)));
        auto text = api::TestApi::text_of(response);
        return {.status = response.status,
                .json = text.empty() ? Json() : Json::parse(text),
                .text = text};
    }

    Json create(std::string_view events = R"(["stream.live"])") {
        auto const told =
            ask(Method::post, "/webhooks",
                R"({"url":"https://bot.example/in","events":)" + std::string(events) + "}");
        EXPECT_EQ(told.status, 201U) << told.text;
        return told.json;
    }

    std::string created_id() { return create()["webhook"]["id"].get<std::string>(); }

    api::TestApi test;
    int woken = 0;
    WebhookRoutes routes{*test.database, test.blocking, [this] { ++woken; }};
};

TEST_F(WebhookRoutesTest, TheSecretIsShownOnce) {
    auto const created = create(R"(["stream.ended","stream.live"])");
    EXPECT_THAT(created["secret"].get<std::string>(), StartsWith("whsec_"));
    auto const& webhook = created["webhook"];
    EXPECT_EQ(webhook["url"], "https://bot.example/in");
    EXPECT_EQ(webhook["events"], Json({"stream.live", "stream.ended"}));
    EXPECT_EQ(webhook["enabled"], true);
    EXPECT_EQ(webhook["failingSince"], nullptr);
    auto const listed = ask(Method::get, "/webhooks");
    EXPECT_EQ(listed.status, 200U);
    EXPECT_EQ(listed.json["items"], Json::array({webhook}));
    EXPECT_THAT(listed.text, Not(HasSubstr("whsec_")));
}

TEST_F(WebhookRoutesTest, WhatIsWrongIsToldByField) {
    auto const codes = [&](std::string const& body) {
        std::vector<std::string> found;
        auto const told = ask(Method::post, "/webhooks", body);
        EXPECT_EQ(told.status, 422U) << told.text;
        for (auto const& error : told.json["errors"]) {
            found.push_back(error["field"].get<std::string>() + " " +
                            error["code"].get<std::string>());
        }
        return found;
    };
    EXPECT_THAT(codes("{}"), ElementsAre("/url required", "/events required"));
    EXPECT_THAT(codes(R"({"url":"ftp://x.example/","events":["stream.live"]})"),
                ElementsAre("/url format"));
    EXPECT_THAT(codes(R"({"url":"https://a:b@x.example/","events":["stream.live"]})"),
                ElementsAre("/url format"));
    EXPECT_THAT(codes(R"({"url":"https://x.example/","events":[]})"),
                ElementsAre("/events too_short"));
    EXPECT_THAT(codes(R"({"url":"https://x.example/","events":["stream.live","stream.live"]})"),
                ElementsAre("/events/1 taken"));
    EXPECT_THAT(codes(R"({"url":"https://x.example/","events":["webhook.test"]})"),
                ElementsAre("/events/0 choice"));
    EXPECT_THAT(codes(R"({"url":"https://x.example/)" + std::string(500, 'a') +
                      R"(","events":["stream.live"],"extra":1})"),
                ElementsAre("/url too_long", "/extra unknown"));
}

TEST_F(WebhookRoutesTest, EditingChangesWhatIsNamed) {
    auto const id = created_id();
    auto const edited = ask(Method::patch, "/webhooks/" + id, R"({"enabled":false})");
    EXPECT_EQ(edited.status, 200U);
    EXPECT_EQ(edited.json["enabled"], false);
    EXPECT_EQ(edited.json["url"], "https://bot.example/in");
    auto const other = ask(Method::patch, "/webhooks/" + id,
                           R"({"url":"http://new.example/","events":["follower.created"]})");
    EXPECT_EQ(other.json["url"], "http://new.example/");
    EXPECT_EQ(other.json["events"], Json({"follower.created"}));
    EXPECT_EQ(other.json["enabled"], false);
    EXPECT_EQ(ask(Method::patch, "/webhooks/" + id, "{}").status, 422U);
}

TEST_F(WebhookRoutesTest, ANewSecretReplacesTheOldOne) {
    auto const created = create();
    auto const id = created["webhook"]["id"].get<std::string>();
    auto const rotated = ask(Method::post, "/webhooks/" + id + "/secret");
    EXPECT_EQ(rotated.status, 200U);
    EXPECT_NE(rotated.json["secret"], created["secret"]);
    auto const kept = WebhookStore(*test.database).find(AccountId("anna"), id).value();
    EXPECT_EQ(kept->secret, rotated.json["secret"].get<std::string>());
    EXPECT_EQ(kept->old_secret, created["secret"].get<std::string>());
    EXPECT_GT(kept->old_secret_until, wall_now() + kOldSecretLife - seconds(60));
}

TEST_F(WebhookRoutesTest, ATestIsSentNowAndStandsInTheLog) {
    auto const id = created_id();
    auto const told = ask(Method::post, "/webhooks/" + id + "/test");
    EXPECT_EQ(told.status, 202U);
    EXPECT_EQ(told.json["type"], "webhook.test");
    EXPECT_EQ(told.json["state"], "waiting");
    EXPECT_EQ(told.json["status"], nullptr);
    EXPECT_EQ(woken, 1);
    auto const log = ask(Method::get, "/webhooks/" + id + "/deliveries");
    EXPECT_EQ(log.json["items"], Json::array({told.json}));
    EXPECT_EQ(log.json["nextCursor"], nullptr);
}

TEST_F(WebhookRoutesTest, TheLogComesInPages) {
    auto const id = created_id();
    for (int i = 0; i < 3; ++i) ask(Method::post, "/webhooks/" + id + "/test");
    auto const first = ask(Method::get, "/webhooks/" + id + "/deliveries?limit=2");
    ASSERT_THAT(first.json["items"], SizeIs(2));
    auto const cursor = first.json["nextCursor"].get<std::string>();
    auto const second =
        ask(Method::get, "/webhooks/" + id + "/deliveries?limit=2&cursor=" + cursor);
    ASSERT_THAT(second.json["items"], SizeIs(1));
    EXPECT_EQ(second.json["nextCursor"], nullptr);
    EXPECT_NE(second.json["items"][0]["id"], first.json["items"][1]["id"]);
    EXPECT_EQ(ask(Method::get, "/webhooks/" + id + "/deliveries?cursor=nonsense").status, 400U);
}

TEST_F(WebhookRoutesTest, ADeliveryIsSentOnceMore) {
    auto const id = created_id();
    auto const test_of = ask(Method::post, "/webhooks/" + id + "/test");
    auto const delivery = test_of.json["id"].get<std::string>();
    auto const path = "/webhooks/" + id + "/deliveries/" + delivery + "/resend";
    auto const again = ask(Method::post, path);
    EXPECT_EQ(again.status, 202U);
    EXPECT_EQ(again.json["event"], test_of.json["event"]);
    EXPECT_EQ(woken, 2);
    EXPECT_EQ(ask(Method::post, "/webhooks/" + id + "/deliveries/aaaaaaaaaaaaaaaa/resend").status,
              404U);
}

TEST_F(WebhookRoutesTest, NothingIsSentToWhatIsSwitchedOff) {
    auto const id = created_id();
    auto const delivery =
        ask(Method::post, "/webhooks/" + id + "/test").json["id"].get<std::string>();
    ask(Method::patch, "/webhooks/" + id, R"({"enabled":false})");
    EXPECT_EQ(ask(Method::post, "/webhooks/" + id + "/test").status, 409U);
    EXPECT_EQ(ask(Method::post, "/webhooks/" + id + "/deliveries/" + delivery + "/resend").status,
              409U);
    EXPECT_EQ(woken, 1);
}

TEST_F(WebhookRoutesTest, SomebodyElsesIsNotThere) {
    auto const id = created_id();
    auto const delivery =
        ask(Method::post, "/webhooks/" + id + "/test").json["id"].get<std::string>();
    test.authenticator.caller = api::signed_in("bert");
    EXPECT_THAT(ask(Method::get, "/webhooks").json["items"], IsEmpty());
    EXPECT_EQ(ask(Method::patch, "/webhooks/" + id, R"({"enabled":false})").status, 404U);
    EXPECT_EQ(ask(Method::post, "/webhooks/" + id + "/secret").status, 404U);
    EXPECT_EQ(ask(Method::post, "/webhooks/" + id + "/test").status, 404U);
    EXPECT_EQ(ask(Method::get, "/webhooks/" + id + "/deliveries").status, 404U);
    EXPECT_EQ(ask(Method::post, "/webhooks/" + id + "/deliveries/" + delivery + "/resend").status,
              404U);
    EXPECT_EQ(ask(Method::delete_, "/webhooks/" + id).status, 404U);
    test.authenticator.caller = api::signed_in("anna");
    EXPECT_EQ(ask(Method::delete_, "/webhooks/" + id).status, 204U);
    EXPECT_EQ(ask(Method::delete_, "/webhooks/" + id).status, 404U);
}

TEST_F(WebhookRoutesTest, AnExportTellsAllButSecretsAndADeletionLeavesNothing) {
    auto const id = created_id();
    events::Events events(*test.database);
    ASSERT_TRUE(events.tell(events::make_event(events::EventType::stream_live, AccountId("anna"),
                                               R"({"stream":"s1"})", wall_now())));
    WebhookBelongings belongings(*test.database);
    auto const exported = belongings.export_of(AccountId("anna")).value();
    ASSERT_THAT(exported, SizeIs(2));
    EXPECT_EQ(exported[0].first, "webhooks");
    EXPECT_EQ(Json::parse(exported[0].second)["items"][0]["id"], id);
    EXPECT_THAT(exported[0].second, Not(HasSubstr("whsec_")));
    EXPECT_EQ(exported[1].first, "events");
    EXPECT_EQ(Json::parse(exported[1].second)[0]["data"]["stream"], "s1");

    ASSERT_TRUE(belongings.remove_all(AccountId("anna")));
    EXPECT_THAT(ask(Method::get, "/webhooks").json["items"], IsEmpty());
    EXPECT_EQ(Json::parse(belongings.export_of(AccountId("anna")).value()[1].second),
              Json::array());
}

TEST_F(WebhookRoutesTest, WhoTakesAnAccountOverFindsNoWebhooksOfWhoeverMadeIt) {
    created_id();
    WebhookBelongings belongings(*test.database);
    ASSERT_TRUE(belongings.reclaim(AccountId("bert")));
    EXPECT_THAT(ask(Method::get, "/webhooks").json["items"], SizeIs(1));
    ASSERT_TRUE(belongings.reclaim(AccountId("anna")));
    EXPECT_THAT(ask(Method::get, "/webhooks").json["items"], IsEmpty());
}

}  // namespace
}  // namespace directfanz::webhooks
