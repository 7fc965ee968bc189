#include "platform/accounts/notification_store.hpp"

#include "platform/accounts/rows.hpp"
#include "platform/accounts/test_support.hpp"

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class NotificationStoreTest : public AccountsFixture {
  protected:
    void notify(Account const& account, std::string title, WallTime when = kStart) {
        Notification notification;
        notification.title = std::move(title);
        ASSERT_TRUE(notifications.notify({account.id}, notification, when));
    }
    std::vector<std::string> titles(Account const& account) {
        std::vector<std::string> all;
        for (auto const& one : notifications.list(account.id, std::nullopt, 1'000).value()) {
            all.push_back(one.title.value_or("-"));
        }
        return all;
    }

    NotificationStore notifications{*database};
};

ON_EVERY_DATABASE(NotificationStoreTest);

TEST_P(NotificationStoreTest, KeepsWhatItIsGivenForEach) {
    auto const anna = create("anna");
    auto const bert = create("bert");
    Notification notification;
    notification.kind = NotificationKind::broadcast_ended_by_moderator;
    notification.stream = "s1";
    notification.title = "A title";
    notification.by = bert.id;
    notification.reason = "rules";
    ASSERT_TRUE(notifications.notify({anna.id, bert.id}, notification, kStart));
    for (auto const& reader : {anna, bert}) {
        auto const all = notifications.list(reader.id, std::nullopt, 10).value();
        ASSERT_THAT(all, SizeIs(1));
        EXPECT_EQ(all[0].kind, notification.kind);
        EXPECT_EQ(all[0].created_at, kStart);
        EXPECT_FALSE(all[0].read);
        EXPECT_EQ(all[0].stream, "s1");
        EXPECT_EQ(all[0].title, "A title");
        EXPECT_EQ(all[0].by, bert.id);
        EXPECT_EQ(all[0].reason, "rules");
    }
}

TEST_P(NotificationStoreTest, EveryKindIsKept) {
    auto const anna = create("anna");
    for (auto const kind :
         {NotificationKind::stream_live, NotificationKind::creator_approved,
          NotificationKind::creator_refused, NotificationKind::new_follower,
          NotificationKind::broadcast_ended_by_moderator, NotificationKind::webhook_disabled,
          NotificationKind::named_moderator}) {
        Notification notification;
        notification.kind = kind;
        ASSERT_TRUE(notifications.notify({anna.id}, notification, kStart));
        auto const all = notifications.list(anna.id, std::nullopt, 100).value();
        EXPECT_TRUE(std::ranges::any_of(all, [kind](Notification const& found) {
            return found.kind == kind;
        })) << to_string(kind);
    }
}

TEST_P(NotificationStoreTest, ReadingAllLeavesNothingUnread) {
    auto const anna = create("anna");
    auto const bert = create("bert");
    notify(anna, "one");
    notify(anna, "two");
    notify(bert, "three");
    EXPECT_EQ(notifications.unread(anna.id).value(), 2);
    ASSERT_TRUE(notifications.read_all(anna.id, kStart + seconds(1)));
    EXPECT_EQ(notifications.unread(anna.id).value(), 0);
    EXPECT_EQ(notifications.unread(bert.id).value(), 1);
    EXPECT_TRUE(notifications.list(anna.id, std::nullopt, 1).value()[0].read);
}

TEST_P(NotificationStoreTest, ComeInPagesNewestFirst) {
    auto const anna = create("anna");
    notify(anna, "old", kStart);
    notify(anna, "middle", kStart + seconds(1));
    notify(anna, "new", kStart + seconds(2));
    auto const page = notifications.list(anna.id, std::nullopt, 2).value();
    ASSERT_THAT(page, SizeIs(2));
    EXPECT_EQ(page[0].title, "new");
    Before const before{.time = to_database(page[1].created_at), .id = page[1].id};
    auto const rest = notifications.list(anna.id, before, 2).value();
    ASSERT_THAT(rest, SizeIs(1));
    EXPECT_EQ(rest[0].title, "old");
}

TEST_P(NotificationStoreTest, OldOnesGoWhenThereAreTooMany) {
    auto const anna = create("anna");
    std::vector<AccountId> const often(NotificationStore::kMost, anna.id);
    Notification notification;
    notification.title = "many";
    notify(anna, "the oldest", kStart - seconds(1));
    ASSERT_TRUE(notifications.notify(often, notification, kStart));
    EXPECT_THAT(titles(anna), SizeIs(NotificationStore::kMost));
    EXPECT_EQ(titles(anna).back(), "many");
    auto const bert = create("bert");
    notify(bert, "his first", kStart - seconds(1));
    notification.title = "news";
    ASSERT_TRUE(notifications.notify({anna.id, bert.id}, notification, kStart + seconds(1)));
    EXPECT_THAT(titles(anna), SizeIs(NotificationStore::kMost));
    EXPECT_EQ(titles(anna).front(), "news");
    EXPECT_THAT(titles(bert), ElementsAre("news", "his first"));
}

TEST_P(NotificationStoreTest, WhoDidItIsForgottenWithTheAccount) {
    auto const anna = create("anna");
    auto const bert = create("bert");
    Notification notification;
    notification.kind = NotificationKind::new_follower;
    notification.by = bert.id;
    ASSERT_TRUE(notifications.notify({anna.id}, notification, kStart));
    ASSERT_TRUE(accounts.remove(bert.id));
    EXPECT_FALSE(notifications.list(anna.id, std::nullopt, 1).value()[0].by);
    ASSERT_TRUE(accounts.remove(anna.id));
    EXPECT_THAT(titles(anna), IsEmpty());
}

}  // namespace
}  // namespace directfanz::accounts
