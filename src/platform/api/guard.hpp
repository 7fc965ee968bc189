#pragma once

#include "platform/api/caller.hpp"
#include "platform/api/operation.hpp"
#include "platform/api/rate_limiter.hpp"

#include <optional>

/// The questions that are asked before an operation's handler: what to answer in its place, or
/// nothing.
namespace directfanz::api {

/// 403 for a change that another site's page may have sent with the visitor's cookie: without the
/// session's X-CSRF-Token, or marked by the browser (Fetch Metadata) as cross-site. Who sends a
/// token of the API sends no cookie.
std::optional<http::Response> refuse_forged(http::Request const& request, Caller const& caller);

/// 401 for nobody where an account is needed, 403 for one without the role.
std::optional<http::Response> refuse_access(Operation const& operation, Caller const& caller);

/// 403 for an API token without the operation's scope, or where no token is taken.
std::optional<http::Response> refuse_scope(Operation const& operation, Caller const& caller);

/// A token tells a public operation nothing of its account unless its scopes say so.
Caller seen_by(Operation const& operation, Caller caller);

/// What an Authenticator's error becomes: 401 for denied.
http::Response refuse_identity(Error const& error, Operation const& operation,
                               http::Request const& request);

/// 429 if it is refused.
std::optional<http::Response> refuse_too_many(Allowance const& allowance);

/// RateLimit-Limit, -Remaining, -Reset and -Policy (draft-ietf-httpapi-ratelimit-headers-06).
void tell_limit(http::Response& response, Allowance const& allowance);

/// A 401 says how to sign in (RFC 9110, 15.5.2). Browsers show no dialogue for Bearer.
void challenge(http::Response& response);

/// Does the method change something (RFC 9110, 9.2.1)?
bool is_unsafe(http::Method method);

}  // namespace directfanz::api
