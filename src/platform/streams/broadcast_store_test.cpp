#include "platform/streams/broadcast_store.hpp"

#include "platform/streams/store_fixture.hpp"
#include "platform/streams/store_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::streams {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr WallTime kNoon{milliseconds(1'769'860'800'123)};

class BroadcastStoreTest : public testing::TestWithParam<db::Engine> {
  protected:
    static BroadcastRow preview(StreamId const& stream, std::string id, WallTime at = kNoon) {
        return {
            .id = std::move(id), .stream = stream, .title = "A", .started_at = at, .seen_at = at};
    }
    static BroadcastRow live(StreamId const& stream, std::string id, WallTime at = kNoon) {
        auto row = preview(stream, std::move(id), at);
        row.phase = Phase::live;
        row.live_at = at;
        return row;
    }
    static BroadcastRow ended(StreamId const& stream, std::string id, WallTime at = kNoon) {
        auto row = live(stream, std::move(id), at);
        row.phase = Phase::ended;
        row.ended_at = at + seconds(60);
        row.ended_by = EndedBy::encoder;
        return row;
    }

    BroadcastRow save(BroadcastRow row) {
        auto const saved = store.save(row);
        if (!saved) throw std::runtime_error(describe(saved.error()));
        return row;
    }
    BroadcastRow counted(BroadcastRow const& row) {
        EXPECT_TRUE(store.count_up(row.id));
        auto const found = store.find(row.stream, row.id);
        if (!found || !*found) throw std::runtime_error("there is no such broadcast");
        return **found;
    }

    void like_at(StreamId const& liked, std::string const& account, WallTime at) {
        test.execute("INSERT INTO stream_likes (stream, account, created_at) VALUES (:s, :a, :at)",
                     {{"s", liked.value()}, {"a", account}, {"at", to_database(at)}});
    }
    void follow_at(AccountId const& creator, std::string const& account, WallTime at) {
        test.execute("INSERT INTO follows (account, creator, created_at) VALUES (:a, :c, :at)",
                     {{"a", account}, {"c", creator.value()}, {"at", to_database(at)}});
    }

    static std::vector<std::string> ids(Result<std::vector<BroadcastRow>> const& rows) {
        if (!rows) throw std::runtime_error(describe(rows.error()));
        std::vector<std::string> ids;
        for (auto const& row : *rows) ids.push_back(row.id);
        return ids;
    }
    static StartedBefore behind(BroadcastRow const& row) {
        return {.started_at = to_database(row.started_at), .id = row.id};
    }

    TestStore test{GetParam()};
    BroadcastStore& store = test.broadcasts;
    AccountId const owner{"owner"};
    StreamId const stream = test.add_stream("Mine", owner).id;
    StreamId const other = test.add_stream("Another", AccountId("somebody")).id;
};

ON_EVERY_DATABASE(BroadcastStoreTest);

TEST_P(BroadcastStoreTest, ASavedBroadcastIsFoundWithAllThatIsKnownOfIt) {
    auto const row =
        save({.id = "a",
              .stream = stream,
              .phase = Phase::ended,
              .title = "Grüße \"'; -- % ☀",
              .started_at = kNoon,
              .live_at = kNoon + milliseconds(1),
              .ended_at = kNoon + milliseconds(2),
              .ended_by = EndedBy::moderator,
              .seen_at = kNoon + milliseconds(3),
              .audience = {.peak = 11, .distinct = 12, .watched_seconds = 5'000'000'000'000},
              .picture = {.width = 1920, .height = 1080, .frame_rate = 29.97}});
    EXPECT_EQ(store.find(stream, "a"), row);
    EXPECT_EQ(store.last(stream), row);
    EXPECT_THAT(*store.of(stream, 10), ElementsAre(row));
}

TEST_P(BroadcastStoreTest, WhatNobodyKnowsYetIsNotThere) {
    auto const row = save(preview(stream, "a"));
    EXPECT_EQ(store.find(stream, "a"), row);
    EXPECT_EQ((*store.find(stream, "a"))->live_at, std::nullopt);
    EXPECT_EQ((*store.find(stream, "a"))->ended_by, std::nullopt);
}

