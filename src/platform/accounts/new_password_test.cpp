#include "platform/accounts/new_password.hpp"

#include "platform/accounts/mail_token_store.hpp"
#include "platform/accounts/recovery_codes.hpp"
#include "platform/accounts/session_store.hpp"
#include "platform/accounts/test_support.hpp"
#include "platform/accounts/token_store.hpp"

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class NewPasswordTest : public AccountsFixture {
  protected:
    /// With a session, a token, a link, a wish for another address and a second factor.
    Account furnished(std::string handle, bool verified = true) {
        auto account = create(std::move(handle));
        sessions.begin(account.id, "session of " + account.handle, "", "", kStart).value();
        tokens
            .create(account.id, "token of " + account.handle, "bot", {}, kStart,
                    kStart + std::chrono::hours(1))
            .value();
        links[account.handle] =
            mail_tokens
                .issue({.account = account.id, .kind = MailTokenKind::change, .email = "x@y.z"},
                       kStart)
                .value();
        auto const change = [&](db::Connection& connection, Account& now) {
            now.email_verified = verified;
            now.pending_email = "x@y.z";
            now.totp_secret = "SECRET";
            now.totp_offered = "OFFERED";
            return replace_recovery_codes(connection, now.id, {"aaaaa-aaaaa"});
        };
        return accounts.edit(account.id, change).value();
    }

    Account changed(Account const& account, std::string_view kept) {
        auto const change = [&](db::Connection& connection, Account& now) {
            return change_password(connection, now, "new hash", kept);
        };
        return accounts.edit(account.id, change).value();
    }

    Account reset(Account const& account, std::string_view email) {
        auto const change = [&](db::Connection& connection, Account& now) {
            return reset_password(connection, now, "new hash", email);
        };
        return accounts.edit(account.id, change).value();
    }

    void expect_nothing_left(Account const& account) {
        EXPECT_THAT(sessions.list(account.id, kStart).value(), IsEmpty());
        EXPECT_THAT(tokens.list(account.id).value(), IsEmpty());
        EXPECT_FALSE(
            mail_tokens.take(links[account.handle], {MailTokenKind::change}, kStart).value());
        EXPECT_FALSE(now(account).pending_email);
        EXPECT_EQ(now(account).password_hash, "new hash");
    }

    void expect_all_left(Account const& account) {
        EXPECT_THAT(sessions.list(account.id, kStart).value(), SizeIs(1));
        EXPECT_THAT(tokens.list(account.id).value(), SizeIs(1));
        EXPECT_TRUE(
            mail_tokens.take(links[account.handle], {MailTokenKind::change}, kStart).value());
        EXPECT_EQ(now(account).pending_email, "x@y.z");
        EXPECT_TRUE(now(account).totp_secret);
        EXPECT_EQ(now(account).recovery_codes_left, 1);
    }

    std::map<std::string, std::string> links;
    SessionStore sessions{*database};
    TokenStore tokens{*database};
    MailTokenStore mail_tokens{*database};
};

ON_EVERY_DATABASE(NewPasswordTest);

TEST_P(NewPasswordTest, EndsWhatWhoeverKnewTheOldOneMayHaveMade) {
    auto const anna = furnished("anna");
    auto const bert = furnished("bert");
    changed(anna, "");
    expect_nothing_left(anna);
    expect_all_left(bert);
}

TEST_P(NewPasswordTest, KeepsTheSessionThatChangesItAndTheSecondFactor) {
    auto const anna = furnished("anna", false);
    auto const here = sessions.begin(anna.id, "here", "", "", kStart).value();
    auto const after = changed(anna, here.id);
    auto const left = sessions.list(anna.id, kStart).value();
    ASSERT_THAT(left, SizeIs(1));
    EXPECT_EQ(left[0].id, here.id);
    EXPECT_EQ(after.totp_secret, "SECRET");
    EXPECT_EQ(after.recovery_codes_left, 1);
    EXPECT_FALSE(after.email_verified);
}

TEST_P(NewPasswordTest, OfALinkKeepsTheSecondFactorOfAProvedAddress) {
    auto const anna = furnished("anna");
    auto const bert = furnished("bert");
    auto const after = reset(anna, "ANNA@mail.example");
    expect_nothing_left(anna);
    EXPECT_EQ(after.totp_secret, "SECRET");
    EXPECT_EQ(after.recovery_codes_left, 1);
    EXPECT_TRUE(after.email_verified);
    expect_all_left(bert);
}

TEST_P(NewPasswordTest, OfALinkGivesTheAccountToWhomTheAddressIs) {
    auto const anna = furnished("anna", false);
    auto const bert = furnished("bert", false);
    auto const after = reset(anna, anna.email);
    expect_nothing_left(anna);
    EXPECT_FALSE(after.totp_secret);
    EXPECT_FALSE(after.totp_offered);
    EXPECT_EQ(after.recovery_codes_left, 0);
    EXPECT_TRUE(after.email_verified);
    expect_all_left(bert);
}

TEST_P(NewPasswordTest, OfALinkToAnAddressOfBeforeProvesNotTheOneOfNow) {
    auto const anna = furnished("anna", false);
    EXPECT_FALSE(reset(anna, "before@mail.example").email_verified);
}

TEST_P(NewPasswordTest, IsAllOrNothing) {
    auto const anna = furnished("anna");
    auto const change = [&](db::Connection& connection, Account& now) -> Result<void> {
        auto const done = change_password(connection, now, "new hash", "");
        if (!done) return done;
        return fail(ErrorKind::io, "test", "too late");
    };
    EXPECT_FALSE(accounts.edit(anna.id, change));
    EXPECT_NE(now(anna).password_hash, "new hash");
    expect_all_left(anna);
}

}  // namespace
}  // namespace directfanz::accounts
