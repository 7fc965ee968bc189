#include "platform/webhooks/test_support.hpp"

#include <gmock/gmock.h>

namespace directfanz::webhooks {
namespace {

using events::EventType;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(EventTypesTest, AreKeptAsNames) {
    EXPECT_EQ(to_text({EventType::stream_live, EventType::follower_created}),
              "stream.live follower.created");
    EXPECT_THAT(parse_event_types("stream.live follower.created"),
                ElementsAre(EventType::stream_live, EventType::follower_created));
    EXPECT_THAT(parse_event_types(""), IsEmpty());
    EXPECT_THAT(parse_event_types("stream.live from.the.future stream.ended"),
                ElementsAre(EventType::stream_live, EventType::stream_ended));
}

class WebhookStoreTest : public WebhookFixture {};

ON_EVERY_DATABASE(WebhookStoreTest);

TEST_P(WebhookStoreTest, KeepsWhatItIsGiven) {
    auto webhook = create("hook1", {EventType::stream_live, EventType::account_updated});
    auto const found = webhooks.find(webhook.account, "hook1").value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, "hook1");
    EXPECT_EQ(found->account, webhook.account);
    EXPECT_EQ(found->url, webhook.url);
    EXPECT_EQ(found->events, webhook.events);
    EXPECT_TRUE(found->enabled);
    EXPECT_EQ(found->secret, webhook.secret);
    EXPECT_FALSE(found->old_secret);
    EXPECT_FALSE(found->old_secret_until);
    EXPECT_EQ(found->created_at, webhook.created_at);
    EXPECT_FALSE(found->failing_since);
}

TEST_P(WebhookStoreTest, SomebodyElsesIsNotThere) {
    create("hook1");
    AccountId const bert("bert");
    EXPECT_FALSE(webhooks.find(bert, "hook1").value());
    auto const edited = webhooks.edit(bert, "hook1", [](Webhook& webhook) { webhook.url = "x"; });
    ASSERT_FALSE(edited);
    EXPECT_EQ(edited.error().kind, ErrorKind::not_found);
    EXPECT_FALSE(webhooks.remove(bert, "hook1").value());
    EXPECT_THAT(webhooks.list(bert).value(), IsEmpty());
    EXPECT_EQ(webhooks.find(AccountId("anna"), "hook1").value()->url,
              "https://receiver.example/hook");
}

TEST_P(WebhookStoreTest, AnAccountHasAFew) {
    for (int i = 0; i < kMostWebhooks; ++i) create("hook" + std::to_string(i));
    Webhook more;
    more.id = "more";
    more.account = AccountId("anna");
    auto const refused = webhooks.create(more);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    create("berts", {EventType::stream_live}, "bert");
    EXPECT_THAT(webhooks.list(AccountId("anna")).value(), SizeIs(kMostWebhooks));
}

TEST_P(WebhookStoreTest, EveryFieldCanBeChanged) {
    create("hook1");
    auto const change = [](Webhook& webhook) {
        webhook.url = "http://elsewhere.example/";
        webhook.events = {EventType::stream_ended};
        webhook.old_secret = "whsec_old";
        webhook.old_secret_until = kStart + kOldSecretLife;
        webhook.secret = "whsec_new";
    };
    ASSERT_TRUE(webhooks.edit(AccountId("anna"), "hook1", change));
    auto const found = webhooks.find(AccountId("anna"), "hook1").value();
    EXPECT_EQ(found->url, "http://elsewhere.example/");
    EXPECT_THAT(found->events, ElementsAre(EventType::stream_ended));
    EXPECT_EQ(found->secret, "whsec_new");
    EXPECT_EQ(found->old_secret, "whsec_old");
    EXPECT_EQ(found->old_secret_until, kStart + kOldSecretLife);
}

TEST_P(WebhookStoreTest, SwitchingOffFailsWhatWaits) {
    create("hook1");
    create("hook2");
    ASSERT_EQ(deliveries.hand_on(happen(), kStart).value(), 2U);
    ASSERT_TRUE(webhooks.edit(AccountId("anna"), "hook1",
                              [](Webhook& webhook) { webhook.enabled = false; }));
    EXPECT_EQ(log("hook1")[0].state, DeliveryState::failed);
    EXPECT_EQ(log("hook1")[0].response, "The webhook was switched off.");
    EXPECT_FALSE(log("hook1")[0].next_attempt_at);
    EXPECT_EQ(log("hook2")[0].state, DeliveryState::waiting);
}

TEST_P(WebhookStoreTest, SwitchingOnBeginsAnew) {
    create("hook1");
    auto const fail_and_stop = [](Webhook& webhook) {
        webhook.failing_since = kStart;
        webhook.enabled = false;
    };
    ASSERT_TRUE(webhooks.edit(AccountId("anna"), "hook1", fail_and_stop));
    EXPECT_EQ(webhooks.find(AccountId("anna"), "hook1").value()->failing_since, kStart);
    auto const on =
        webhooks.edit(AccountId("anna"), "hook1", [](Webhook& webhook) { webhook.enabled = true; });
    ASSERT_TRUE(on);
    EXPECT_TRUE(on->enabled);
    EXPECT_FALSE(on->failing_since);
}

TEST_P(WebhookStoreTest, GoesWithItsDeliveries) {
    create("hook1");
    create("hook2");
    ASSERT_TRUE(deliveries.hand_on(happen(), kStart));
    EXPECT_TRUE(webhooks.remove(AccountId("anna"), "hook1").value());
    EXPECT_FALSE(webhooks.remove(AccountId("anna"), "hook1").value());
    EXPECT_THAT(log("hook1"), IsEmpty());
    EXPECT_THAT(log("hook2"), SizeIs(1));
}

TEST_P(WebhookStoreTest, AnAccountsGoTogether) {
    create("hook1");
    create("hook2");
    create("berts", {EventType::stream_live}, "bert");
    ASSERT_TRUE(deliveries.hand_on(happen(), kStart));
    ASSERT_TRUE(deliveries.hand_on(happen(EventType::stream_live, "bert"), kStart));
    ASSERT_TRUE(webhooks.remove_all(AccountId("anna")));
    EXPECT_THAT(webhooks.list(AccountId("anna")).value(), IsEmpty());
    EXPECT_THAT(log("hook1"), IsEmpty());
    EXPECT_THAT(log("hook2"), IsEmpty());
    EXPECT_THAT(log("berts"), SizeIs(1));
}

}  // namespace
}  // namespace directfanz::webhooks
