#include "platform/webhooks/test_support.hpp"

#include <gmock/gmock.h>

namespace directfanz::webhooks {
namespace {

using events::EventType;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr double kMiddle = 0.5;

Outcome taken() {
    return {.delivered = true, .status = 204, .response = {}, .retry_after = {}};
}

Outcome refused(std::int64_t status = 500) {
    return {.gone = status == 410, .status = status, .response = "no", .retry_after = {}};
}

class DeliveryStoreTest : public WebhookFixture {
  protected:
    /// One that waits for hook1.
    Delivery waiting() {
        EXPECT_TRUE(deliveries.hand_on(happen(), kStart));
        return log("hook1").front();
    }

    std::optional<Webhook> settle(Delivery const& delivery, Outcome const& outcome,
                                  WallTime now = kStart) {
        return deliveries.settle(delivery, outcome, now, kMiddle).value();
    }

    std::vector<std::string> due_webhooks(WallTime when, std::size_t most) {
        std::vector<std::string> ids;
        for (auto const& one : deliveries.due_webhooks(when, most).value()) ids.push_back(one.id);
        return ids;
    }

    Webhook hook(std::string const& id = "hook1") {
        return webhooks.find(AccountId("anna"), id).value().value();
    }
};

ON_EVERY_DATABASE(DeliveryStoreTest);

TEST_P(DeliveryStoreTest, AnEventGoesToThoseWhoAskedForIt) {
    create("live");
    create("ended", {EventType::stream_ended});
    create("both", {EventType::stream_live, EventType::stream_ended});
    create("off");
    create("berts", {EventType::stream_live}, "bert");
    ASSERT_TRUE(
        webhooks.edit(AccountId("anna"), "off", [](Webhook& webhook) { webhook.enabled = false; }));
    auto const event = happen(EventType::stream_live);
    EXPECT_EQ(deliveries.hand_on(event, kStart).value(), 2U);
    EXPECT_THAT(log("ended"), IsEmpty());
    EXPECT_THAT(log("off"), IsEmpty());
    EXPECT_THAT(log("berts"), IsEmpty());
    ASSERT_THAT(log("live"), SizeIs(1));
    ASSERT_THAT(log("both"), SizeIs(1));
    auto const delivery = log("live")[0];
    EXPECT_EQ(delivery.webhook, "live");
    EXPECT_EQ(delivery.event, event.id);
    EXPECT_EQ(delivery.type, "stream.live");
    EXPECT_EQ(delivery.body, to_json(event));
    EXPECT_EQ(delivery.state, DeliveryState::waiting);
    EXPECT_EQ(delivery.attempts, 0);
    EXPECT_EQ(delivery.next_attempt_at, kStart);
    EXPECT_FALSE(delivery.status);
    EXPECT_NE(delivery.id, log("both")[0].id);
    EXPECT_THAT(outbox.waiting(10).value(), IsEmpty());
}

TEST_P(DeliveryStoreTest, AnEventThatNobodyAskedForIsHandedOnAllTheSame) {
    EXPECT_EQ(deliveries.hand_on(happen(), kStart).value(), 0U);
    EXPECT_THAT(outbox.waiting(10).value(), IsEmpty());
}

TEST_P(DeliveryStoreTest, WhatIsDueIsFoundByWebhookOldestFirst) {
    create("hook1");
    create("hook2", {EventType::stream_ended});
    ASSERT_TRUE(deliveries.hand_on(happen(EventType::stream_ended), kStart + seconds(5)));
    ASSERT_TRUE(deliveries.hand_on(happen(EventType::stream_live), kStart + seconds(10)));
    ASSERT_TRUE(deliveries.hand_on(happen(EventType::stream_live), kStart + seconds(1)));
    EXPECT_THAT(due_webhooks(kStart, 10), IsEmpty());
    EXPECT_EQ(deliveries.next_due(kStart).value(), kStart + seconds(1));
    EXPECT_THAT(due_webhooks(kStart + seconds(5), 10), ElementsAre("hook1", "hook2"));
    EXPECT_THAT(due_webhooks(kStart + seconds(5), 1), ElementsAre("hook1"));
    EXPECT_EQ(deliveries.next_due(kStart + seconds(5)).value(), kStart + seconds(10));
    auto const due = deliveries.due("hook1", kStart + seconds(10), 10).value();
    ASSERT_THAT(due, SizeIs(2));
    EXPECT_EQ(due[0].next_attempt_at, kStart + seconds(1));
    EXPECT_THAT(deliveries.due("hook1", kStart + seconds(10), 1).value(), SizeIs(1));
    EXPECT_FALSE(deliveries.next_due(kStart + seconds(10)).value());
}

TEST_P(DeliveryStoreTest, AccountsTakeTurnsHoweverManyWebhooksOneHas) {
    for (auto const* const id : {"anna1", "anna2", "anna3"}) create(id);
    create("bert1", {EventType::stream_live}, "bert");
    create("carl1", {EventType::stream_live}, "carl");
    ASSERT_TRUE(deliveries.hand_on(happen(), kStart));
    ASSERT_TRUE(deliveries.hand_on(happen(EventType::stream_live, "carl"), kStart + seconds(1)));
    ASSERT_TRUE(deliveries.hand_on(happen(EventType::stream_live, "bert"), kStart + seconds(2)));
    EXPECT_THAT(due_webhooks(kStart + seconds(2), 10),
                ElementsAre("anna1", "carl1", "bert1", "anna2", "anna3"));
    EXPECT_THAT(due_webhooks(kStart + seconds(2), 3), ElementsAre("anna1", "carl1", "bert1"));
    auto const first = deliveries.due_webhooks(kStart + seconds(2), 2).value();
    EXPECT_EQ(first[0].account, AccountId("anna"));
    EXPECT_EQ(first[1].account, AccountId("carl"));
}

TEST_P(DeliveryStoreTest, WhatWasTakenIsDone) {
    create("hook1");
    auto const delivery = waiting();
    settle(delivery, refused());
    ASSERT_TRUE(hook().failing_since);
    settle(delivery, taken(), kStart + seconds(5));
    auto const done = log("hook1")[0];
    EXPECT_EQ(done.state, DeliveryState::delivered);
    EXPECT_EQ(done.attempts, 2);
    EXPECT_EQ(done.status, 204);
    EXPECT_EQ(done.response, "");
    EXPECT_FALSE(done.next_attempt_at);
    EXPECT_FALSE(hook().failing_since);
}

TEST_P(DeliveryStoreTest, WhatWasNotTakenIsTriedAgainAsPlanned) {
    create("hook1");
    auto const delivery = waiting();
    auto now = kStart;
    for (std::size_t tried = 1; tried <= kSchedule.size(); ++tried) {
        ASSERT_FALSE(settle(delivery, refused(), now));
        auto const present = log("hook1")[0];
        ASSERT_EQ(present.state, DeliveryState::waiting) << tried;
        EXPECT_EQ(present.attempts, static_cast<std::int64_t>(tried));
        EXPECT_EQ(present.status, 500);
        EXPECT_EQ(present.response, "no");
        ASSERT_EQ(present.next_attempt_at, now + kSchedule[tried - 1]);
        now = *present.next_attempt_at;
    }
    settle(delivery, refused(), now);
    EXPECT_EQ(log("hook1")[0].state, DeliveryState::failed);
    EXPECT_FALSE(log("hook1")[0].next_attempt_at);
    EXPECT_EQ(hook().failing_since, kStart) << "the first failure counts";
    EXPECT_TRUE(hook().enabled) << "three days are not long enough";
}

TEST_P(DeliveryStoreTest, WhereNoAnswerCameThereIsNoStatus) {
    create("hook1");
    auto const delivery = waiting();
    settle(delivery, refused(500));
    settle(delivery, {.status = {}, .response = "could not connect", .retry_after = {}});
    EXPECT_FALSE(log("hook1")[0].status);
    EXPECT_EQ(log("hook1")[0].response, "could not connect");
}

TEST_P(DeliveryStoreTest, AServerThatFailsForDaysIsSwitchedOff) {
    create("hook1");
    auto const first = waiting();
    settle(first, refused());
    ASSERT_TRUE(deliveries.hand_on(happen(), kStart + seconds(1)));
    ASSERT_FALSE(settle(first, refused(), kStart + kDisableAfter - seconds(1)));
    auto const off = settle(first, refused(), kStart + kDisableAfter);
    ASSERT_TRUE(off);
    EXPECT_EQ(off->id, "hook1");
    EXPECT_FALSE(off->enabled);
    EXPECT_FALSE(hook().enabled);
    for (auto const& delivery : log("hook1")) {
        EXPECT_EQ(delivery.state, DeliveryState::failed);
    }
    EXPECT_THAT(log("hook1")[0].response, HasSubstr("switched off"));
    EXPECT_EQ(log("hook1")[1].response, "no") << "what was tried tells its own end";
}

TEST_P(DeliveryStoreTest, OneSuccessIsEnoughToGoOn) {
    create("hook1");
    auto const first = waiting();
    settle(first, refused());
    ASSERT_TRUE(deliveries.hand_on(happen(), kStart + seconds(1)));
    auto const second = log("hook1")[0];
    settle(second, taken(), kStart + std::chrono::hours(24));
    EXPECT_FALSE(settle(first, refused(), kStart + kDisableAfter));
    EXPECT_TRUE(hook().enabled);
    EXPECT_EQ(hook().failing_since, kStart + kDisableAfter);
}

TEST_P(DeliveryStoreTest, AServerThatIsGoneIsSwitchedOffAtOnce) {
    create("hook1");
    auto const off = settle(waiting(), refused(410));
    ASSERT_TRUE(off);
    EXPECT_FALSE(hook().enabled);
    EXPECT_EQ(log("hook1")[0].state, DeliveryState::failed);
    EXPECT_EQ(log("hook1")[0].status, 410);
    EXPECT_FALSE(deliveries.receiver("hook1").value());
}

TEST_P(DeliveryStoreTest, AnAnswerForWhatWasDeletedMeanwhileIsNothing) {
    create("hook1");
    auto const delivery = waiting();
    ASSERT_TRUE(webhooks.remove(AccountId("anna"), "hook1").value());
    EXPECT_FALSE(settle(delivery, refused(410)));
    EXPECT_THAT(log("hook1"), IsEmpty());
    EXPECT_FALSE(deliveries.receiver("hook1").value());
}

TEST_P(DeliveryStoreTest, AnAnswerForWhatWasSwitchedOffMeanwhileIsWrittenDown) {
    create("hook1");
    auto const delivery = waiting();
    ASSERT_TRUE(webhooks.edit(AccountId("anna"), "hook1",
                              [](Webhook& webhook) { webhook.enabled = false; }));
    EXPECT_FALSE(settle(delivery, refused()));
    EXPECT_EQ(log("hook1")[0].state, DeliveryState::failed);
    settle(delivery, taken());
    EXPECT_EQ(log("hook1")[0].state, DeliveryState::delivered);
}

TEST_P(DeliveryStoreTest, AResendBeginsTheScheduleAnewWithTheSameEvent) {
    create("hook1");
    auto const delivery = waiting();
    for (std::size_t i = 0; i <= kSchedule.size(); ++i) settle(delivery, refused());
    ASSERT_EQ(log("hook1")[0].state, DeliveryState::failed);
    auto const later = kStart + std::chrono::hours(100);
    auto const again = deliveries.resend(hook(), delivery.id, later);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->state, DeliveryState::waiting);
    EXPECT_EQ(again->next_attempt_at, later);
    EXPECT_EQ(again->event, delivery.event);
    EXPECT_EQ(again->body, delivery.body);
    EXPECT_EQ(again->attempts, static_cast<std::int64_t>(kSchedule.size()) + 1);
    settle(*again, refused(), later);
    EXPECT_EQ(log("hook1")[0].next_attempt_at, later + kSchedule[0]);
}

TEST_P(DeliveryStoreTest, OnlyWhatIsThereIsResentAndOnlyToWhoIsOn) {
    create("hook1");
    create("hook2", {EventType::stream_ended});
    auto const delivery = waiting();
    auto const elsewhere = deliveries.resend(hook("hook2"), delivery.id, kStart);
    ASSERT_FALSE(elsewhere);
    EXPECT_EQ(elsewhere.error().kind, ErrorKind::not_found);
    ASSERT_TRUE(webhooks.edit(AccountId("anna"), "hook1",
                              [](Webhook& webhook) { webhook.enabled = false; }));
    auto const off = deliveries.resend(hook(), delivery.id, kStart);
    ASSERT_FALSE(off);
    EXPECT_EQ(off.error().kind, ErrorKind::conflict);
}

TEST_P(DeliveryStoreTest, TooManyThatWaitFailAtOnce) {
    auto const webhook = create("hook1");
    {
        auto const connection = database->acquire();
        auto const work = [&](db::Connection& lent) -> Result<void> {
            for (int i = 0; i < DeliveryStore::kMostWaiting; ++i) {
                auto const inserted = lent.execute(
                    "INSERT INTO deliveries (id, webhook, event, type, body, created_at, "
                    "next_attempt_at) VALUES (:id, 'hook1', 'e', 'stream.live', '{}', 0, 0)",
                    {{"id", std::to_string(i)}});
                if (!inserted) return std::unexpected(inserted.error());
            }
            return {};
        };
        ASSERT_TRUE(db::transact(*database, work));
    }
    auto const more = deliveries.add(webhook, happen(), kStart);
    ASSERT_TRUE(more);
    EXPECT_EQ(more->state, DeliveryState::failed);
    EXPECT_FALSE(more->next_attempt_at);
    EXPECT_THAT(more->response, HasSubstr("too many"));
}

TEST_P(DeliveryStoreTest, TheLogComesInPagesNewestFirst) {
    create("hook1");
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(deliveries.hand_on(happen(), kStart + seconds(i / 2)));
    }
    std::vector<std::string> seen;
    std::optional<accounts::Before> before;
    for (;;) {
        auto const page = deliveries.list("hook1", before, 2).value();
        if (page.empty()) break;
        for (auto const& delivery : page) seen.push_back(delivery.id);
        auto const& last = page.back();
        before = {.time = std::chrono::floor<milliseconds>(last.created_at).time_since_epoch() /
                          milliseconds(1),
                  .id = last.id};
    }
    std::vector<std::string> all;
    for (auto const& delivery : log("hook1")) all.push_back(delivery.id);
    EXPECT_EQ(seen, all);
    EXPECT_THAT(seen, SizeIs(5));
}

