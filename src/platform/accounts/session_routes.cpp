#include "platform/accounts/session_routes.hpp"

#include "base/log.hpp"
#include "platform/accounts/new_password.hpp"
#include "platform/accounts/new_session.hpp"
#include "platform/accounts/recovery_codes.hpp"
#include "platform/accounts/secret.hpp"
#include "platform/accounts/session_cookie.hpp"
#include "platform/accounts/sign_up.hpp"
#include "platform/accounts/totp.hpp"
#include "platform/api/body.hpp"
#include "platform/api/problem.hpp"
#include "platform/api/rate_limiter.hpp"

#include <fmt/format.h>

namespace directfanz::accounts {
namespace {

constexpr api::Text kEmail{.least = 3, .most = 254};
constexpr api::Text kPassword{.least = 1, .most = 200, .kind = api::TextKind::secret};
constexpr api::Text kMailToken{.least = 1, .most = 100};

http::Response wrong_password() {
    return api::respond({.status = 401, .detail = "The address or the password is wrong."});
}

http::Response wait_before_next(seconds wait) {
    auto response = api::respond(
        {.status = 429,
         .detail = fmt::format("That was wrong too often. Try again in {} seconds, or have a new "
                               "password sent.",
                               wait.count())});
    response.headers.set("Retry-After", fmt::to_string(wait.count()));
    return response;
}

http::Response second_factor(std::vector<api::FieldError> errors) {
    return api::respond({.status = 401,
                         .detail = errors.empty()
                                       ? "Enter the code that your authenticator app shows."
                                       : "This code is wrong, too old, or was used before.",
                         .name = "second-factor-required",
                         .errors = std::move(errors)});
}

http::Response worthless_link() {
    return api::field_problem({.field = "/token",
                               .code = api::Code::mismatch,
                               .message = "This link was used before, or is too old. Ask for a "
                                          "new one."});
}

}  // namespace

void SessionRoutes::add_to(api::Api& api) {
    api.on("getSession", *this, &SessionRoutes::get);
    api.on("signIn", *this, &SessionRoutes::sign_in);
    api.on("signOut", *this, &SessionRoutes::sign_out);
    api.on("signUp", *this, &SessionRoutes::sign_up);
    api.on("verifyEmail", *this, &SessionRoutes::verify_email);
    api.on("requestPasswordReset", *this, &SessionRoutes::request_password_reset);
    api.on("resetPassword", *this, &SessionRoutes::reset_password);
}

io::Task<SessionRoutes::Answer> SessionRoutes::get(api::Call const& call) {
    if (!call.caller.signed_in()) {
        co_return private_answer(render_session(nullptr, "", 0, context_.facts));
    }
    struct Found {
        std::optional<Account> account;
        std::int64_t unread = 0;
    };
    auto work = [&]() -> Result<Found> {
        auto account = context_.stores.accounts.find(call.caller.account);
        if (!account) return std::unexpected(std::move(account.error()));
        auto const unread = context_.stores.notifications.unread(call.caller.account);
        if (!unread) return std::unexpected(unread.error());
        return Found{.account = std::move(*account), .unread = *unread};
    };
    auto const found = co_await context_.blocking.run(work);
    if (!found) co_return std::unexpected(found.error());
    co_return private_answer(render_session(found->account ? &*found->account : nullptr,
                                            call.caller.csrf_token, found->unread, context_.facts));
}

io::Task<SessionRoutes::Answer> SessionRoutes::sign_in(api::Call const& call) {
    api::Body body(call);
    auto const email = body->required("email", kEmail);
    auto const password = body->required("password", kPassword);
    auto const code = body->optional("code", api::Text{.least = 6, .most = 20});
    if (auto refused = body.refusal()) co_return std::move(*refused);

    auto const key = email_key(email);
    auto const whom = fmt::format("{} {}", key, api::counted_address(call.request.remote_address));
    auto const stranger = !context_.attempts.familiar(whom);
    auto wait = context_.attempts.wait(whom, steady_now());
    if (!wait && stranger) wait = context_.attempts_everywhere.wait(key, steady_now());
    if (wait) co_return wait_before_next(*wait);
    auto look_up = [&] { return context_.stores.accounts.find_by_email(email); };
    auto const account = co_await context_.blocking.run(look_up);
    if (!account) co_return std::unexpected(account.error());
    auto checking = *account ? context_.hasher.matches(password, (*account)->password_hash)
                             : context_.hasher.matches_nothing(password);
    auto const matches = co_await std::move(checking);
    if (!matches) co_return std::unexpected(matches.error());
    if (!*matches) {
        context_.attempts.failed(whom, steady_now());
        if (stranger) context_.attempts_everywhere.failed(key, steady_now());
        co_return wrong_password();
    }
    // With the right password it is a code that may be guessed.
    call.guessed = code.has_value();
    if ((*account)->status == Status::suspended) {
        co_return suspended_answer(**account);
    }
    auto refused = co_await check_second_factor(**account, code);
    if (!refused) co_return std::unexpected(refused.error());
    if (*refused) co_return std::move(**refused);
    context_.attempts.succeeded(whom);
    auto answer = co_await begin_session(context_, call, **account, 200);
    co_return answer;
}

io::Task<Result<std::optional<http::Response>>> SessionRoutes::check_second_factor(
    Account const& account, std::optional<std::string> const& code) {
    if (!account.totp_secret) co_return std::nullopt;
    if (!code) co_return second_factor({});
    auto const whom = account.id.value();
    if (auto const wait = context_.attempts.wait(whom, steady_now())) {
        co_return wait_before_next(*wait);
    }
    bool right = false;
    auto work = [&]() -> Result<Account> {
        auto const change = [&](db::Connection& connection, Account& now) -> Result<void> {
            right = false;
            if (!now.totp_secret) return {};
            auto const step = totp::match(*now.totp_secret, *code, wall_now(), now.totp_step);
            if (step) {
                now.totp_step = *step;
                right = true;
                return {};
            }
            auto const taken = take_recovery_code(connection, now.id, *code);
            if (!taken) return std::unexpected(taken.error());
            right = *taken;
            return {};
        };
        return context_.stores.accounts.edit(account.id, change);
    };
    auto const edited = co_await context_.blocking.run(work);
    if (!edited) co_return std::unexpected(edited.error());
    if (right) {
        context_.attempts.succeeded(whom);
        co_return std::nullopt;
    }
    context_.attempts.failed(whom, steady_now());
    co_return second_factor({{.field = "/code",
                              .code = api::Code::mismatch,
                              .message = "This code is wrong, too old, or was used before."}});
}

io::Task<SessionRoutes::Answer> SessionRoutes::sign_out(api::Call const& call) {
    auto work = [&] {
        return context_.stores.sessions.end(call.caller.account, call.caller.credential);
    };
    auto const ended = co_await context_.blocking.run(work);
    if (!ended) co_return std::unexpected(ended.error());
    context_.identities.forget();
    auto response = api::done();
    response.headers.add("Set-Cookie", clear_session_cookie(call.request));
    co_return response;
}

io::Task<SessionRoutes::Answer> SessionRoutes::sign_up(api::Call const& call) {
    api::Body body(call);
    auto wish = read_sign_up(body);
    if (auto refused = body.refusal()) co_return std::move(*refused);
    auto const first = !wish.setup_token.empty();
    if (first && !context_.setup.take(wish.setup_token)) {
        co_return api::field_problem({.field = "/setupToken",
                                      .code = api::Code::mismatch,
                                      .message = "This link was used before. Restart the server "
                                                 "for a new one if there is no administrator."});
    }
    auto hash = co_await context_.hasher.hash(wish.password);
    if (!hash) {
        if (first) context_.setup.put_back(wish.setup_token);
        co_return std::unexpected(std::move(hash.error()));
    }
    auto const account = new_account(wish, std::move(*hash), first, wall_now());
    auto work = [&] { return context_.stores.accounts.create(account); };
    auto const taken = co_await context_.blocking.run(work);
    if (!taken || *taken != AccountStore::Taken::nothing) {
        if (first) context_.setup.put_back(wish.setup_token);
        if (!taken) co_return std::unexpected(taken.error());
        co_return taken_problem(*taken);
    }
    if (first) context_.setup.used();
    log::info("signed_up", {{"account", account.id.value()}, {"administrator", first}},
              {{"connection", call.request.connection}});
    auto proof = [&] {
        return context_.stores.mail_tokens.issue(
            {.account = account.id, .kind = MailTokenKind::verify, .email = account.email},
            wall_now());
    };
    auto const secret = co_await context_.blocking.run(proof);
    if (secret) {
        context_.send(Letter::verify_email, account,
                      {.path = "/verify-email#token=" + *secret, .detail = {}, .other = {}});
    } else {
        // The account is there; the letter can be asked for again.
        log::error("verification_failed", {{"error", describe(secret.error())}});
    }
    auto answer = co_await begin_session(context_, call, account, 201);
    co_return answer;
}

io::Task<SessionRoutes::Answer> SessionRoutes::verify_email(api::Call const& call) {
    api::Body body(call);
    auto const secret = body->required("token", kMailToken);
    if (auto refused = body.refusal()) co_return std::move(*refused);
    struct Outcome {
        bool known = false;
        bool taken = false;
        std::string old_email;
        std::optional<Account> account;
    };
    auto work = [&]() -> Result<Outcome> {
        auto const token = context_.stores.mail_tokens.take(
            secret, {MailTokenKind::verify, MailTokenKind::change}, wall_now());
        if (!token) return std::unexpected(token.error());
        if (!*token) return Outcome();
        Outcome outcome{.known = true};
        if ((*token)->kind == MailTokenKind::change) {
            auto const other = context_.stores.accounts.find_by_email((*token)->email);
            if (!other) return std::unexpected(other.error());
            if (*other && (*other)->id != (*token)->account) {
                outcome.taken = true;
                return outcome;
            }
        }
        auto const change = [&](db::Connection&, Account& account) -> Result<void> {
            if ((*token)->kind == MailTokenKind::change) {
                outcome.old_email = account.email;
                account.email = (*token)->email;
                account.pending_email.reset();
                account.email_verified = true;
            } else if (email_key(account.email) == email_key((*token)->email)) {
                account.email_verified = true;
            }
            return {};
        };
        auto edited = context_.stores.accounts.edit((*token)->account, change);
        if (!edited) return std::unexpected(std::move(edited.error()));
        if ((*token)->kind == MailTokenKind::change) {
            // Links in the old address's letters open nothing any more.
            auto const forgotten = context_.stores.mail_tokens.forget((*token)->account);
            if (!forgotten) return std::unexpected(forgotten.error());
        }
        outcome.account = std::move(*edited);
        return outcome;
    };
    auto const outcome = co_await context_.blocking.run(work);
    if (!outcome) co_return std::unexpected(outcome.error());
    if (!outcome->known) co_return worthless_link();
    if (outcome->taken) co_return taken_problem(AccountStore::Taken::email);
    if (!outcome->old_email.empty()) {
        auto old = *outcome->account;
        old.email = outcome->old_email;
        context_.send(Letter::email_changed, old,
                      {.path = {}, .detail = outcome->account->email, .other = {}});
    }
    co_return api::done();
}

io::Task<SessionRoutes::Answer> SessionRoutes::request_password_reset(api::Call const& call) {
    api::Body body(call);
    auto const email = body->required("email", kEmail);
    if (auto refused = body.refusal()) co_return std::move(*refused);
    // Nobody waits for it: how long it takes would tell whether there is such an account.
    context_.blocking.post([this, email] {
        auto const sent = send_reset(email);
        if (!sent) log::error("password_reset_failed", {{"error", describe(sent.error())}});
    });
    co_return api::accepted();
}

Result<void> SessionRoutes::send_reset(std::string const& email) {
    auto const account = context_.stores.accounts.find_by_email(email);
    if (!account) return std::unexpected(account.error());
    if (!*account) return {};
    auto const secret = context_.stores.mail_tokens.issue(
        {.account = (*account)->id, .kind = MailTokenKind::reset, .email = (*account)->email},
        wall_now());
    if (!secret) return std::unexpected(secret.error());
    context_.send(Letter::reset_password, **account,
                  {.path = "/reset-password#token=" + *secret, .detail = {}, .other = {}});
    return {};
}

io::Task<SessionRoutes::Answer> SessionRoutes::reset_password(api::Call const& call) {
    api::Body body(call);
    auto const secret = body->required("token", kMailToken);
    auto const password = body->required("password", kNewPassword);
    if (body->well() && is_weak(password, "", "")) tell_weak(*body, "password");
    if (auto refused = body.refusal()) co_return std::move(*refused);
    auto hash = co_await context_.hasher.hash(password);
    if (!hash) co_return std::unexpected(std::move(hash.error()));
    auto work = [&]() -> Result<std::optional<Account>> {
        auto const token =
            context_.stores.mail_tokens.take(secret, {MailTokenKind::reset}, wall_now());
        if (!token) return std::unexpected(token.error());
        if (!*token) return std::nullopt;
        auto const& id = (*token)->account;
        auto const before = context_.stores.accounts.find(id);
        if (!before) return std::unexpected(before.error());
        if (*before && !(*before)->email_verified) {
            for (auto* const others : context_.belongings) {
                auto const done = others->reclaim(id);
                if (!done) return std::unexpected(done.error());
            }
        }
        auto const change = [&](db::Connection& connection, Account& account) {
            return accounts::reset_password(connection, account, *hash, (*token)->email);
        };
        auto edited = context_.stores.accounts.edit(id, change);
        if (!edited) return std::unexpected(std::move(edited.error()));
        return std::move(*edited);
    };
    auto const account = co_await context_.blocking.run(work);
    if (!account) co_return std::unexpected(account.error());
    if (!*account) co_return worthless_link();
    context_.identities.forget();
    context_.send(Letter::password_changed, **account,
                  {.path = "/reset-password", .detail = {}, .other = {}});
    co_return api::done();
}

}  // namespace directfanz::accounts
