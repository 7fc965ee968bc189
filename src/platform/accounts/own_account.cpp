#include "platform/accounts/own_account.hpp"

#include "platform/api/entity_tag.hpp"
#include "platform/api/problem.hpp"

#include <fmt/format.h>

namespace directfanz::accounts {

io::Task<Result<Account>> own_account(Context& context, api::Call const& call) {
    auto work = [&] { return context.stores.accounts.find(call.caller.account); };
    auto found = co_await context.blocking.run(work);
    if (!found) co_return std::unexpected(std::move(found.error()));
    if (!*found) {
        co_return fail(ErrorKind::denied, "account", "This account was deleted.");
    }
    co_return std::move(**found);
}

io::Task<Result<std::optional<http::Response>>> refuse_password(Context& context,
                                                                Account const& account,
                                                                std::string password) {
    // Whoever asks is signed in: nobody else can make the owner wait here.
    auto const whom = fmt::format("password {}", account.id.value());
    if (auto const wait = context.attempts.wait(whom, steady_now())) {
        auto response = api::respond(
            {.status = 429,
             .detail = fmt::format("The password was wrong too often. Try again in {} seconds.",
                                   wait->count())});
        response.headers.set("Retry-After", fmt::to_string(wait->count()));
        co_return response;
    }
    auto const matches =
        co_await context.hasher.matches(std::move(password), account.password_hash);
    if (!matches) co_return std::unexpected(matches.error());
    if (*matches) {
        context.attempts.succeeded(whom);
        co_return std::nullopt;
    }
    context.attempts.failed(whom, steady_now());
    co_return api::field_problem({.field = "/password",
                                  .code = api::Code::mismatch,
                                  .message = "This is not your password."});
}

http::Response account_answer(Account const& account) {
    auto response = api::json_response(render_account(account));
    api::set_entity_tag(response, account.version);
    http::set_cache_control(response, "no-store");
    return response;
}

}  // namespace directfanz::accounts
