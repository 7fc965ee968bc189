#include "platform/accounts/audit_log.hpp"

#include "platform/accounts/rows.hpp"
#include "platform/accounts/test_support.hpp"

#include <set>

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class AuditLogTest : public AccountsFixture {
  protected:
    AuditEntry entry(std::string action, WallTime at = kStart) const {
        return {.id = {},
                .at = at,
                .by = admin.id,
                .action = std::move(action),
                .target = "account:bert",
                .detail = "He said \"no\"; ünd 'x' -- %",
                .address = "2001:db8::1"};
    }
    std::vector<AuditEntry> list(std::optional<Before> const& before = {}, std::size_t most = 100) {
        return log.list(before, most).value();
    }
    static Before behind(AuditEntry const& entry) {
        return {.time = to_database(entry.at), .id = entry.id};
    }

    Account const admin = create("admin");
    AuditLog log{*database};
};

ON_EVERY_DATABASE(AuditLogTest);

TEST_P(AuditLogTest, KeepsWhoDidWhatToWhomAndFromWhere) {
    ASSERT_TRUE(log.add(entry("account.suspend")));
    auto const entries = list();
    ASSERT_THAT(entries, SizeIs(1));
    auto const& kept = entries[0];
    EXPECT_FALSE(kept.id.empty());
    EXPECT_EQ(kept.at, kStart);
    EXPECT_EQ(kept.by, admin.id);
    EXPECT_EQ(kept.action, "account.suspend");
    EXPECT_EQ(kept.target, "account:bert");
    EXPECT_EQ(kept.detail, "He said \"no\"; ünd 'x' -- %");
    EXPECT_EQ(kept.address, "2001:db8::1");
}

TEST_P(AuditLogTest, WhatTheCommandLineDidWasDoneByNobody) {
    auto by_nobody = entry("account.roles");
    by_nobody.by.reset();
    ASSERT_TRUE(log.add(by_nobody));
    EXPECT_FALSE(list()[0].by);
}

TEST_P(AuditLogTest, TheNewestComesFirst) {
    for (auto const* const action : {"b", "c", "a"}) {
        auto const at = kStart + seconds(action[0]);
        ASSERT_TRUE(log.add(entry(action, at)));
    }
    auto const entries = list();
    ASSERT_THAT(entries, SizeIs(3));
    EXPECT_EQ(entries[0].action, "c");
    EXPECT_EQ(entries[2].action, "a");
}

TEST_P(AuditLogTest, PagesMissNothingAndRepeatNothingWhereTimesAreTheSame) {
    constexpr int kEntries = 7;
    for (int i = 0; i < kEntries; ++i) ASSERT_TRUE(log.add(entry(std::to_string(i))));
    std::set<std::string> seen;
    std::optional<Before> before;
    for (;;) {
        auto const page = list(before, 2);
        if (page.empty()) break;
        EXPECT_LE(page.size(), 2U);
        for (auto const& one : page) EXPECT_TRUE(seen.insert(one.action).second) << one.action;
        before = behind(page.back());
    }
    EXPECT_THAT(seen, SizeIs(kEntries));
}

TEST_P(AuditLogTest, WhatWasUndoneIsNotInIt) {
    auto const work = [&](db::Connection& connection) -> Result<void> {
        EXPECT_TRUE(AuditLog::add(connection, entry("account.suspend")));
        return fail(ErrorKind::conflict, "test", "it is not done after all");
    };
    EXPECT_FALSE(db::transact(*database, work));
    EXPECT_THAT(list(), IsEmpty());
}

TEST_P(AuditLogTest, OutlastsTheAccountThatDidIt) {
    ASSERT_TRUE(log.add(entry("account.suspend")));
    ASSERT_TRUE(accounts.remove(admin.id));

    auto const entries = list();
    ASSERT_THAT(entries, SizeIs(1));
    EXPECT_EQ(entries[0].by, admin.id);
    EXPECT_EQ(entries[0].action, "account.suspend");
}

}  // namespace
}  // namespace directfanz::accounts
