#include "platform/accounts/new_session.hpp"

#include "base/log.hpp"
#include "platform/accounts/device.hpp"
#include "platform/accounts/secret.hpp"
#include "platform/accounts/session_cookie.hpp"
#include "platform/api/problem.hpp"

#include <fmt/format.h>

namespace directfanz::accounts {

http::Response private_answer(std::string json, unsigned status) {
    auto response = api::json_response(std::move(json), status);
    http::set_cache_control(response, "no-store");
    return response;
}

http::Response suspended_answer(Account const& account) {
    return api::respond(
        {.status = 403,
         .detail = fmt::format("This account is suspended. {}", account.status_reason),
         .name = "account-suspended"});
}

io::Task<Result<http::Response>> begin_session(Context& context, api::Call const& call,
                                               Account const& account, unsigned status) {
    // A new secret each time: what somebody may have planted before is worth nothing.
    auto const secret = new_secret();
    auto const agent = call.request.headers.get("User-Agent").value_or("");
    auto work = [&]() -> Result<std::int64_t> {
        if (call.caller.by == api::Caller::By::session) {
            auto const ended =
                context.stores.sessions.end(call.caller.account, call.caller.credential);
            if (!ended) return std::unexpected(ended.error());
        }
        auto const begun = context.stores.sessions.begin(account.id, secret, device_of(agent),
                                                         call.request.remote_address, wall_now());
        if (!begun) return std::unexpected(begun.error());
        return context.stores.notifications.unread(account.id);
    };
    auto const unread = co_await context.blocking.run(work);
    if (!unread) co_return std::unexpected(unread.error());
    context.identities.forget();
    auto response = private_answer(
        render_session(&account, csrf_token_of(secret), *unread, context.facts), status);
    response.headers.add(
        "Set-Cookie",
        set_session_cookie(call.request, secret,
                           std::chrono::duration_cast<seconds>(SessionStore::kLongest)));
    log::info("signed_in", {{"account", account.id.value()}},
              {{"connection", call.request.connection}});
    co_return response;
}

}  // namespace directfanz::accounts
