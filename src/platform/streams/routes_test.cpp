#include "platform/streams/routes.hpp"

#include "platform/streams/routes_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace directfanz::streams {
namespace {

using testing::HasSubstr;

class RoutesTest : public TestApi {
  protected:
    RoutesTest() {
        settings.title = "Grüße \"☀\"";
        settings.tags = {"jazz"};
        make();
    }

    /// The stream anew, with `settings`.
    void make() { stream = store().create(settings, owner.id)->stream; }

    nlohmann::json get(std::string const& query = "") {
        return json(ask("GET", "/api/v1/streams/" + stream.id.value(), nobody, {}, query));
    }
    http::Response play(Caller const& caller, std::string const& body = "{}") {
        return ask("POST", "/api/v1/streams/" + stream.id.value() + "/playback", caller, body);
    }

    StreamSettings settings;
    Stream stream;
};

TEST_F(RoutesTest, TellsEverybodyTheSameOfAStream) {
    auto const page = get();
    EXPECT_EQ(page["id"], stream.id.value());
    EXPECT_EQ(page["title"], "Grüße \"☀\"");
    EXPECT_EQ(page["state"], "idle");
    EXPECT_EQ(page["creator"]["handle"], "owner");
    EXPECT_EQ(page["tags"], nlohmann::json::array({"jazz"}));
    EXPECT_EQ(page["playbackUrl"], "/live/" + stream.id.value() + "/index.m3u8");
    EXPECT_EQ(page["visibility"], "public");
    EXPECT_TRUE(page["liveSince"].is_null());
}

TEST_F(RoutesTest, KnowsNoStreamOfASuspendedAccount) {
    test.people.people[owner.id].suspended = true;
    auto const response = ask("GET", "/api/v1/streams/" + stream.id.value(), nobody);
    EXPECT_EQ(response.status, 404U);
}

TEST_F(RoutesTest, TellsNobodyOfAPreview) {
    publish(stream, false);
    EXPECT_EQ(get()["state"], "idle");
    EXPECT_TRUE(get()["renditions"].empty());
    EXPECT_TRUE(get()["playbackUrl"].is_null());
    EXPECT_FALSE(json(play(somebody))["preview"]);
    auto const own = json(play(by_owner));
    EXPECT_TRUE(own["preview"]);
    EXPECT_THAT(own["playbackUrl"].get<std::string>(), HasSubstr("/play/"));
}

TEST_F(RoutesTest, GivesModeratorsATokenForThePreview) {
    publish(stream, false);
    test.people.moderators.insert({somebody.account, owner.id});
    EXPECT_TRUE(json(play(somebody))["preview"]);
}

TEST_F(RoutesTest, GivesFollowersAToken) {
    settings.visibility = Visibility::followers;
    make();
    EXPECT_EQ(play(nobody).status, 401U);
    auto const refused = play(somebody);
    EXPECT_EQ(refused.status, 403U);
    EXPECT_EQ(json(refused)["type"], "/problems/followers-only");
    ASSERT_EQ(ask("PUT", "/api/v1/creators/owner/follow", somebody).status, 204U);
    EXPECT_THAT(json(play(somebody))["playbackUrl"].get<std::string>(), HasSubstr("/play/"));
    EXPECT_TRUE(get()["playbackUrl"].is_null());
}

TEST_F(RoutesTest, GivesThoseWhoKnowThePasswordAToken) {
    settings.visibility = Visibility::password;
    settings.password_hash = "hash of secret";
    make();
    EXPECT_EQ(json(play(nobody))["type"], "/problems/password-required");
    auto const wrong = play(nobody, R"({"password":"wrong"})");
    EXPECT_EQ(wrong.status, 403U);
    EXPECT_EQ(json(wrong)["type"], "/problems/password-required");
    auto const right = play(nobody, R"({"password":"secret"})");
    EXPECT_EQ(right.status, 200U);
    EXPECT_FALSE(json(right)["expiresAt"].is_null());
}

TEST_F(RoutesTest, SlowsDownWhoGuessesPasswords) {
    settings.visibility = Visibility::password;
    settings.password_hash = "hash of secret";
    make();
    for (unsigned i = 0; i < StreamRoutes::kWrongPasswords; ++i)
        ASSERT_EQ(play(nobody, R"({"password":"wrong"})").status, 403U);
    auto const refused = play(nobody, R"({"password":"secret"})");
    EXPECT_EQ(refused.status, 429U);
    EXPECT_TRUE(refused.headers.contains("Retry-After"));
}

TEST_F(RoutesTest, CountsLikesOnce) {
    auto const path = "/api/v1/streams/" + stream.id.value() + "/like";
    EXPECT_EQ(ask("PUT", path, nobody).status, 401U);
    ASSERT_EQ(ask("PUT", path, somebody).status, 204U);
    ASSERT_EQ(ask("PUT", path, somebody).status, 204U);
    EXPECT_EQ(get()["likes"], 1);
    auto const viewer =
        json(ask("GET", "/api/v1/streams/" + stream.id.value() + "/viewer", somebody));
    EXPECT_TRUE(viewer["liked"]);
    EXPECT_FALSE(viewer["owner"]);
    ASSERT_EQ(ask("DELETE", path, somebody).status, 204U);
    EXPECT_EQ(get()["likes"], 0);
}

TEST_F(RoutesTest, FindsWhatIsLiveAndListed) {
    auto const find = [this](Caller const& caller, std::string const& query = "") {
        return json(ask("GET", "/api/v1/streams", caller, {}, query))["items"];
    };
    EXPECT_EQ(find(nobody).size(), 0U);
    publish(stream, true);
    ASSERT_EQ(find(nobody).size(), 1U);
    EXPECT_EQ(find(nobody)[0]["id"], stream.id.value());
    EXPECT_EQ(find(nobody, "q=GR%C3%9CSSE").size(), 0U);
    EXPECT_EQ(find(nobody, "q=gr%C3%9C%C3%9Fe").size(), 1U) << "in any case of the letters";
    EXPECT_EQ(find(nobody, "tag=JAZZ").size(), 1U);
    EXPECT_EQ(find(nobody, "tag=rock").size(), 0U);
    EXPECT_EQ(find(nobody, "creator=owner").size(), 1U);
    EXPECT_EQ(find(somebody, "followed=true").size(), 0U);
}

}  // namespace
}  // namespace directfanz::streams
