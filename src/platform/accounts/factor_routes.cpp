#include "platform/accounts/factor_routes.hpp"

#include "platform/accounts/own_account.hpp"
#include "platform/accounts/recovery_codes.hpp"
#include "platform/accounts/totp.hpp"
#include "platform/api/body.hpp"
#include "platform/api/problem.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace directfanz::accounts {
namespace {

bool is_code(std::string_view text) {
    return text.size() == 6 &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

http::Response never_kept(std::string json) {
    auto response = api::json_response(std::move(json));
    http::set_cache_control(response, "no-store");
    return response;
}

}  // namespace

void FactorRoutes::add_to(api::Api& api) {
    api.on("beginTotp", *this, &FactorRoutes::begin);
    api.on("enableTotp", *this, &FactorRoutes::enable);
    api.on("disableTotp", *this, &FactorRoutes::disable);
    api.on("renewRecoveryCodes", *this, &FactorRoutes::renew);
}

io::Task<Result<std::variant<Account, http::Response>>> FactorRoutes::confirmed(
    api::Call const& call) {
    api::Body body(call);
    auto const password = body->required(
        "password", api::Text{.least = 1, .most = 200, .kind = api::TextKind::secret});
    if (auto refused = body.refusal()) co_return std::move(*refused);
    auto account = co_await own_account(context_, call);
    if (!account) co_return std::unexpected(std::move(account.error()));
    auto refused = co_await refuse_password(context_, *account, password);
    if (!refused) co_return std::unexpected(std::move(refused.error()));
    if (*refused) co_return std::move(**refused);
    co_return std::move(*account);
}

io::Task<FactorRoutes::Answer> FactorRoutes::begin(api::Call const& call) {
    auto who = co_await confirmed(call);
    if (!who) co_return std::unexpected(std::move(who.error()));
    if (auto* const refused = std::get_if<http::Response>(&*who)) co_return std::move(*refused);
    auto const& account = std::get<Account>(*who);
    auto const secret = totp::new_secret();
    auto work = [&] {
        auto const change = [&](db::Connection&, Account& now) -> Result<void> {
            if (now.totp_secret) {
                return fail(ErrorKind::conflict, "second factor",
                            "The second factor is on already. Switch it off first to set it up "
                            "anew.");
            }
            now.totp_offered = secret;
            return {};
        };
        return context_.stores.accounts.edit(account.id, change);
    };
    auto const edited = co_await context_.blocking.run(work);
    if (!edited) co_return std::unexpected(edited.error());
    nlohmann::ordered_json const json{
        {"secret", secret}, {"uri", totp::uri(secret, context_.site.name, account.email)}};
    co_return never_kept(json.dump());
}

io::Task<FactorRoutes::Answer> FactorRoutes::enable(api::Call const& call) {
    api::Body body(call);
    auto const code = body->required(
        "code",
        api::Text{.least = 6, .most = 6, .format = is_code, .expected = "A code has six digits."});
    if (auto refused = body.refusal()) co_return std::move(*refused);
    auto const codes = totp::new_recovery_codes();
    bool wrong = false;
    auto work = [&] {
        auto const change = [&](db::Connection& connection, Account& account) -> Result<void> {
            wrong = false;
            if (!account.totp_offered) {
                return fail(ErrorKind::conflict, "second factor",
                            "There is no secret to confirm. Begin anew.");
            }
            auto const step =
                totp::match(*account.totp_offered, code, wall_now(), account.totp_step);
            if (!step) {
                wrong = true;
                return fail(ErrorKind::invalid, "second factor", "wrong code");
            }
            account.totp_secret = account.totp_offered;
            account.totp_offered.reset();
            account.totp_step = *step;
            return replace_recovery_codes(connection, account.id, codes);
        };
        return context_.stores.accounts.edit(call.caller.account, change);
    };
    auto const edited = co_await context_.blocking.run(work);
    if (wrong) {
        co_return api::field_problem(
            {.field = "/code",
             .code = api::Code::mismatch,
             .message = "This is not the code that the app shows now. Is the clock right?"});
    }
    if (!edited) co_return std::unexpected(edited.error());
    co_return never_kept(render_recovery_codes(codes));
}

io::Task<FactorRoutes::Answer> FactorRoutes::disable(api::Call const& call) {
    auto who = co_await confirmed(call);
    if (!who) co_return std::unexpected(std::move(who.error()));
    if (auto* const refused = std::get_if<http::Response>(&*who)) co_return std::move(*refused);
    auto const& account = std::get<Account>(*who);
    auto work = [&] {
        auto const change = [&](db::Connection& connection, Account& now) -> Result<void> {
            now.totp_secret.reset();
            now.totp_offered.reset();
            return replace_recovery_codes(connection, now.id, {});
        };
        return context_.stores.accounts.edit(account.id, change);
    };
    auto const edited = co_await context_.blocking.run(work);
    if (!edited) co_return std::unexpected(edited.error());
    if (account.totp_secret) {
        context_.send(Letter::second_factor_off, account,
                      {.path = "/reset-password", .detail = {}, .other = {}});
    }
    co_return api::done();
}

io::Task<FactorRoutes::Answer> FactorRoutes::renew(api::Call const& call) {
    auto who = co_await confirmed(call);
    if (!who) co_return std::unexpected(std::move(who.error()));
    if (auto* const refused = std::get_if<http::Response>(&*who)) co_return std::move(*refused);
    auto const codes = totp::new_recovery_codes();
    auto work = [&] {
        auto const change = [&](db::Connection& connection, Account& now) -> Result<void> {
            if (!now.totp_secret) {
                return fail(ErrorKind::conflict, "second factor",
                            "The second factor is not on: there is nothing to recover.");
            }
            return replace_recovery_codes(connection, now.id, codes);
        };
        return context_.stores.accounts.edit(std::get<Account>(*who).id, change);
    };
    auto const edited = co_await context_.blocking.run(work);
    if (!edited) co_return std::unexpected(edited.error());
    co_return never_kept(render_recovery_codes(codes));
}

}  // namespace directfanz::accounts
