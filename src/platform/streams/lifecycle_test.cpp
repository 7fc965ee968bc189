#include "platform/streams/lifecycle.hpp"

#include "platform/streams/store_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::streams {
namespace {

using live::BroadcastState;
using testing::ElementsAre;
using testing::HasSubstr;

/// Writes down what it is told.
class Told final : public SituationListener {
  public:
    void on_situation(SharedPage const&, Situation const& before, Situation const& now) override {
        ++situations;
        if (before.phase != now.phase) phases.push_back(now.phase);
    }
    void on_counted(SharedPage const&, Situation const&) override { ++counted; }
    void on_idle(StreamId const&) override { ++idle; }
    void on_removed(SharedPage const&) override { ++removed; }

    std::vector<Phase> phases;
    int situations = 0;
    int counted = 0;
    int idle = 0;
    int removed = 0;
};

class LifecycleTest : public db::OnEveryDatabase {
  protected:
    LifecycleTest() {
        StreamSettings settings;
        settings.title = "Mine";
        settings.auto_live = false;
        stream = test.store->create(settings, owner.id)->stream;
        EXPECT_TRUE(life().admit(page(), now));
    }

    Lifecycle& life() { return made.lifecycle; }
    SharedPage page() { return test.page(stream.id); }
    void media(BroadcastState state) { life().on_state(stream.id, state); }
    Phase phase() { return life().situation(stream.id).phase; }
    std::vector<BroadcastRow> rows() {
        made.journal.wait();
        return *test.broadcasts.of(stream.id, 10);
    }

    SteadyTime now = steady_now();
    TestStore test{GetParam()};
    Person const owner = test.people.add("owner");
    Told told;
    TestLifecycle made{test, {&told}};
    Stream stream;
};

ON_EVERY_DATABASE(LifecycleTest);

TEST_P(LifecycleTest, MediaIsAPreviewUntilItsCreatorGoesLive) {
    EXPECT_EQ(life().go_live(stream.id).error().kind, ErrorKind::conflict);
    media(BroadcastState::live);
    EXPECT_EQ(phase(), Phase::preview);
    ASSERT_EQ(rows().size(), 1U);
    EXPECT_EQ(rows()[0].phase, Phase::preview);
    EXPECT_TRUE(life().go_live(stream.id));
    EXPECT_TRUE(life().go_live(stream.id)) << "it is already";
    EXPECT_EQ(rows()[0].phase, Phase::live);
    EXPECT_TRUE(rows()[0].live_at);
    EXPECT_THAT(told.phases, ElementsAre(Phase::preview, Phase::live));
}

TEST_P(LifecycleTest, AStreamThatIsLiveByItselfHasNoPreview) {
    ASSERT_TRUE(test.store->edit(
        stream.id, [](auto) { return true; },
        [](StreamSettings& settings) -> Result<void> {
            settings.auto_live = true;
            return {};
        }));
    ASSERT_TRUE(life().admit(page(), now));
    media(BroadcastState::live);
    EXPECT_THAT(told.phases, ElementsAre(Phase::live));
}

TEST_P(LifecycleTest, AnEncoderThatIsDoneEndsTheBroadcast) {
    media(BroadcastState::live);
    ASSERT_TRUE(life().go_live(stream.id));
    media(BroadcastState::ended);
    EXPECT_EQ(phase(), Phase::ended);
    EXPECT_EQ(rows()[0].ended_by, EndedBy::encoder);
    media(BroadcastState::offline);
    EXPECT_EQ(phase(), Phase::idle);
    EXPECT_EQ(told.idle, 1);
}

TEST_P(LifecycleTest, ThePictureOfTheFirstWindowIsRemembered) {
    auto rendition = std::make_shared<packager::RenditionWindow>();
    rendition->track.format = VideoFormat{.width = 1280, .height = 720};
    rendition->frame_rate = 30;
    auto window = std::make_shared<packager::Window>();
    window->renditions.push_back(std::move(rendition));
    life().on_window(stream.id, window);
    media(BroadcastState::live);
    ASSERT_TRUE(life().go_live(stream.id));
    life().end(page(), EndedBy::creator, "Enough.", now);
    PictureFormat const expected{.width = 1280, .height = 720, .frame_rate = 30};
    EXPECT_EQ(rows()[0].picture, expected);
}

TEST_P(LifecycleTest, OneThatDoesNotComeBackEndsItToo) {
    media(BroadcastState::live);
    ASSERT_TRUE(life().go_live(stream.id));
    media(BroadcastState::reconnecting);
    EXPECT_EQ(phase(), Phase::reconnecting);
    media(BroadcastState::live);
    EXPECT_EQ(phase(), Phase::live);
    media(BroadcastState::reconnecting);
    media(BroadcastState::ended);
    ASSERT_EQ(rows().size(), 1U);
    EXPECT_EQ(rows()[0].ended_by, EndedBy::connection);
}

TEST_P(LifecycleTest, APreviewLeavesNothing) {
    media(BroadcastState::live);
    media(BroadcastState::reconnecting);
    EXPECT_EQ(phase(), Phase::idle);
    media(BroadcastState::live);
    EXPECT_EQ(phase(), Phase::preview);
    EXPECT_EQ(rows().size(), 1U);
    media(BroadcastState::ended);
    EXPECT_EQ(phase(), Phase::idle);
    EXPECT_EQ(rows().size(), 0U);
}

TEST_P(LifecycleTest, EndClosesTheBroadcastWhileTheEncoderStillSends) {
    media(BroadcastState::live);
    ASSERT_TRUE(life().go_live(stream.id));
    EXPECT_TRUE(life().end(page(), EndedBy::creator, "Enough.", now));
    EXPECT_EQ(phase(), Phase::ended);
    ASSERT_EQ(made.stopped.size(), 1U);
    EXPECT_EQ(made.stopped[0].second.message, "Enough.");
    // What was on its way when it ended.
    media(BroadcastState::reconnecting);
    media(BroadcastState::live);
    EXPECT_EQ(phase(), Phase::ended);
    auto const refused = life().admit(page(), now + seconds(5));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("in 25 seconds"));
    media(BroadcastState::ended);
    ASSERT_TRUE(life().admit(page(), now + Lifecycle::kRefusal));
    media(BroadcastState::live);
    EXPECT_EQ(phase(), Phase::preview);
    EXPECT_EQ(rows().size(), 2U);
}

