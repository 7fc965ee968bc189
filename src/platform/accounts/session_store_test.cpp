#include "platform/accounts/session_store.hpp"

#include "platform/accounts/test_support.hpp"

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SessionStoreTest : public AccountsFixture {
  protected:
    Session begin(Account const& account, std::string const& secret, WallTime when = kStart) {
        return sessions.begin(account.id, secret, "Firefox on Linux", "192.0.2.1", when).value();
    }
    std::optional<Holder> find(std::string const& secret, WallTime when = kStart,
                               std::string const& address = "192.0.2.1") {
        return sessions.find(hash_of_secret(secret), address, when).value();
    }
    std::vector<std::string> ids(Account const& account, WallTime when = kStart) {
        std::vector<std::string> all;
        for (auto const& session : sessions.list(account.id, when).value()) {
            all.push_back(session.id);
        }
        return all;
    }

    SessionStore sessions{*database};
};

ON_EVERY_DATABASE(SessionStoreTest);

TEST_P(SessionStoreTest, TellsWhoHoldsTheSecret) {
    auto const anna = create("anna", {api::Role::fan, api::Role::creator});
    auto const session = begin(anna, "s1");
    auto const holder = find("s1");
    ASSERT_TRUE(holder);
    EXPECT_EQ(holder->account, anna.id);
    EXPECT_EQ(holder->handle, "anna");
    EXPECT_EQ(holder->roles, anna.roles);
    EXPECT_EQ(holder->status, Status::active);
    EXPECT_EQ(holder->id, session.id);
    EXPECT_FALSE(find("s2"));
    EXPECT_FALSE(find(""));
}

TEST_P(SessionStoreTest, TheDatabaseDoesNotHoldTheSecret) {
    begin(create("anna"), "very-secret-cookie");
    auto const connection = database->acquire();
    auto const rows = (*connection)->query("SELECT id, secret_hash FROM sessions").value();
    EXPECT_EQ(rows[0].text(1), hash_of_secret("very-secret-cookie"));
    EXPECT_FALSE(sessions.find("very-secret-cookie", "", kStart).value());
    EXPECT_FALSE(sessions.find(rows[0].text(0), "", kStart).value());
}

TEST_P(SessionStoreTest, EndsWithoutUse) {
    auto const anna = create("anna");
    begin(anna, "s1");
    EXPECT_TRUE(find("s1", kStart + SessionStore::kIdle));
    auto const used = kStart + SessionStore::kIdle;
    EXPECT_TRUE(find("s1", used + SessionStore::kIdle)) << "each use counts";
    EXPECT_FALSE(find("s1", used + 2 * SessionStore::kIdle + seconds(1)));
    EXPECT_THAT(ids(anna, used + 2 * SessionStore::kIdle + seconds(1)), IsEmpty());
}

TEST_P(SessionStoreTest, EndsInTheEndHoweverMuchItIsUsed) {
    begin(create("anna"), "s1");
    for (auto when = kStart; when <= kStart + SessionStore::kLongest;
         when += std::chrono::days(20)) {
        ASSERT_TRUE(find("s1", when));
    }
    EXPECT_FALSE(find("s1", kStart + SessionStore::kLongest + seconds(1)));
}

TEST_P(SessionStoreTest, UseIsWrittenDownAMinuteApart) {
    auto const anna = create("anna");
    begin(anna, "s1");
    find("s1", kStart + seconds(60), "198.51.100.7");
    EXPECT_EQ(sessions.list(anna.id, kStart).value()[0].used_at, kStart);
    EXPECT_FALSE(now(anna).last_seen_at);
    find("s1", kStart + seconds(61), "198.51.100.7");
    auto const session = sessions.list(anna.id, kStart).value()[0];
    EXPECT_EQ(session.used_at, kStart + seconds(61));
    EXPECT_EQ(session.address, "198.51.100.7");
    EXPECT_EQ(session.created_at, kStart);
    EXPECT_EQ(session.device, "Firefox on Linux");
    EXPECT_EQ(now(anna).last_seen_at, kStart + seconds(61));
}

TEST_P(SessionStoreTest, AreListedLastUsedFirst) {
    auto const anna = create("anna");
    auto const first = begin(anna, "s1", kStart);
    auto const second = begin(anna, "s2", kStart + seconds(1));
    begin(create("bert"), "s3", kStart + seconds(2));
    EXPECT_THAT(ids(anna), ElementsAre(second.id, first.id));
    find("s1", kStart + seconds(100));
    EXPECT_THAT(ids(anna), ElementsAre(first.id, second.id));
}

TEST_P(SessionStoreTest, OnlyTheirOwnerEndsThem) {
    auto const anna = create("anna");
    auto const bert = create("bert");
    auto const session = begin(anna, "s1");
    EXPECT_FALSE(sessions.end(bert.id, session.id).value());
    EXPECT_TRUE(find("s1"));
    EXPECT_TRUE(sessions.end(anna.id, session.id).value());
    EXPECT_FALSE(sessions.end(anna.id, session.id).value());
    EXPECT_FALSE(find("s1"));
}

TEST_P(SessionStoreTest, AllOthersCanBeEndedAtOnce) {
    auto const anna = create("anna");
    begin(anna, "s1");
    auto const here = begin(anna, "s2");
    begin(create("bert"), "s3");
    ASSERT_TRUE(sessions.end_all(anna.id, here.id));
    EXPECT_FALSE(find("s1"));
    EXPECT_TRUE(find("s2"));
    EXPECT_TRUE(find("s3"));
    ASSERT_TRUE(sessions.end_all(anna.id, ""));
    EXPECT_FALSE(find("s2"));
}

TEST_P(SessionStoreTest, TheOneUsedLongestAgoMakesRoom) {
    auto const anna = create("anna");
    for (int i = 0; i < SessionStore::kMost; ++i) {
        begin(anna, "s" + std::to_string(i), kStart + seconds(i));
    }
    EXPECT_TRUE(find("s0", kStart + seconds(50)));
    begin(anna, "more", kStart + seconds(1'000));
    EXPECT_FALSE(find("s0", kStart + seconds(1'000)));
    EXPECT_TRUE(find("s1", kStart + seconds(1'000)));
    EXPECT_TRUE(find("more", kStart + seconds(1'000)));
    EXPECT_THAT(ids(anna, kStart + seconds(1'000)), SizeIs(SessionStore::kMost));
}

TEST_P(SessionStoreTest, GoWithTheirAccount) {
    auto const anna = create("anna");
    begin(anna, "s1");
    ASSERT_TRUE(accounts.remove(anna.id));
    EXPECT_FALSE(find("s1"));
    auto const connection = database->acquire();
    EXPECT_THAT((*connection)->query("SELECT id FROM sessions").value(), IsEmpty());
}

}  // namespace
}  // namespace directfanz::accounts
