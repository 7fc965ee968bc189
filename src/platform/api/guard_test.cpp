#include "platform/api/guard.hpp"

#include "platform/api/problem.hpp"
#include "platform/api/test_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::api {
namespace {

using http::Method;
using ::testing::HasSubstr;

http::Request changing(std::vector<std::pair<std::string, std::string>> const& fields = {}) {
    http::Request request;
    request.method = Method::post;
    for (auto const& [name, value] : fields) request.headers.add(name, value);
    return request;
}

Caller token(Scopes scopes) {
    auto caller = signed_in("a", {Role::fan, Role::creator});
    caller.by = Caller::By::token;
    caller.scopes = scopes;
    caller.csrf_token.clear();
    return caller;
}

unsigned status_of(std::optional<http::Response> const& response) {
    return response ? response->status : 0;
}

TEST(GuardTest, KnowsWhichMethodsChangeSomething) {
    for (auto const method : {Method::post, Method::put, Method::patch, Method::delete_}) {
        EXPECT_TRUE(is_unsafe(method));
    }
    for (auto const method : {Method::get, Method::head, Method::options}) {
        EXPECT_FALSE(is_unsafe(method));
    }
}

TEST(GuardTest, AChangeByABrowserNeedsItsToken) {
    auto const caller = signed_in("a");
    EXPECT_EQ(status_of(refuse_forged(changing(), caller)), 403U);
    EXPECT_EQ(status_of(refuse_forged(changing({{"X-CSRF-Token", "csrf2"}}), caller)), 403U);
    EXPECT_EQ(status_of(refuse_forged(changing({{"X-CSRF-Token", ""}}), caller)), 403U);
    EXPECT_EQ(status_of(refuse_forged(changing({{"X-CSRF-Token", "csrf1"}}), caller)), 0U);
    auto const told = refuse_forged(changing(), caller);
    EXPECT_THAT(TestApi::text_of(*told), HasSubstr("/problems/csrf-token"));
}

TEST(GuardTest, ASessionWithoutATokenChangesNothing) {
    auto caller = signed_in("a");
    caller.csrf_token.clear();
    EXPECT_EQ(status_of(refuse_forged(changing({{"X-CSRF-Token", ""}}), caller)), 403U);
}

TEST(GuardTest, ReadingNeedsNoToken) {
    http::Request const request;
    EXPECT_EQ(status_of(refuse_forged(request, signed_in("a"))), 0U);
}

// Signing a visitor in as somebody else is forgery, too, and there is no session yet.
TEST(GuardTest, PagesOfOtherSitesChangeNothing) {
    auto const sent = changing({{"Sec-Fetch-Site", "cross-site"}, {"X-CSRF-Token", "csrf1"}});
    EXPECT_EQ(status_of(refuse_forged(sent, signed_in("a"))), 403U);
    EXPECT_EQ(status_of(refuse_forged(sent, Caller())), 403U);
    for (auto const* const site : {"same-origin", "same-site", "none"}) {
        EXPECT_EQ(status_of(refuse_forged(changing({{"Sec-Fetch-Site", site}}), Caller())), 0U);
    }
}

TEST(GuardTest, AScriptsTokenIsNoCookie) {
    auto const sent = changing({{"Sec-Fetch-Site", "cross-site"}});
    EXPECT_EQ(status_of(refuse_forged(sent, token({}))), 0U);
}

TEST(GuardTest, SaysWhoMustSignInAndWhoMayNot) {
    auto const& mine = *find_operation("getAccount");
    EXPECT_EQ(status_of(refuse_access(mine, Caller())), 401U);
    EXPECT_EQ(status_of(refuse_access(mine, signed_in("a"))), 0U);
    EXPECT_EQ(status_of(refuse_access(*find_operation("getStream"), Caller())), 0U);
}

TEST(GuardTest, EachRoleOpensItsOwn) {
    struct Case {
        Roles roles;
        unsigned creator;
        unsigned moderator;
        unsigned administrator;
    };
    for (auto const& [roles, creator, moderator, administrator] :
         {Case{{Role::fan}, 403, 403, 403}, Case{{Role::creator}, 0, 403, 403},
          Case{{Role::moderator}, 403, 0, 403}, Case{{Role::administrator}, 403, 0, 0}}) {
        auto const caller = signed_in("a", roles);
        EXPECT_EQ(status_of(refuse_access(*find_operation("createStream"), caller)), creator);
        EXPECT_EQ(status_of(refuse_access(*find_operation("adminListAccounts"), caller)),
                  moderator);
        EXPECT_EQ(status_of(refuse_access(*find_operation("listAuditLog"), caller)), administrator);
    }
    for (auto const* const id : {"createStream", "adminListAccounts", "listAuditLog"}) {
        EXPECT_EQ(status_of(refuse_access(*find_operation(id), Caller())), 401U) << id;
    }
}

TEST(GuardTest, ATokenDoesWhatItsScopesSay) {
    auto const& create = *find_operation("createStream");
    EXPECT_EQ(status_of(refuse_scope(create, token({Scope::streams_write}))), 0U);
    auto const refused = refuse_scope(create, token({Scope::streams_read, Scope::account_write}));
    EXPECT_EQ(status_of(refused), 403U);
    EXPECT_EQ(refused->headers.get("WWW-Authenticate"),
              "Bearer error=\"insufficient_scope\", scope=\"streams:write\"");
}

TEST(GuardTest, NoTokenDoesWhatNoScopeIsNamedFor) {
    auto const every = Scopes{Scope::account_read,  Scope::account_write, Scope::streams_read,
                              Scope::streams_write, Scope::webhooks_read, Scope::webhooks_write};
    for (auto const* const id :
         {"changePassword", "createToken", "deleteAccount", "listSessions"}) {
        EXPECT_EQ(status_of(refuse_scope(*find_operation(id), token(every))), 403U) << id;
    }
    EXPECT_EQ(status_of(refuse_scope(*find_operation("changePassword"), signed_in("a"))), 0U);
}

// GET /session would tell a token for streams its account's e-mail address.
TEST(GuardTest, PublicOperationsDoNotTellATokenOfItsAccount) {
    auto const& session = *find_operation("getSession");
    auto const seen = seen_by(session, token({Scope::streams_read}));
    EXPECT_FALSE(seen.signed_in());
    EXPECT_TRUE(seen.account.value().empty());
    EXPECT_TRUE(seen_by(session, signed_in("a")).signed_in());
    EXPECT_TRUE(seen_by(*find_operation("getAccount"), token({})).signed_in());
    EXPECT_EQ(status_of(refuse_scope(session, token({}))), 0U);
}

TEST(GuardTest, WhoCannotBeToldIsAskedToSignInOrToWait) {
    http::Request const request;
    auto const& operation = *find_operation("getAccount");
    auto const denied =
        refuse_identity({ErrorKind::denied, "token", "The token has expired."}, operation, request);
    EXPECT_EQ(denied.status, 401U);
    EXPECT_EQ(denied.headers.get("WWW-Authenticate"), "Bearer error=\"invalid_token\"");
    EXPECT_THAT(TestApi::text_of(denied), HasSubstr("The token has expired."));
    EXPECT_EQ(
        refuse_identity({ErrorKind::unavailable, "database", "down"}, operation, request).status,
        503U);
}

TEST(GuardTest, WhoIsToSignInIsToldHow) {
    auto refused = respond({.status = 401, .detail = "Sign in."});
    challenge(refused);
    EXPECT_EQ(refused.headers.get("WWW-Authenticate"), "Bearer");
    refused.headers.set("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    challenge(refused);
    EXPECT_EQ(refused.headers.joined("WWW-Authenticate"), "Bearer error=\"invalid_token\"");
    auto answer = done();
    challenge(answer);
    EXPECT_FALSE(answer.headers.contains("WWW-Authenticate"));
}

TEST(GuardTest, ALimitIsToldInWholeSeconds) {
    Allowance allowance{.granted = true,
                        .limit = {.requests = 120, .window = seconds(60)},
                        .remaining = 7,
                        .reset = seconds(57)};
    http::Response response;
    tell_limit(response, allowance);
    EXPECT_EQ(response.headers.get("RateLimit-Limit"), "120");
    EXPECT_EQ(response.headers.get("RateLimit-Remaining"), "7");
    EXPECT_EQ(response.headers.get("RateLimit-Reset"), "57");
    EXPECT_EQ(response.headers.get("RateLimit-Policy"), "120;w=60");
    EXPECT_FALSE(refuse_too_many(allowance));
    allowance.granted = false;
    allowance.retry_after = seconds(3);
    auto const refused = refuse_too_many(allowance);
    EXPECT_EQ(status_of(refused), 429U);
    EXPECT_EQ(refused->headers.get("Retry-After"), "3");
    EXPECT_THAT(TestApi::text_of(*refused), HasSubstr("in 3 s"));
}

}  // namespace
}  // namespace directfanz::api