TEST_P(DeliveryStoreTest, TheLogForgetsWhatIsOldAndWhatIsTooMuch) {
    create("hook1");
    auto const old = waiting();
    settle(old, taken());
    ASSERT_TRUE(deliveries.hand_on(happen(), kStart));
    ASSERT_TRUE(deliveries.clean(kStart + DeliveryStore::kKeep));
    EXPECT_THAT(log("hook1"), SizeIs(2));
    ASSERT_TRUE(deliveries.clean(kStart + DeliveryStore::kKeep + seconds(1)));
    ASSERT_THAT(log("hook1"), SizeIs(1));
    EXPECT_EQ(log("hook1")[0].state, DeliveryState::waiting) << "what waits is kept";

    auto const work = [&](db::Connection& lent) -> Result<void> {
        for (int i = 0; i < DeliveryStore::kMostKept; ++i) {
            auto const inserted = lent.execute(
                "INSERT INTO deliveries (id, webhook, event, type, body, created_at, state) "
                "VALUES (:id, 'hook1', 'e', 'stream.live', '{}', :at, 'delivered')",
                {{"id", std::to_string(i)}, {"at", 1'900'000'000'000 + i}});
            if (!inserted) return std::unexpected(inserted.error());
        }
        return {};
    };
    ASSERT_TRUE(db::transact(*database, work));
    ASSERT_TRUE(deliveries.clean(kStart));
    auto const left = deliveries.list("hook1", std::nullopt, 5'000).value();
    EXPECT_THAT(left, SizeIs(DeliveryStore::kMostKept + 1));
    EXPECT_EQ(left.back().state, DeliveryState::waiting);
}

}  // namespace
}  // namespace directfanz::webhooks
