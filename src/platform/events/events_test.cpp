#include "platform/events/events.hpp"

#include "platform/schema/schema.hpp"
#include "system/db/migrate.hpp"
#include "system/db/test_database.hpp"

#include <set>

#include <gmock/gmock.h>

namespace directfanz::events {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(EventTest, TypesHaveTheContractsNames) {
    EXPECT_EQ(to_string(EventType::stream_preview), "stream.preview");
    EXPECT_EQ(to_string(EventType::account_creator_approved), "account.creator_approved");
    EXPECT_EQ(to_string(EventType::follower_created), "follower.created");
    EXPECT_EQ(to_string(EventType::webhook_test), "webhook.test");
    for (auto const name : kEventTypes) {
        auto const type = parse_event_type(name);
        ASSERT_TRUE(type) << name;
        EXPECT_EQ(to_string(*type), name);
    }
    EXPECT_FALSE(parse_event_type("stream.exploded"));
    EXPECT_FALSE(parse_event_type(""));
}

TEST(EventTest, AnIdIsNeverGivenTwice) {
    std::set<std::string> ids;
    for (int i = 0; i < 1'000; ++i) {
        auto const event = make_event(EventType::stream_live, AccountId("a"), "{}", wall_now());
        EXPECT_THAT(event.id, StartsWith("evt_"));
        ids.insert(event.id);
    }
    EXPECT_EQ(ids.size(), 1'000U);
}

TEST(EventTest, IsToldAsTypeTimeAndFacts) {
    auto const event = make_event(EventType::stream_live, AccountId("a"), R"({"stream":"s1"})",
                                  WallTime(milliseconds(1'767'225'600'123)));
    EXPECT_EQ(to_json(event), R"({"type":"stream.live","timestamp":"2026-01-01T00:00:00.123Z",)"
                              R"("data":{"stream":"s1"}})");
}

class EventsTest : public db::OnEveryDatabase {
  protected:
    EventsTest() {
        auto const migrated = db::migrate(*database, schema::migrations());
        if (!migrated) throw std::runtime_error(describe(migrated.error()));
    }

    Event event(EventType type, int second, std::string const& account = "anna") {
        return make_event(type, AccountId(account), "{}", WallTime(seconds(1'000 + second)));
    }

    std::vector<EventType> waiting(std::size_t most = 100) {
        std::vector<EventType> types;
        for (auto const& found : outbox.waiting(most).value()) types.push_back(found.type);
        return types;
    }

    void hand_on(Event const& found) {
        auto const work = [&](db::Connection& connection) {
            return Outbox::handed_on(connection, found);
        };
        ASSERT_TRUE(db::transact(*database, work));
    }

    std::unique_ptr<db::Database> database = test_database.open();
    Events events{*database};
    Outbox outbox{*database};
};

ON_EVERY_DATABASE(EventsTest);

TEST_P(EventsTest, WhatIsToldIsHeardAndKept) {
    std::vector<std::string> heard;
    events.listen([&](Event const& told) { heard.push_back(told.id); });
    auto const told = make_event(EventType::stream_created, AccountId("anna"),
                                 R"({"title":"Ünïcode \"quoted\""})", WallTime(seconds(5)));
    ASSERT_TRUE(events.tell(told));
    EXPECT_THAT(heard, ElementsAre(told.id));
    auto const kept = outbox.waiting(10).value();
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].id, told.id);
    EXPECT_EQ(kept[0].type, told.type);
    EXPECT_EQ(kept[0].account, told.account);
    EXPECT_EQ(kept[0].at, told.at);
    EXPECT_EQ(kept[0].data, told.data);
}

TEST_P(EventsTest, EveryListenerHears) {
    int first = 0;
    int second = 0;
    events.listen([&](Event const&) { ++first; });
    events.listen([&](Event const&) { ++second; });
    events.announce(event(EventType::stream_live, 0));
    EXPECT_EQ(first, 1);
    EXPECT_EQ(second, 1);
    EXPECT_THAT(waiting(), IsEmpty()) << "an announcement alone is not kept";
}

TEST_P(EventsTest, AnEventGoesWithTheTransactionThatFails) {
    auto const work = [&](db::Connection& connection) -> Result<void> {
        auto const kept = Events::keep(connection, event(EventType::stream_created, 0));
        EXPECT_TRUE(kept);
        return fail(ErrorKind::conflict, "stream", "no");
    };
    EXPECT_FALSE(db::transact(*database, work));
    EXPECT_THAT(waiting(), IsEmpty());
}

TEST_P(EventsTest, TheOldestIsHandedOnFirst) {
    ASSERT_TRUE(events.tell(event(EventType::stream_ended, 2)));
    ASSERT_TRUE(events.tell(event(EventType::stream_preview, 0)));
    ASSERT_TRUE(events.tell(event(EventType::stream_live, 1)));
    EXPECT_THAT(waiting(), ElementsAre(EventType::stream_preview, EventType::stream_live,
                                       EventType::stream_ended));
    EXPECT_THAT(waiting(2), ElementsAre(EventType::stream_preview, EventType::stream_live));
}

TEST_P(EventsTest, WhatWasHandedOnWaitsNoMore) {
    auto const first = event(EventType::stream_live, 0);
    ASSERT_TRUE(events.tell(first));
    ASSERT_TRUE(events.tell(event(EventType::stream_ended, 1)));
    hand_on(first);
    EXPECT_THAT(waiting(), ElementsAre(EventType::stream_ended));
}

TEST_P(EventsTest, OnlyWhatWasHandedOnIsForgotten) {
    auto const handed = event(EventType::stream_live, 0);
    auto const young = event(EventType::stream_updated, 50);
    ASSERT_TRUE(events.tell(handed));
    ASSERT_TRUE(events.tell(event(EventType::stream_ended, 1)));
    ASSERT_TRUE(events.tell(young));
    hand_on(handed);
    hand_on(young);
    EXPECT_EQ(outbox.forget(WallTime(seconds(1'020))).value(), 1);
    EXPECT_THAT(waiting(), ElementsAre(EventType::stream_ended));
    EXPECT_EQ(outbox.list(AccountId("anna"), 10).value().size(), 2U);
}

TEST_P(EventsTest, AnAccountsEventsAreItsOwn) {
    ASSERT_TRUE(events.tell(event(EventType::stream_live, 0)));
    ASSERT_TRUE(events.tell(event(EventType::stream_ended, 1)));
    ASSERT_TRUE(events.tell(event(EventType::stream_created, 2, "bert")));
    auto const annas = outbox.list(AccountId("anna"), 10).value();
    ASSERT_EQ(annas.size(), 2U);
    EXPECT_EQ(annas[0].type, EventType::stream_ended) << "newest first";
    ASSERT_TRUE(outbox.forget_all(AccountId("anna")));
    EXPECT_THAT(waiting(), ElementsAre(EventType::stream_created));
}

}  // namespace
}  // namespace directfanz::events
