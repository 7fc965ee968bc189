#include "platform/accounts/session_cookie.hpp"

#include "platform/accounts/secret.hpp"

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

http::Request with_cookies(std::vector<std::string> const& fields, bool encrypted = false) {
    http::Request request;
    request.encrypted = encrypted;
    for (auto const& field : fields) request.headers.add("Cookie", field);
    return request;
}

TEST(SessionCookieTest, IsFoundAmongOthers) {
    auto const secret = new_secret();
    for (auto const& field :
         {"session=" + secret, "a=b; session=" + secret, "session=" + secret + "; a=b",
          "a=b;session=" + secret + ";c=d", "  session=" + secret + "  ", "a; =; session=" + secret,
          "xsession=no; session=" + secret, "session=short; session=" + secret}) {
        EXPECT_EQ(session_secret(with_cookies({field})), secret) << field;
    }
    EXPECT_EQ(session_secret(with_cookies({"a=b", "session=" + secret})), secret)
        << "HTTP/2 sends them apart";
}

TEST(SessionCookieTest, WhatWeCannotHaveSetIsNone) {
    auto const secret = new_secret();
    EXPECT_FALSE(session_secret(http::Request()));
    for (auto const& field :
         {std::string(), std::string("session"), std::string("session="), "Session=" + secret,
          "session=\"" + secret + "\"", "session=" + secret + "x", "session=" + secret.substr(1),
          "session=" + secret.substr(2) + "+/", "x=session=" + secret,
          "session=" + std::string(10'000, 'a')}) {
        EXPECT_FALSE(session_secret(with_cookies({field}))) << field;
    }
}

TEST(SessionCookieTest, OverTlsOnlyTheOneThatNoOtherHostCanSet) {
    auto const secret = new_secret();
    EXPECT_EQ(session_secret(with_cookies({"__Host-session=" + secret}, true)), secret);
    EXPECT_FALSE(session_secret(with_cookies({"session=" + secret}, true)));
    EXPECT_FALSE(session_secret(with_cookies({"__Host-session=" + secret})));
}

TEST(SessionCookieTest, IsSetForThisHostAloneAndForNoScript) {
    http::Request request;
    EXPECT_EQ(set_session_cookie(request, "abc", seconds(60)),
              "session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
    request.encrypted = true;
    EXPECT_EQ(set_session_cookie(request, "abc", seconds(60)),
              "__Host-session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
    EXPECT_THAT(set_session_cookie(request, "abc", seconds(60)), Not(HasSubstr("Domain")));
    EXPECT_THAT(clear_session_cookie(request), StartsWith("__Host-session=; Path=/; Max-Age=0"));
}

TEST(SessionCookieTest, TheCsrfTokenIsTheSessionsAndTellsNothingOfIt) {
    auto const secret = new_secret();
    EXPECT_EQ(csrf_token_of(secret), csrf_token_of(secret));
    EXPECT_NE(csrf_token_of(secret), csrf_token_of(new_secret()));
    EXPECT_EQ(csrf_token_of(secret).size(), 43U);
    EXPECT_NE(csrf_token_of(secret), secret);
}

}  // namespace
}  // namespace directfanz::accounts