TEST_P(BroadcastStoreTest, EveryPhaseAndWhoeverEndedItIsReadAsItWasWritten) {
    auto row = ended(stream, "a");
    for (auto const phase : {Phase::preview, Phase::live, Phase::reconnecting, Phase::ended}) {
        row.phase = phase;
        EXPECT_EQ(store.find(stream, save(row).id), row) << to_string(phase);
    }
    for (auto const who : {EndedBy::creator, EndedBy::moderator, EndedBy::encoder,
                           EndedBy::connection, EndedBy::server}) {
        row.ended_by = who;
        EXPECT_EQ(store.find(stream, save(row).id), row) << to_string(who);
    }
}

TEST_P(BroadcastStoreTest, SavedAgainAllIsWrittenAnewButWhatWasCounted) {
    auto row = save(live(stream, "a"));
    like_at(stream, "fan", kNoon);
    follow_at(owner, "fan", kNoon);
    ASSERT_EQ(counted(row).likes, 1);
    row.title = "B";
    row.phase = Phase::ended;
    row.live_at = kNoon + seconds(1);
    row.ended_at = kNoon + seconds(2);
    row.ended_by = EndedBy::creator;
    row.seen_at = kNoon + seconds(3);
    row.audience = {.peak = 4, .distinct = 5, .watched_seconds = 6};
    row.picture = {.width = 640, .height = 360, .frame_rate = 25};
    save(row);
    row.likes = 1;
    row.new_followers = 1;
    EXPECT_THAT(*store.of(stream, 10), ElementsAre(row));
}

TEST_P(BroadcastStoreTest, ABroadcastOfAStreamThatIsNotThereIsNotWritten) {
    save(live(StreamId("000000000000"), "a"));
    EXPECT_EQ(store.find(StreamId("000000000000"), "a"), std::nullopt);
    EXPECT_THAT(ids(store.open()), IsEmpty());
}

TEST_P(BroadcastStoreTest, ABroadcastIsFoundUnderItsOwnStreamAlone) {
    save(live(stream, "a"));
    EXPECT_EQ(store.find(other, "a"), std::nullopt);
    EXPECT_EQ(store.find(stream, "b"), std::nullopt);
    EXPECT_EQ(store.last(other), std::nullopt);
    EXPECT_THAT(ids(store.of(other, 10)), IsEmpty());
}

TEST_P(BroadcastStoreTest, TheLastIsTheOneThatBeganLast) {
    EXPECT_EQ(store.last(stream), std::nullopt);
    save(ended(stream, "b", kNoon));
    save(ended(stream, "d", kNoon - seconds(1)));
    save(ended(other, "e", kNoon + seconds(1)));
    EXPECT_EQ((*store.last(stream))->id, "b");
    save(preview(stream, "c", kNoon));
    EXPECT_EQ((*store.last(stream))->id, "c") << "at the same time the list's order tells";
    EXPECT_EQ(ids(store.of(stream, 1)), ids(std::vector{**store.last(stream)}));
}

TEST_P(BroadcastStoreTest, ListsTheNewestFirstAndGoesOnBehindTheLastOneShown) {
    auto const oldest = save(ended(stream, "e", kNoon - seconds(1)));
    save(ended(stream, "a", kNoon));
    auto const second = save(ended(stream, "b", kNoon));
    save(ended(stream, "c", kNoon));
    save(ended(other, "f", kNoon));
    save(live(stream, "d", kNoon + seconds(1)));
    EXPECT_THAT(ids(store.of(stream, 10)), ElementsAre("d", "c", "b", "a", "e"));
    EXPECT_THAT(ids(store.of(stream, 3)), ElementsAre("d", "c", "b"));
    EXPECT_THAT(ids(store.of(stream, 3, behind(second))), ElementsAre("a", "e"));
    EXPECT_THAT(ids(store.of(stream, 1, behind(second))), ElementsAre("a"));
    EXPECT_THAT(ids(store.of(stream, 3, behind(oldest))), IsEmpty());
}

TEST_P(BroadcastStoreTest, APageGoesOnAlsoWhenAnotherBroadcastBeganOrTheLastOneShownIsGone) {
    save(ended(stream, "a", kNoon));
    auto const shown = save(ended(stream, "b", kNoon + seconds(1)));
    ASSERT_THAT(ids(store.of(stream, 1)), ElementsAre("b"));
    save(live(stream, "c", kNoon + seconds(2)));
    ASSERT_TRUE(store.remove(shown.id));
    EXPECT_THAT(ids(store.of(stream, 1, behind(shown))), ElementsAre("a"));
}

