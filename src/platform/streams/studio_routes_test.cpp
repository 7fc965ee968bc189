#include "platform/streams/studio_routes.hpp"

#include "platform/streams/routes_fixture.hpp"

#include <gmock/gmock.h>

namespace directfanz::streams {
namespace {

using testing::Contains;
using testing::HasSubstr;

class StudioTest : public TestApi {
  protected:
    nlohmann::json create(std::string const& body = R"({"title":"My show"})") {
        return json(ask("POST", "/api/v1/studio/streams", by_owner, body));
    }
    http::Response own(std::string_view method, std::string const& behind = "",
                       std::string const& body = {},
                       std::vector<std::pair<std::string, std::string>> const& headers = {}) {
        return ask(method, "/api/v1/studio/streams/" + stream.id.value() + behind, by_owner, body,
                   {}, headers);
    }
    http::Response edit(std::string const& body, std::string const& version = "*") {
        return own("PATCH", "", body, {{"If-Match", version}});
    }

    Stream const stream = [this] {
        StreamSettings settings;
        settings.title = "Mine";
        settings.auto_live = false;
        return store().create(settings, owner.id)->stream;
    }();
};

TEST_F(StudioTest, AStreamIsCreatedWithAKeyThatIsShownOnce) {
    auto const made = create(R"({"title":"My show","tags":["Jazz","LIVE"],"visibility":"password",
        "password":"open sesame","category":"music","ladder":[{"height":480,"bitrate":1200},
        {"height":720,"bitrate":2800}],"chat":{"enabled":true,"followersOnly":true,
        "slowModeSeconds":5,"links":false}})");
    ASSERT_TRUE(made.contains("key")) << made;
    EXPECT_EQ(made["key"].get<std::string>().size(), 32U);
    auto const& shown = made["stream"];
    EXPECT_EQ(shown["tags"], nlohmann::json::array({"jazz", "live"}));
    EXPECT_TRUE(shown["hasPassword"]);
    EXPECT_EQ(shown["ladder"][0]["height"], 720);
    EXPECT_EQ(shown["chat"]["slowModeSeconds"], 5);
    EXPECT_FALSE(shown["autoLive"]) << "in a browser one sees the preview first";
    EXPECT_FALSE(shown.contains("key"));
    auto const found = store().find_by_key(StreamKey(made["key"].get<std::string>()));
    ASSERT_TRUE(*found);
    EXPECT_EQ((*found)->password_hash, "hash of open sesame");
    EXPECT_THAT(herald.events, Contains("stream.created"));
}

TEST_F(StudioTest, NamesEachFieldThatIsWrong) {
    auto const wrong = [this](std::string const& body) {
        auto const told = create(body);
        return told.contains("errors") ? told["errors"][0]["field"].get<std::string>()
                                       : std::string(told.dump());
    };
    EXPECT_EQ(wrong("{}"), "/title");
    EXPECT_EQ(wrong(R"({"title":""})"), "/title");
    EXPECT_EQ(wrong(R"({"title":"a","category":"nowhere"})"), "/category");
    EXPECT_EQ(wrong(R"({"title":"a","tags":["a b"]})"), "/tags/0");
    EXPECT_EQ(wrong(R"({"title":"a","visibility":"secret"})"), "/visibility");
    EXPECT_EQ(wrong(R"({"title":"a","visibility":"password"})"), "/password");
    EXPECT_EQ(wrong(R"({"title":"a","embedSites":["https://a.example; script-src *"]})"),
              "/embedSites/0");
    EXPECT_EQ(wrong(R"({"title":"a","allowedCountries":["DE"]})"), "/allowedCountries")
        << "there is no country database";
    EXPECT_EQ(wrong(R"({"title":"a","viewers":7})"), "/viewers");
    EXPECT_EQ(wrong(R"({"title":"a","ladder":[{"height":720,"bitrate":100},
        {"height":480,"bitrate":2000}]})"),
              "/ladder");
}

TEST_F(StudioTest, AnEditNeedsThePresentVersion) {
    EXPECT_EQ(own("PATCH", "", R"({"title":"B"})").status, 428U);
    auto const tag = std::string(*own("GET").headers.get("ETag"));
    auto const edited = edit(R"({"title":"B"})", tag);
    ASSERT_EQ(edited.status, 200U);
    EXPECT_EQ(json(edited)["title"], "B");
    EXPECT_NE(edited.headers.get("ETag"), tag);
    EXPECT_EQ(edit(R"({"title":"C"})", tag).status, 412U) << "somebody else was faster";
}

TEST_F(StudioTest, AnEditChangesWhatItNamesAndNothingElse) {
    ASSERT_EQ(edit(R"({"description":"All night","scheduledAt":"2030-01-01T20:00:00Z"})").status,
              200U);
    auto const edited = json(edit(R"({"mature":true})"));
    EXPECT_EQ(edited["description"], "All night");
    EXPECT_EQ(edited["scheduledAt"], "2030-01-01T20:00:00.000Z");
    EXPECT_TRUE(json(edit(R"({"scheduledAt":null})"))["scheduledAt"].is_null());
    EXPECT_EQ(edit("{}").status, 422U);
}

TEST_F(StudioTest, OnlyWhoOwnsAStreamChangesIt) {
    auto const path = "/api/v1/studio/streams/" + stream.id.value();
    EXPECT_EQ(ask("GET", path, nobody).status, 401U);
    EXPECT_EQ(ask("GET", path, somebody).status, 403U);
    test.people.moderators.insert({somebody.account, owner.id});
    EXPECT_EQ(ask("GET", path, somebody).status, 200U) << "a moderator may look";
    somebody.roles.insert(api::Role::creator);
    EXPECT_EQ(ask("DELETE", path, somebody).status, 403U);
    EXPECT_EQ(ask("POST", path + "/key", somebody).status, 403U);
    EXPECT_EQ(ask("POST", path + "/live", somebody).status, 403U);
    EXPECT_EQ(ask("DELETE", path + "/live", somebody).status, 403U);
}

