#include "platform/api/guard.hpp"

#include "platform/api/problem.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <openssl/crypto.h>

namespace directfanz::api {
namespace {

bool same_secret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool has_access(Access access, Caller const& caller) {
    switch (access) {
        case Access::public_:
            return true;
        case Access::account:
            return caller.signed_in();
        case Access::creator:
            return caller.is(Role::creator);
        case Access::moderator:
            return caller.moderates();
        case Access::administrator:
            return caller.is(Role::administrator);
    }
    return false;
}

}  // namespace

bool is_unsafe(http::Method method) {
    return method != http::Method::get && method != http::Method::head &&
           method != http::Method::options;
}

std::optional<http::Response> refuse_forged(http::Request const& request, Caller const& caller) {
    if (!is_unsafe(request.method) || caller.by == Caller::By::token) return std::nullopt;
    if (request.headers.get("Sec-Fetch-Site") == "cross-site") {
        return respond({.status = 403, .detail = "Pages of other sites may not do this."});
    }
    if (caller.by == Caller::By::nobody) return std::nullopt;
    auto const sent = request.headers.get("X-CSRF-Token");
    if (sent && !caller.csrf_token.empty() && same_secret(*sent, caller.csrf_token)) {
        return std::nullopt;
    }
    return respond({.status = 403,
                    .detail = "Send the token that GET /api/v1/session gives as X-CSRF-Token.",
                    .name = "csrf-token"});
}

std::optional<http::Response> refuse_access(Operation const& operation, Caller const& caller) {
    if (has_access(operation.access, caller)) return std::nullopt;
    if (!caller.signed_in()) {
        return respond({.status = 401, .detail = "Sign in to do this."});
    }
    return respond({.status = 403,
                    .detail = fmt::format("This needs the role {}.", to_string(operation.access))});
}

std::optional<http::Response> refuse_scope(Operation const& operation, Caller const& caller) {
    if (caller.by != Caller::By::token || operation.access == Access::public_) return std::nullopt;
    if (!operation.scope) {
        return respond(
            {.status = 403, .detail = "API tokens cannot do this. Sign in with a browser."});
    }
    if (caller.scopes.contains(*operation.scope)) return std::nullopt;
    auto const scope = to_string(*operation.scope);
    auto response = respond(
        {.status = 403, .detail = fmt::format("The token does not have the scope {}.", scope)});
    // RFC 6750, 3.1.
    response.headers.add("WWW-Authenticate",
                         fmt::format("Bearer error=\"insufficient_scope\", scope=\"{}\"", scope));
    return response;
}

Caller seen_by(Operation const& operation, Caller caller) {
    if (caller.by != Caller::By::token || operation.access != Access::public_) return caller;
    if (operation.scope && caller.scopes.contains(*operation.scope)) return caller;
    return {};
}

http::Response refuse_identity(Error const& error, Operation const& operation,
                               http::Request const& request) {
    if (error.kind != ErrorKind::denied) return respond(error, operation.id, request.connection);
    auto response = respond({.status = 401, .detail = error.message});
    // RFC 6750, 3.1.
    response.headers.add("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    return response;
}

void challenge(http::Response& response) {
    if (response.status != 401 || response.headers.contains("WWW-Authenticate")) return;
    response.headers.add("WWW-Authenticate", "Bearer");
}

std::optional<http::Response> refuse_too_many(Allowance const& allowance) {
    if (allowance.granted) return std::nullopt;
    auto const wait = std::max<std::int64_t>(1, allowance.retry_after.count());
    auto response = respond(
        {.status = 429,
         .detail = fmt::format("That was too much in a short time. Try again in {} s.", wait)});
    response.headers.add("Retry-After", fmt::to_string(wait));
    return response;
}

void tell_limit(http::Response& response, Allowance const& allowance) {
    auto& headers = response.headers;
    headers.set("RateLimit-Limit", fmt::to_string(allowance.limit.requests));
    headers.set("RateLimit-Remaining", fmt::to_string(allowance.remaining));
    headers.set("RateLimit-Reset", fmt::to_string(allowance.reset.count()));
    headers.set("RateLimit-Policy",
                fmt::format("{};w={}", allowance.limit.requests, allowance.limit.window.count()));
}

}  // namespace directfanz::api
