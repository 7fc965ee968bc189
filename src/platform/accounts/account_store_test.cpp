#include "platform/accounts/recovery_codes.hpp"
#include "platform/accounts/rows.hpp"
#include "platform/accounts/test_support.hpp"

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

using api::Role;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> handles(std::vector<Account> const& accounts) {
    std::vector<std::string> all;
    for (auto const& account : accounts) all.push_back(account.handle);
    return all;
}

class AccountStoreTest : public AccountsFixture {
  protected:
    std::vector<std::string> found(AccountFilter const& filter) {
        return handles(accounts.list(filter, std::nullopt, 100).value());
    }
    Result<Account> edit(Account const& account, std::function<void(Account&)> const& change) {
        auto const work = [&](db::Connection&, Account& present) -> Result<void> {
            change(present);
            return {};
        };
        return accounts.edit(account.id, work);
    }
};

ON_EVERY_DATABASE(AccountStoreTest);

TEST_P(AccountStoreTest, KeepsWhatItIsGiven) {
    auto account = made("anna", {Role::fan, Role::creator});
    account.display_name = "Änna \"the\" 'first'";
    account.email = "Anna@Mail.Example";
    account.language = "de";
    account.creator = CreatorStatus::approved;
    ASSERT_EQ(accounts.create(account).value(), AccountStore::Taken::nothing);
    auto const kept = accounts.find(account.id).value();
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->id, account.id);
    EXPECT_EQ(kept->handle, "anna");
    EXPECT_EQ(kept->display_name, account.display_name);
    EXPECT_EQ(kept->email, "Anna@Mail.Example");
    EXPECT_FALSE(kept->email_verified);
    EXPECT_FALSE(kept->pending_email);
    EXPECT_EQ(kept->password_hash, account.password_hash);
    EXPECT_EQ(kept->bio, "");
    EXPECT_EQ(kept->language, "de");
    EXPECT_EQ(kept->roles, account.roles);
    EXPECT_EQ(kept->creator, CreatorStatus::approved);
    EXPECT_EQ(kept->status, Status::active);
    EXPECT_FALSE(kept->totp_secret);
    EXPECT_EQ(kept->recovery_codes_left, 0);
    EXPECT_EQ(kept->version, 1);
    EXPECT_EQ(kept->created_at, account.created_at);
    EXPECT_FALSE(kept->last_seen_at);
}

TEST_P(AccountStoreTest, IsFoundByAddressInAnyCaseAndByHandle) {
    auto const anna = create("anna");
    EXPECT_EQ(accounts.find_by_email("ANNA@mail.Example").value()->id, anna.id);
    EXPECT_EQ(accounts.find_by_handle("anna").value()->id, anna.id);
    EXPECT_FALSE(accounts.find_by_email("ann@mail.example").value());
    EXPECT_FALSE(accounts.find_by_handle("Anna").value());
    EXPECT_FALSE(accounts.find(AccountId("nobody")).value());
}

TEST_P(AccountStoreTest, OneAddressAndOneHandleHaveOneAccount) {
    create("anna");
    auto other = made("anna2");
    other.email = "ANNA@MAIL.example";
    EXPECT_EQ(accounts.create(other).value(), AccountStore::Taken::email);
    auto same = made("anna");
    same.email = "other@mail.example";
    EXPECT_EQ(accounts.create(same).value(), AccountStore::Taken::handle);
    EXPECT_EQ(found({}), std::vector<std::string>{"anna"});
}

TEST_P(AccountStoreTest, EditsAreCountedAndWhole) {
    auto const anna = create("anna");
    auto const edited = edit(anna, [](Account& account) {
        account.display_name = "New";
        account.email = "new@mail.example";
        account.email_verified = true;
        account.pending_email = "newer@mail.example";
        account.bio = "two\nlines";
        account.language = "en";
        account.roles = {Role::fan, Role::moderator};
        account.creator = CreatorStatus::pending;
        account.status = Status::suspended;
        account.status_reason = "spam";
        account.mail_on_live = true;
        account.totp_secret = "ABC";
        account.totp_offered = "DEF";
        account.totp_step = 7;
    });
    ASSERT_TRUE(edited);
    EXPECT_EQ(edited->version, 2);
    auto const kept = now(anna);
    EXPECT_EQ(kept.display_name, "New");
    EXPECT_EQ(kept.email, "new@mail.example");
    EXPECT_TRUE(kept.email_verified);
    EXPECT_EQ(kept.pending_email, "newer@mail.example");
    EXPECT_EQ(kept.bio, "two\nlines");
    EXPECT_EQ(kept.language, "en");
    EXPECT_EQ(kept.roles, (api::Roles{Role::fan, Role::moderator}));
    EXPECT_EQ(kept.creator, CreatorStatus::pending);
    EXPECT_EQ(kept.status, Status::suspended);
    EXPECT_EQ(kept.status_reason, "spam");
    EXPECT_TRUE(kept.mail_on_live);
    EXPECT_EQ(kept.totp_secret, "ABC");
    EXPECT_EQ(kept.totp_offered, "DEF");
    EXPECT_EQ(kept.totp_step, 7);
    EXPECT_EQ(accounts.find_by_email("NEW@mail.example").value()->id, anna.id);
    EXPECT_FALSE(accounts.find_by_email("anna@mail.example").value());
}