TEST_P(LifecycleTest, ASuspendedAccountMayNotBroadcast) {
    test.people.people[owner.id].suspended = true;
    test.people.people[owner.id].suspended_because = "Spam";
    auto const refused = life().admit(page(), now);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::denied);
    EXPECT_THAT(refused.error().message, HasSubstr("suspended: Spam"));
}

TEST_P(LifecycleTest, CountsLikesAndFollowersThatCameMeanwhile) {
    auto const fan = AccountId(new_row_id());
    media(BroadcastState::live);
    ASSERT_TRUE(life().go_live(stream.id));
    ASSERT_TRUE(*test.follows.follow(fan, owner.id));
    ASSERT_TRUE(*test.follows.like(stream.id, fan));
    media(BroadcastState::ended);
    EXPECT_EQ(rows()[0].likes, 1);
    EXPECT_EQ(rows()[0].new_followers, 1);
}

TEST_P(LifecycleTest, APublisherThatComesBackAfterARestartGoesOnWithItsBroadcast) {
    media(BroadcastState::live);
    ASSERT_TRUE(life().go_live(stream.id));
    auto const id = rows()[0].id;
    Told later;
    TestLifecycle restarted(test, {&later});
    restarted.lifecycle.adopt(*test.broadcasts.open(), now);
    ASSERT_TRUE(restarted.lifecycle.admit(page(), now));
    restarted.lifecycle.on_state(stream.id, BroadcastState::live);
    EXPECT_EQ(restarted.lifecycle.situation(stream.id).broadcast->id, id);
    EXPECT_THAT(later.phases, ElementsAre(Phase::live));
}

TEST_P(LifecycleTest, WhatAServerLeftOpenEndsWhenNobodyComesBack) {
    media(BroadcastState::live);
    ASSERT_TRUE(life().go_live(stream.id));
    ASSERT_EQ(rows().size(), 1U);
    TestLifecycle restarted(test);
    restarted.lifecycle.adopt(*test.broadcasts.open(), now);
    restarted.lifecycle.tick(now + seconds(59));
    restarted.journal.wait();
    EXPECT_FALSE(rows()[0].ended_at);
    restarted.lifecycle.tick(now + seconds(60));
    restarted.journal.wait();
    EXPECT_EQ(rows()[0].ended_by, EndedBy::server);
    EXPECT_EQ(rows()[0].ended_at, rows()[0].seen_at);
}

