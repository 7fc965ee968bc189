#include "platform/accounts/account_routes.hpp"

#include "base/log.hpp"
#include "platform/accounts/new_password.hpp"
#include "platform/accounts/own_account.hpp"
#include "platform/accounts/session_cookie.hpp"
#include "platform/accounts/sign_up.hpp"
#include "platform/api/body.hpp"
#include "platform/api/entity_tag.hpp"
#include "platform/api/problem.hpp"

#include <map>

#include <fmt/format.h>

namespace directfanz::accounts {
namespace {

constexpr api::Text kPassword{.least = 1, .most = 200, .kind = api::TextKind::secret};

/// {"name":value,…} of parts that are JSON already.
std::string object_of(std::vector<std::pair<std::string, std::string>> const& members) {
    std::string json = "{";
    for (auto const& [name, value] : members) {
        json += fmt::format("{}\"{}\":{}", json.size() > 1 ? "," : "", name, value);
    }
    return json + "}";
}

/// In the order of `ids`; those that are gone are left out.
std::vector<Account> those_of(std::map<AccountId, Account> const& people,
                              std::vector<AccountId> const& ids) {
    std::vector<Account> accounts;
    for (auto const& id : ids) {
        if (auto const found = people.find(id); found != people.end())
            accounts.push_back(found->second);
    }
    return accounts;
}

}  // namespace

void AccountRoutes::add_to(api::Api& api) {
    api.on("getAccount", *this, &AccountRoutes::get);
    api.on("editAccount", *this, &AccountRoutes::edit);
    api.on("changePassword", *this, &AccountRoutes::change_password);
    api.on("changeEmail", *this, &AccountRoutes::change_email);
    api.on("resendEmailVerification", *this, &AccountRoutes::resend_verification);
    api.on("becomeCreator", *this, &AccountRoutes::become_creator);
    api.on("exportAccount", *this, &AccountRoutes::export_all);
    api.on("deleteAccount", *this, &AccountRoutes::remove);
}

io::Task<AccountRoutes::Answer> AccountRoutes::get(api::Call const& call) {
    auto const account = co_await own_account(context_, call);
    if (!account) co_return std::unexpected(account.error());
    co_return account_answer(*account);
}

io::Task<AccountRoutes::Answer> AccountRoutes::edit(api::Call const& call) {
    auto const condition = api::Precondition::of(call);
    if (!condition) co_return condition.error();
    api::Body body(call);
    body->at_least_one();
    auto const display_name = body->optional("displayName", kDisplayName);
    auto const bio = body->optional("bio", api::Text{.most = kMaxBio,
                                                     .kind = api::TextKind::text,
                                                     .format = is_harmless,
                                                     .expected = "This turns the text around it."});
    auto const language = body->nullable(
        "language", api::Text{.least = 2,
                              .most = 3,
                              .format = is_language,
                              .expected = "This has to be a language's code, like en."});
    auto const mail_on_live = body->optional("mailOnLive", api::Boolean());
    if (auto refused = body.refusal()) co_return std::move(*refused);

    bool changed_meanwhile = false;
    Account before;
    auto work = [&] {
        auto const change = [&](db::Connection&, Account& account) -> Result<void> {
            before = account;
            changed_meanwhile = !condition->allows(account.version);
            if (changed_meanwhile) return fail(ErrorKind::conflict, "account", "changed");
            if (display_name) account.display_name = *display_name;
            if (bio) account.bio = *bio;
            if (language) account.language = *language;
            if (mail_on_live) account.mail_on_live = *mail_on_live;
            return {};
        };
        return context_.stores.accounts.edit(call.caller.account, change);
    };
    auto const edited = co_await context_.blocking.run(work);
    if (changed_meanwhile) co_return api::changed_meanwhile();
    if (!edited) co_return std::unexpected(edited.error());
    context_.changed(before, *edited);
    co_return account_answer(*edited);
}

io::Task<AccountRoutes::Answer> AccountRoutes::change_password(api::Call const& call) {
    api::Body body(call);
    auto const password = body->required("password", kPassword);
    auto const new_password = body->required("newPassword", kNewPassword);
    if (auto refused = body.refusal()) co_return std::move(*refused);
    auto const account = co_await own_account(context_, call);
    if (!account) co_return std::unexpected(account.error());
    if (is_weak(new_password, account->handle, account->email)) {
        tell_weak(*body, "newPassword");
        co_return std::move(*body.refusal());
    }
    auto refused = co_await refuse_password(context_, *account, password);
    if (!refused) co_return std::unexpected(std::move(refused.error()));
    if (*refused) co_return std::move(**refused);
    auto const hash = co_await context_.hasher.hash(new_password);
    if (!hash) co_return std::unexpected(hash.error());
    auto work = [&]() -> Result<Account> {
        auto const change = [&](db::Connection& connection, Account& now) {
            return accounts::change_password(connection, now, *hash, call.caller.credential);
        };
        return context_.stores.accounts.edit(account->id, change);
    };
    auto const edited = co_await context_.blocking.run(work);
    if (!edited) co_return std::unexpected(edited.error());
    context_.identities.forget();
    context_.send(Letter::password_changed, *edited,
                  {.path = "/reset-password", .detail = {}, .other = {}});
    co_return api::done();
}

io::Task<AccountRoutes::Answer> AccountRoutes::change_email(api::Call const& call) {
    api::Body body(call);
    auto const email = body->required("email", kNewEmail);
    auto const password = body->required("password", kPassword);
    if (auto refused = body.refusal()) co_return std::move(*refused);
    auto const account = co_await own_account(context_, call);
    if (!account) co_return std::unexpected(account.error());
    auto refused = co_await refuse_password(context_, *account, password);
    if (!refused) co_return std::unexpected(std::move(refused.error()));
    if (*refused) co_return std::move(**refused);

    auto work = [&]() -> Result<std::optional<std::string>> {
        auto const other = context_.stores.accounts.find_by_email(email);
        if (!other) return std::unexpected(other.error());
        // Whose address it is learns nothing, and neither does who asks: no letter comes.
        if (*other && (*other)->id != account->id) return std::nullopt;
        auto const change = [&](db::Connection&, Account& now) -> Result<void> {
            now.pending_email = email;
            return {};
        };
        auto const edited = context_.stores.accounts.edit(account->id, change);
        if (!edited) return std::unexpected(edited.error());
        auto secret = context_.stores.mail_tokens.issue(
            {.account = account->id, .kind = MailTokenKind::change, .email = email}, wall_now());
        if (!secret) return std::unexpected(std::move(secret.error()));
        return std::move(*secret);
    };
    auto const secret = co_await context_.blocking.run(work);
    if (!secret) co_return std::unexpected(secret.error());
    if (*secret) {
        auto reader = *account;
        reader.email = email;
        context_.send(Letter::change_email, reader,
                      {.path = "/verify-email#token=" + **secret, .detail = {}, .other = {}});
    }
    co_return api::accepted();
}

io::Task<AccountRoutes::Answer> AccountRoutes::resend_verification(api::Call const& call) {
    auto const account = co_await own_account(context_, call);
    if (!account) co_return std::unexpected(account.error());
    if (account->email_verified && !account->pending_email) {
        co_return fail(ErrorKind::conflict, "account", "This address is confirmed already.");
    }
    auto const change = account->pending_email.has_value();
    auto reader = *account;
    if (change) reader.email = *account->pending_email;
    auto work = [&] {
        return context_.stores.mail_tokens.issue(
            {.account = account->id,
             .kind = change ? MailTokenKind::change : MailTokenKind::verify,
             .email = reader.email},
            wall_now());
    };
    auto const secret = co_await context_.blocking.run(work);
    if (!secret) co_return std::unexpected(secret.error());
    context_.send(change ? Letter::change_email : Letter::verify_email, reader,
                  {.path = "/verify-email#token=" + *secret, .detail = {}, .other = {}});
    co_return api::accepted();
}

io::Task<AccountRoutes::Answer> AccountRoutes::become_creator(api::Call const& call) {
    Account before;
    auto work = [&] {
        auto const change = [&](db::Connection&, Account& account) -> Result<void> {
            before = account;
            if (account.is(api::Role::creator)) return {};
            if (account.creator == CreatorStatus::refused) {
                return fail(ErrorKind::denied, "creator",
                            "An administrator decided that you are no creator here. Ask whoever "
                            "runs this site.");
            }
            if (context_.facts.creators_by_approval) {
                account.creator = CreatorStatus::pending;
            } else {
                account.creator = CreatorStatus::approved;
                account.roles.insert(api::Role::creator);
            }
            return {};
        };
        return context_.stores.accounts.edit(call.caller.account, change);
    };
    auto const edited = co_await context_.blocking.run(work);
    if (!edited) co_return std::unexpected(edited.error());
    context_.identities.forget();
    context_.changed(before, *edited);
    co_return account_answer(*edited);
}

io::Task<AccountRoutes::Answer> AccountRoutes::export_all(api::Call const& call) {
    auto work = [&]() -> Result<std::string> {
        auto const& id = call.caller.account;
        auto const account = context_.stores.accounts.find(id);
        if (!account) return std::unexpected(account.error());
        if (!*account) return fail(ErrorKind::denied, "account", "This account was deleted.");
        auto const sessions = context_.stores.sessions.list(id, wall_now());
        if (!sessions) return std::unexpected(sessions.error());
        auto const tokens = context_.stores.tokens.list(id);
        if (!tokens) return std::unexpected(tokens.error());
        auto const passkeys = context_.stores.passkeys.list(id);
        if (!passkeys) return std::unexpected(passkeys.error());
        auto const notifications =
            context_.stores.notifications.list(id, std::nullopt, NotificationStore::kMost);
        if (!notifications) return std::unexpected(notifications.error());
        auto const moderators = context_.stores.moderators.list(id);
        if (!moderators) return std::unexpected(moderators.error());
        auto const moderates = context_.stores.moderators.named_by(id);
        if (!moderates) return std::unexpected(moderates.error());
        std::vector<AccountId> named = *moderators;
        named.insert(named.end(), moderates->begin(), moderates->end());
        for (auto const& notification : *notifications) {
            if (notification.by) named.push_back(*notification.by);
        }
        auto const people = context_.stores.accounts.find_all(named);
        if (!people) return std::unexpected(people.error());
        std::vector<std::pair<std::string, std::string>> members{
            {"account", render_account(**account)},
            {"sessions", render_sessions(*sessions, "")},
            {"tokens", render_tokens(*tokens)},
            {"passkeys", render_passkeys(*passkeys)},
            {"moderators", render_profiles(those_of(*people, *moderators))},
            {"moderates", render_profiles(those_of(*people, *moderates))},
            {"notifications", render_notifications(*notifications, *people, "", 0)},
        };
        for (auto* const others : context_.belongings) {
            auto more = others->export_of(id);
            if (!more) return std::unexpected(std::move(more.error()));
            for (auto& member : *more) members.push_back(std::move(member));
        }
        return object_of(members);
    };
    auto json = co_await context_.blocking.run(work);
    if (!json) co_return std::unexpected(std::move(json.error()));
    auto response = api::json_response(std::move(*json));
    response.headers.add("Content-Disposition", "attachment; filename=\"directfanz-account.json\"");
    http::set_cache_control(response, "no-store");
    co_return response;
}

io::Task<AccountRoutes::Answer> AccountRoutes::remove(api::Call const& call) {
    api::Body body(call);
    auto const password = body->required("password", kPassword);
    if (auto refused = body.refusal()) co_return std::move(*refused);
    auto const account = co_await own_account(context_, call);
    if (!account) co_return std::unexpected(account.error());
    auto refused = co_await refuse_password(context_, *account, password);
    if (!refused) co_return std::unexpected(std::move(refused.error()));
    if (*refused) co_return std::move(**refused);
    auto work = [&]() -> Result<void> {
        // Asked here too, so that nothing is lost of an account that stays.
        if (account->is(api::Role::administrator)) {
            auto const alone = context_.stores.accounts.is_last_administrator(account->id);
            if (!alone) return std::unexpected(alone.error());
            if (*alone) return std::unexpected(last_administrator());
        }
        for (auto* const others : context_.belongings) {
            auto removed = others->remove_all(account->id);
            if (!removed) return removed;
        }
        return context_.stores.accounts.remove(account->id);
    };
    auto const removed = co_await context_.blocking.run(work);
    if (!removed) co_return std::unexpected(removed.error());
    context_.identities.forget();
    log::info("account_deleted", {{"account", account->id.value()}},
              {{"connection", call.request.connection}});
    auto response = api::done();
    response.headers.add("Set-Cookie", clear_session_cookie(call.request));
    co_return response;
}

}  // namespace directfanz::accounts