TEST_F(StudioTest, GoingLiveTellsTheFollowers) {
    EXPECT_EQ(own("POST", "/live").status, 409U) << "nothing arrives yet";
    ASSERT_EQ(ask("PUT", "/api/v1/creators/owner/follow", somebody).status, 204U);
    EXPECT_THAT(herald.fresh_followers, Contains(somebody.account));
    publish(stream, false);
    EXPECT_EQ(json(own("GET"))["state"], "preview");
    EXPECT_THAT(herald.events, Contains("stream.preview"));
    auto const live = json(own("POST", "/live"));
    EXPECT_EQ(live["state"], "live");
    EXPECT_FALSE(live["broadcast"]["liveAt"].is_null());
    EXPECT_THAT(herald.events, Contains("stream.live"));
    streams.wait();
    EXPECT_THAT(herald.told, testing::ElementsAre(somebody.account));
}

TEST_F(StudioTest, EndingTellsTheEncoderAndLeavesASummary) {
    publish(stream, true);
    auto const ended = json(own("DELETE", "/live"));
    EXPECT_EQ(ended["state"], "ended");
    EXPECT_EQ(ended["broadcast"]["endedBy"], "creator");
    ASSERT_EQ(stopped.size(), 1U);
    EXPECT_THAT(stopped[0].second.message, HasSubstr("ended on the site"));
    streams.wait();
    auto const list = json(own("GET", "/broadcasts"));
    ASSERT_EQ(list["items"].size(), 1U);
    auto const id = list["items"][0]["id"].get<std::string>();
    EXPECT_EQ(json(own("GET", "/broadcasts/" + id))["endedBy"], "creator");
    EXPECT_EQ(own("GET", "/broadcasts/aaaaaaaaaaaaaaaa").status, 404U);
}

TEST_F(StudioTest, AModeratorOfTheSiteEndsABroadcastWithAReason) {
    publish(stream, true);
    somebody.roles.insert(api::Role::moderator);
    auto const path = "/api/v1/admin/streams/" + stream.id.value() + "/live";
    EXPECT_EQ(ask("DELETE", path, by_owner, {}, "reason=x").status, 403U);
    EXPECT_EQ(ask("DELETE", path, somebody, {}, "reason=Against%20the%20rules").status, 204U);
    EXPECT_EQ(ask("DELETE", path, somebody, {}, "reason=Again").status, 409U) << "it has ended";
    EXPECT_THAT(herald.reasons, testing::ElementsAre("Against the rules"));
    EXPECT_EQ(json(own("GET"))["broadcast"]["endedBy"], "moderator");
}

TEST_F(StudioTest, AModeratorWhomTheCreatorNamedEndsABroadcastWithAReason) {
    publish(stream, true);
    auto const path = "/api/v1/admin/streams/" + stream.id.value() + "/live";
    EXPECT_EQ(ask("DELETE", path, nobody, {}, "reason=x").status, 401U);
    EXPECT_EQ(ask("DELETE", path, somebody, {}, "reason=x").status, 403U);
    test.people.moderators.insert({somebody.account, owner.id});
    EXPECT_EQ(ask("DELETE", path, somebody, {}, "reason=Enough").status, 204U);
    EXPECT_THAT(herald.reasons, testing::ElementsAre("Enough"));
}

TEST_F(StudioTest, ADeletedStreamIsGone) {
    publish(stream, true);
    EXPECT_EQ(own("DELETE").status, 204U);
    EXPECT_EQ(own("GET").status, 404U);
    ASSERT_EQ(stopped.size(), 1U);
    EXPECT_EQ(stopped[0].second.kind, ErrorKind::not_found);
    EXPECT_EQ(json(ask("GET", "/api/v1/streams", nobody))["items"].size(), 0U);
}

TEST_F(StudioTest, TakesPicturesAsCoversAndNothingElse) {
    auto const put = [this](std::string const& body) {
        return own("PUT", "/cover", body, {{"Content-Type", "image/png"}});
    };
    EXPECT_EQ(put("<svg onload='alert(1)'/>").status, 400U);
    EXPECT_EQ(put("\x89PNG\r\n\x1a\n").status, 400U) << "cut off";
    std::string png("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\x80\0\0\1\x68\x8\6\0\0\0", 29);
    auto const set = put(png);
    ASSERT_EQ(set.status, 200U);
    auto const address = json(set)["coverUrl"].get<std::string>();
    EXPECT_THAT(address, HasSubstr("/covers/"));
    EXPECT_TRUE(json(own("DELETE", "/cover"))["coverUrl"].is_null());
}

TEST_F(StudioTest, ListsOwnStreamsPageByPage) {
    for (int i = 0; i < 5; ++i) create();
    std::vector<std::string> seen;
    std::string query = "limit=2";
    for (;;) {
        auto const page = json(ask("GET", "/api/v1/studio/streams", by_owner, {}, query));
        for (auto const& item : page["items"]) seen.push_back(item["id"]);
        if (page["nextCursor"].is_null()) break;
        query = "limit=2&cursor=" + page["nextCursor"].get<std::string>();
    }
    EXPECT_EQ(seen.size(), 6U);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 6U);
}

}  // namespace
}  // namespace directfanz::streams