TEST_P(BroadcastStoreTest, ThoseThatHaveNotEndedAreOpen) {
    EXPECT_THAT(ids(store.open()), IsEmpty());
    save(ended(stream, "a"));
    save(preview(stream, "b"));
    auto row = save(live(other, "c"));
    EXPECT_THAT(ids(store.open()), UnorderedElementsAre("b", "c"));
    row.phase = Phase::ended;
    row.ended_at = kNoon;
    save(row);
    EXPECT_THAT(ids(store.open()), ElementsAre("b"));
}

TEST_P(BroadcastStoreTest, ARemovedBroadcastLeavesNothing) {
    save(preview(stream, "a"));
    auto const kept = save(ended(stream, "b"));
    ASSERT_TRUE(store.remove("a"));
    EXPECT_EQ(store.find(stream, "a"), std::nullopt);
    EXPECT_TRUE(store.remove("a")) << "there is nothing to remove, and nothing wrong with it";
    EXPECT_THAT(*store.of(stream, 10), ElementsAre(kept));
}

TEST_P(BroadcastStoreTest, CountsTheLikesAndFollowersThatCameSinceItWasLive) {
    auto row = preview(stream, "a", kNoon - seconds(60));
    row.live_at = kNoon;
    save(row);
    auto const untouched = save(live(other, "b", kNoon - seconds(60)));
    like_at(stream, "early", kNoon - milliseconds(1));
    like_at(stream, "first", kNoon);
    like_at(stream, "later", kNoon + seconds(9));
    like_at(other, "first", kNoon);
    follow_at(owner, "early", kNoon - milliseconds(1));
    follow_at(owner, "first", kNoon);
    follow_at(AccountId("nobody"), "first", kNoon);
    row.likes = 2;
    row.new_followers = 1;
    EXPECT_EQ(counted(row), row);
    EXPECT_EQ(store.find(other, "b"), untouched);
}

TEST_P(BroadcastStoreTest, WhatWasTakenBackIsNotCountedAgain) {
    auto const row = save(live(stream, "a"));
    like_at(stream, "fan", kNoon);
    ASSERT_EQ(counted(row).likes, 1);
    ASSERT_TRUE(test.follows.unlike(stream, AccountId("fan")));
    EXPECT_EQ(counted(row).likes, 0);
}

TEST_P(BroadcastStoreTest, WhatNeverWasLiveOrIsNobodysCountsNothing) {
    like_at(stream, "fan", kNoon);
    follow_at(owner, "fan", kNoon);
    auto const never = save(preview(stream, "a"));
    EXPECT_EQ(counted(never), never);
    auto const nobodys = save(live(test.add_stream("Nobody's").id, "b"));
    EXPECT_EQ(counted(nobodys), nobodys);
    EXPECT_TRUE(store.count_up("unknown"));
}

TEST_P(BroadcastStoreTest, ARemovedStreamTakesItsBroadcastsWithIt) {
    save(ended(stream, "a"));
    save(live(stream, "b"));
    auto const kept = save(live(other, "c"));
    ASSERT_TRUE(test.store->remove(stream));
    EXPECT_EQ(store.find(stream, "a"), std::nullopt);
    EXPECT_THAT(ids(store.of(stream, 10)), IsEmpty());
    EXPECT_THAT(*store.open(), ElementsAre(kept));
    save(live(stream, "b"));
    EXPECT_EQ(store.find(stream, "b"), std::nullopt) << "what is written late is not written";
}

TEST_P(BroadcastStoreTest, ABrokenDatabaseIsAnError) {
    auto const row = save(live(stream, "a"));
    test.break_database("broadcasts");
    EXPECT_FALSE(store.save(row));
    EXPECT_FALSE(store.count_up("a"));
    EXPECT_FALSE(store.find(stream, "a"));
    EXPECT_FALSE(store.last(stream));
    EXPECT_FALSE(store.of(stream, 10));
    EXPECT_FALSE(store.open());
    EXPECT_FALSE(store.remove("a"));
}

}  // namespace
}  // namespace directfanz::streams