TEST_P(LifecycleTest, WhatAServerLeftOpenCanBeEndedBeforeItsEncoderIsBack) {
    media(BroadcastState::live);
    ASSERT_TRUE(life().go_live(stream.id));
    ASSERT_EQ(rows().size(), 1U);
    TestLifecycle restarted(test);
    restarted.lifecycle.adopt(*test.broadcasts.open(), now);
    EXPECT_TRUE(restarted.lifecycle.end(page(), EndedBy::moderator, "Enough.", now));
    EXPECT_FALSE(restarted.lifecycle.end(page(), EndedBy::moderator, "Enough.", now));
    restarted.journal.wait();
    EXPECT_EQ(rows()[0].ended_by, EndedBy::moderator);
    auto const refused = restarted.lifecycle.admit(page(), now);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("was ended on the site"));
}

TEST_P(LifecycleTest, WhatIsNotOnAirCannotBeEnded) {
    EXPECT_FALSE(life().end(page(), EndedBy::moderator, "Enough.", now));
    EXPECT_TRUE(life().admit(page(), now)) << "and its encoder may come";
    EXPECT_TRUE(made.stopped.empty());
}

TEST_P(LifecycleTest, FollowersAreCountedAlsoOfWhatAServerLeftOpen) {
    media(BroadcastState::live);
    ASSERT_TRUE(life().go_live(stream.id));
    ASSERT_EQ(rows().size(), 1U);
    ASSERT_TRUE(test.follows.follow(test.people.add("fan").id, owner.id));
    TestLifecycle restarted(test);
    restarted.lifecycle.adopt(*test.broadcasts.open(), now);
    restarted.lifecycle.tick(now + seconds(60));
    restarted.journal.wait();
    EXPECT_EQ(rows()[0].new_followers, 1);
}

TEST_P(LifecycleTest, WhoIsNoCreatorAnyMoreIsNotLetIn) {
    test.people.people[owner.id].may_broadcast = false;
    auto const refused = life().admit(page(), now);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::denied);
    EXPECT_THAT(refused.error().message, HasSubstr("not that of a creator"));
}

TEST_P(LifecycleTest, WhatTheServerCountsIsToldSeldomAndAsNothingElse) {
    media(BroadcastState::live);
    auto const situations = told.situations;
    auto counted = *page();
    counted.stream.media_sequence += 1'000;
    counted.ended_at = wall_now();
    life().update(std::make_shared<StreamPage const>(counted), now + seconds(3));
    EXPECT_EQ(told.counted, 0);
    for (int i = 0; i < 10; ++i) {
        ++counted.stream.likes;
        life().update(std::make_shared<StreamPage const>(counted), now + seconds(100 + 3 * i));
    }
    EXPECT_EQ(told.counted, 2) << "of thirty seconds";
    EXPECT_EQ(told.situations, situations);
    counted.stream.title = "Another";
    ++counted.stream.version;
    life().update(std::make_shared<StreamPage const>(counted), now + seconds(140));
    EXPECT_EQ(told.situations, situations + 1);
}

TEST_P(LifecycleTest, AnOlderPageChangesNothing) {
    media(BroadcastState::live);
    auto const old = page();
    auto newer = *old;
    newer.stream.visibility = Visibility::followers;
    ++newer.stream.version;
    ++newer.stream.access_epoch;
    life().update(std::make_shared<StreamPage const>(newer), now);
    auto const situations = told.situations;
    life().update(old, now);
    EXPECT_EQ(told.situations, situations);
}

TEST_P(LifecycleTest, ADeletedStreamIsStopped) {
    media(BroadcastState::live);
    life().remove(page());
    EXPECT_EQ(told.removed, 1);
    ASSERT_EQ(made.stopped.size(), 1U);
    EXPECT_EQ(made.stopped[0].second.kind, ErrorKind::not_found);
    media(BroadcastState::ended);
    EXPECT_EQ(phase(), Phase::idle);
}

}  // namespace
}  // namespace directfanz::streams
