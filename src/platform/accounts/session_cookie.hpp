#pragma once

#include "base/clock.hpp"
#include "system/http/message.hpp"

#include <optional>
#include <string>
#include <string_view>

/// The cookie that says who a browser is (RFC 6265bis): HttpOnly, SameSite=Lax, for the whole host;
/// over TLS it is Secure and has the prefix __Host-, so that no other host can set it.
namespace directfanz::accounts {

/// The cookie's value; nothing for a request without one, or with one that we cannot have set.
std::optional<std::string> session_secret(http::Request const& request);

/// Set-Cookie for a new session.
std::string set_session_cookie(http::Request const& request, std::string_view secret, seconds life);
/// Set-Cookie that takes it away.
std::string clear_session_cookie(http::Request const& request);

/// What X-CSRF-Token has to be for this cookie: only who reads our answers can know it, and without
/// the cookie it says nothing.
std::string csrf_token_of(std::string_view secret);

}  // namespace directfanz::accounts