TEST_P(AccountStoreTest, ARefusedEditChangesNothing) {
    auto const anna = create("anna");
    auto const refuse = [](db::Connection&, Account& account) -> Result<void> {
        account.display_name = "New";
        return fail(ErrorKind::denied, "account", "no");
    };
    auto const refused = accounts.edit(anna.id, refuse);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::denied);
    EXPECT_EQ(now(anna).display_name, "The anna");
    EXPECT_EQ(now(anna).version, 1);
    EXPECT_EQ(edit(made("nobody"), [](Account&) {}).error().kind, ErrorKind::not_found);
}

TEST_P(AccountStoreTest, TheListIsFilteredAndComesInPages) {
    for (int i = 0; i < 5; ++i) create("fan" + std::to_string(i));
    create("under_score");
    create("underXscore_no");
    auto const moderator = create("mona", {Role::fan, Role::moderator});
    auto const pending = create("paul");
    edit(pending, [](Account& account) { account.creator = CreatorStatus::pending; }).value();
    edit(moderator, [](Account& account) { account.status = Status::suspended; }).value();

    EXPECT_THAT(found({}), SizeIs(9));
    EXPECT_THAT(found({.begins = "fan"}), SizeIs(5));
    EXPECT_THAT(found({.begins = "fan3@mail"}), ElementsAre("fan3"));
    EXPECT_THAT(found({.begins = "under_"}), ElementsAre("under_score")) << "_ means itself";
    EXPECT_THAT(found({.begins = "%"}), IsEmpty());
    EXPECT_THAT(found({.role = Role::moderator}), ElementsAre("mona"));
    EXPECT_THAT(found({.role = Role::administrator}), IsEmpty());
    EXPECT_THAT(found({.status = Status::suspended}), ElementsAre("mona"));
    EXPECT_THAT(found({.creator = CreatorStatus::pending}), ElementsAre("paul"));
    EXPECT_THAT(found({.begins = "fan", .status = Status::suspended}), IsEmpty());

    std::vector<std::string> seen;
    std::optional<Before> before;
    for (;;) {
        auto const page = accounts.list({}, before, 2).value();
        if (page.empty()) break;
        for (auto const& account : page) seen.push_back(account.handle);
        before = {.time = to_database(page.back().created_at), .id = page.back().id.value()};
    }
    EXPECT_EQ(seen, found({})) << "each once, also where times are equal";
}

TEST_P(AccountStoreTest, TheLastAdministratorStays) {
    EXPECT_FALSE(accounts.has_administrator().value());
    auto const anna = create("anna", {Role::fan, Role::administrator});
    create("mona", {Role::fan, Role::moderator});
    EXPECT_TRUE(accounts.has_administrator().value());
    EXPECT_TRUE(accounts.is_last_administrator(anna.id).value());
    auto const kept = accounts.remove(anna.id);
    ASSERT_FALSE(kept);
    EXPECT_EQ(kept.error().kind, ErrorKind::conflict);

    auto const bert = create("bert", {Role::fan, Role::administrator});
    EXPECT_FALSE(accounts.is_last_administrator(anna.id).value());
    edit(bert, [](Account& account) { account.status = Status::suspended; }).value();
    EXPECT_TRUE(accounts.is_last_administrator(anna.id).value()) << "who is suspended helps nobody";
    edit(bert, [](Account& account) { account.status = Status::active; }).value();
    EXPECT_TRUE(accounts.remove(anna.id));
    EXPECT_FALSE(accounts.find(anna.id).value());
    EXPECT_EQ(accounts.remove(anna.id).error().kind, ErrorKind::not_found);
}

TEST_P(AccountStoreTest, ThoseAskedForAreFoundTogether) {
    auto const anna = create("anna");
    auto const bert = create("bert");
    create("carl");
    auto const people = accounts.find_all({anna.id, AccountId("nobody"), bert.id, anna.id}).value();
    EXPECT_THAT(people, SizeIs(2));
    EXPECT_EQ(people.at(bert.id).handle, "bert");
}

TEST_P(AccountStoreTest, RecoveryCodesAreCountedAndWorkOnce) {
    auto const anna = create("anna");
    auto const bert = create("bert");
    auto const in_transaction = [&](auto const& work) { return db::transact(*database, work); };
    auto const replace = [&](std::vector<std::string> const& codes) {
        return in_transaction(
            [&](db::Connection& lent) { return replace_recovery_codes(lent, anna.id, codes); });
    };
    auto const take = [&](Account const& whose, std::string_view code) {
        return in_transaction(
                   [&](db::Connection& lent) { return take_recovery_code(lent, whose.id, code); })
            .value();
    };
    ASSERT_TRUE(replace({"abcd-efgh-jk", "mnpq-rstv-wx"}));
    EXPECT_EQ(now(anna).recovery_codes_left, 2);
    EXPECT_FALSE(take(bert, "abcd-efgh-jk"));
    EXPECT_FALSE(take(anna, "wrong"));
    EXPECT_TRUE(take(anna, "ABCDEFGHJK"));
    EXPECT_FALSE(take(anna, "abcd-efgh-jk"));
    EXPECT_EQ(now(anna).recovery_codes_left, 1);
    ASSERT_TRUE(replace({"new1-new1-ne"}));
    EXPECT_FALSE(take(anna, "mnpq-rstv-wx")) << "the old ones are gone";
    ASSERT_TRUE(replace({}));
    EXPECT_EQ(now(anna).recovery_codes_left, 0);
}

}  // namespace
}  // namespace directfanz::accounts
