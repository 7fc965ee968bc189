#include "platform/accounts/credential_routes.hpp"

#include "platform/accounts/secret.hpp"
#include "platform/accounts/session_cookie.hpp"
#include "platform/api/body.hpp"

namespace directfanz::accounts {
namespace {

// In the order of api::Scope.
constexpr std::array<std::string_view, 6> kScopes{
    "account:read",  "account:write", "streams:read",
    "streams:write", "webhooks:read", "webhooks:write",
};

Error no_such(std::string_view what) {
    return {ErrorKind::not_found, std::string(what), "There is none of this id."};
}

}  // namespace

void CredentialRoutes::add_to(api::Api& api) {
    api.on("listSessions", *this, &CredentialRoutes::list_sessions);
    api.on("revokeOtherSessions", *this, &CredentialRoutes::revoke_others);
    api.on("revokeSession", *this, &CredentialRoutes::revoke_session);
    api.on("listTokens", *this, &CredentialRoutes::list_tokens);
    api.on("createToken", *this, &CredentialRoutes::create_token);
    api.on("revokeToken", *this, &CredentialRoutes::revoke_token);
}

io::Task<CredentialRoutes::Answer> CredentialRoutes::list_sessions(api::Call const& call) {
    auto work = [&] { return context_.stores.sessions.list(call.caller.account, wall_now()); };
    auto const sessions = co_await context_.blocking.run(work);
    if (!sessions) co_return std::unexpected(sessions.error());
    co_return api::json_response(render_sessions(*sessions, call.caller.credential));
}

io::Task<CredentialRoutes::Answer> CredentialRoutes::revoke_others(api::Call const& call) {
    auto work = [&] {
        return context_.stores.sessions.end_all(call.caller.account, call.caller.credential);
    };
    auto const ended = co_await context_.blocking.run(work);
    if (!ended) co_return std::unexpected(ended.error());
    context_.identities.forget();
    co_return api::done();
}

io::Task<CredentialRoutes::Answer> CredentialRoutes::revoke_session(api::Call const& call) {
    auto const& id = call.parameter("session");
    auto work = [&] { return context_.stores.sessions.end(call.caller.account, id); };
    auto const ended = co_await context_.blocking.run(work);
    if (!ended) co_return std::unexpected(ended.error());
    if (!*ended) co_return std::unexpected(no_such("session"));
    context_.identities.forget();
    auto response = api::done();
    if (id == call.caller.credential) {
        response.headers.add("Set-Cookie", clear_session_cookie(call.request));
    }
    co_return response;
}

io::Task<CredentialRoutes::Answer> CredentialRoutes::list_tokens(api::Call const& call) {
    auto work = [&] { return context_.stores.tokens.list(call.caller.account); };
    auto const tokens = co_await context_.blocking.run(work);
    if (!tokens) co_return std::unexpected(tokens.error());
    co_return api::json_response(render_tokens(*tokens));
}

io::Task<CredentialRoutes::Answer> CredentialRoutes::create_token(api::Call const& call) {
    api::Body body(call);
    auto const name = body->required("name", api::Text{.least = 1, .most = 60});
    auto const wanted = body->required(
        "scopes", api::ListOf{api::OneOf<api::Scope>{kScopes}, 1, kScopes.size(), true});
    constexpr std::int64_t kDefaultDays = 90;
    constexpr std::int64_t kMostDays = 365;
    auto const days = body->optional("expiresInDays", api::Integer{.least = 1, .most = kMostDays});
    if (auto refused = body.refusal()) co_return std::move(*refused);
    api::Scopes scopes;
    for (auto const scope : wanted) scopes.insert(scope);
    auto const secret = std::string(kTokenPrefix) + new_secret();
    auto work = [&] {
        auto const now = wall_now();
        return context_.stores.tokens.create(call.caller.account, secret, name, scopes, now,
                                             now + std::chrono::days(days.value_or(kDefaultDays)));
    };
    auto const token = co_await context_.blocking.run(work);
    if (!token) co_return std::unexpected(token.error());
    co_return api::json_response(render_created_token(*token, secret), 201);
}

io::Task<CredentialRoutes::Answer> CredentialRoutes::revoke_token(api::Call const& call) {
    auto const& id = call.parameter("token");
    auto work = [&] { return context_.stores.tokens.revoke(call.caller.account, id); };
    auto const revoked = co_await context_.blocking.run(work);
    if (!revoked) co_return std::unexpected(revoked.error());
    if (!*revoked) co_return std::unexpected(no_such("token"));
    context_.identities.forget();
    co_return api::done();
}

}  // namespace directfanz::accounts
