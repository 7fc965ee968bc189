#include "platform/accounts/identities.hpp"

#include "platform/accounts/session_cookie.hpp"
#include "platform/accounts/test_support.hpp"
#include "platform/api/test_support.hpp"

#include <chrono>

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

using By = api::Caller::By;

class IdentitiesTest : public AccountsFixture {
  protected:
    static http::Request with_cookie(std::string_view value) {
        http::Request request;
        request.remote_address = "192.0.2.1";
        auto const set = set_session_cookie(request, value, seconds(60));
        request.headers.add("Cookie", set.substr(0, set.find(';')));
        return request;
    }
    static http::Request with_authorization(std::string const& value) {
        http::Request request;
        request.headers.add("Authorization", value);
        return request;
    }

    Result<api::Caller> identify(http::Request const& request) {
        return api::run_task(identities.identify(request));
    }
    bool signed_in(http::Request const& request) {
        auto const caller = identify(request);
        return caller && caller->signed_in();
    }

    Session sign_in(Account const& account) {
        return sessions.begin(account.id, secret, "Firefox", "192.0.2.1", wall_now()).value();
    }
    ApiToken give_token(Account const& account) {
        auto const now = wall_now();
        return tokens
            .create(account.id, token_secret, "bot", {api::Scope::streams_read}, now,
                    now + std::chrono::hours(1))
            .value();
    }
    Account suspended() {
        auto account = made("zed");
        account.status = Status::suspended;
        account.status_reason = "spam";
        EXPECT_TRUE(accounts.create(account));
        return account;
    }

    std::string const secret = new_secret();
    std::string const token_secret = std::string(kTokenPrefix) + new_secret();
    SessionStore sessions{*database};
    TokenStore tokens{*database};
    io::BlockingPool blocking{1};
    Identities identities{sessions, tokens, blocking};
};

ON_EVERY_DATABASE(IdentitiesTest);

TEST_P(IdentitiesTest, WhoShowsNothingIsNobody) {
    auto const caller = identify(http::Request()).value();
    EXPECT_EQ(caller.by, By::nobody);
    EXPECT_FALSE(caller.signed_in());
}

TEST_P(IdentitiesTest, ACookieIsABrowsersAndComesWithItsCsrfToken) {
    auto const anna = create("anna", {api::Role::fan, api::Role::creator});
    auto const session = sign_in(anna);
    auto const caller = identify(with_cookie(secret)).value();
    EXPECT_EQ(caller.by, By::session);
    EXPECT_EQ(caller.account, anna.id);
    EXPECT_EQ(caller.handle, "anna");
    EXPECT_TRUE(caller.is(api::Role::creator));
    EXPECT_EQ(caller.credential, session.id);
    EXPECT_EQ(caller.csrf_token, csrf_token_of(secret));
    EXPECT_FALSE(signed_in(with_cookie(new_secret()))) << "an unknown cookie is a stranger's";
}

TEST_P(IdentitiesTest, ATokenHasItsScopesAndNoCsrfToken) {
    auto const token = give_token(create("anna"));
    auto const caller = identify(with_authorization("bearer " + token_secret)).value();
    EXPECT_EQ(caller.by, By::token);
    EXPECT_EQ(caller.credential, token.id);
    EXPECT_TRUE(caller.scopes.contains(api::Scope::streams_read));
    EXPECT_FALSE(caller.scopes.contains(api::Scope::streams_write));
    EXPECT_TRUE(caller.csrf_token.empty());
}

TEST_P(IdentitiesTest, WhoShowsATokenThatIsNoneIsRefusedWhateverTheCookieSays) {
    auto const anna = create("anna");
    sign_in(anna);
    give_token(anna);
    for (auto const& value :
         {"Bearer dfz_wrong", "Bearer ", "Bearer", "Basic YTpi", "", "Bearer xyz_0123",
          "Bearer dfz_01234567890123456789012345678901234567890123456789012345678901234567890123456"
          "7890123456789012345"}) {
        auto request = with_cookie(secret);
        request.headers.add("Authorization", value);
        auto const refused = identify(request);
        ASSERT_FALSE(refused) << value;
        EXPECT_EQ(refused.error().kind, ErrorKind::denied) << value;
    }
}

TEST_P(IdentitiesTest, ASuspendedAccountsBrowserIsAStrangerAndItsTokenIsRefusedWithTheReason) {
    auto const zed = suspended();
    sign_in(zed);
    give_token(zed);
    EXPECT_FALSE(signed_in(with_cookie(secret)));
    auto const refused = identify(with_authorization("Bearer " + token_secret));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, ::testing::HasSubstr("spam"));
}

TEST_P(IdentitiesTest, WhatIsKnownIsBelievedUntilItIsForgotten) {
    auto const anna = create("anna");
    auto const session = sign_in(anna);
    ASSERT_TRUE(signed_in(with_cookie(secret)));
    ASSERT_TRUE(sessions.end(anna.id, session.id).value());
    EXPECT_TRUE(signed_in(with_cookie(secret))) << "by memory, for a few seconds";
    identities.forget();
    EXPECT_FALSE(signed_in(with_cookie(secret)));
    sign_in(anna);
    EXPECT_FALSE(signed_in(with_cookie(secret))) << "that it is a stranger's is known, too";
    identities.forget();
    EXPECT_TRUE(signed_in(with_cookie(secret)));
}

}  // namespace
}  // namespace directfanz::accounts
