#include "platform/accounts/admin_routes.hpp"

#include "base/log.hpp"
#include "platform/accounts/admin_change.hpp"
#include "platform/accounts/pages.hpp"
#include "platform/api/body.hpp"
#include "platform/api/entity_tag.hpp"
#include "platform/api/problem.hpp"
#include "platform/api/query.hpp"

#include <fmt/format.h>

namespace directfanz::accounts {
namespace {

// What an administrator may set, and its place in CreatorStatus.
enum class Verdict { approved, refused, none };
constexpr std::array<std::string_view, 3> kVerdicts{"approved", "refused", "none"};

CreatorStatus status_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::approved:
            return CreatorStatus::approved;
        case Verdict::refused:
            return CreatorStatus::refused;
        case Verdict::none:
            return CreatorStatus::none;
    }
    return CreatorStatus::none;
}

AdminChange read_change(api::Body& body) {
    AdminChange change;
    body->at_least_one();
    auto const roles =
        body->optional("roles", api::ListOf{api::OneOf<api::Role>{kRoles}, 0, kRoles.size(), true});
    if (roles) {
        change.roles.emplace();
        for (auto const role : *roles) change.roles->insert(role);
    }
    auto const verdict = body->optional("creator", api::OneOf<Verdict>{kVerdicts});
    if (verdict) change.creator = status_of(*verdict);
    change.status = body->optional("status", api::OneOf<Status>{kStatuses});
    change.reason = body->optional("statusReason", api::Text{.most = 200});
    return change;
}

http::Response answer_with(Account const& account) {
    auto response = api::json_response(render_admin_account(account));
    api::set_entity_tag(response, account.version);
    http::set_cache_control(response, "no-store");
    return response;
}

Error no_such_account() {
    return {ErrorKind::not_found, "account", "There is no such account."};
}

}  // namespace

void AdminRoutes::add_to(api::Api& api) {
    api.on("adminListAccounts", *this, &AdminRoutes::list);
    api.on("adminGetAccount", *this, &AdminRoutes::get);
    api.on("adminEditAccount", *this, &AdminRoutes::edit);
    api.on("listAuditLog", *this, &AdminRoutes::audit_log);
}

io::Task<AdminRoutes::Answer> AdminRoutes::list(api::Call const& call) {
    constexpr std::string_view kList = "admin/accounts";
    api::Query query(call);
    AccountFilter filter;
    filter.begins = email_key(query.optional("q", api::Text{.most = 254}).value_or(""));
    filter.role = query.optional("role", api::OneOf<api::Role>{kRoles});
    filter.status = query.optional("status", api::OneOf<Status>{kStatuses});
    filter.creator = query.optional("creator", api::OneOf<CreatorStatus>{kCreatorStatuses});
    auto const page = query.page(kList, kNewestFirst);
    if (auto refused = query.refusal()) co_return std::move(*refused);
    auto work = [&] {
        return context_.stores.accounts.list(filter, before_of(page), page.size + 1);
    };
    auto accounts = co_await context_.blocking.run(work);
    if (!accounts) co_return std::unexpected(std::move(accounts.error()));
    auto const next = cut(kList, page, *accounts, &Account::created_at,
                          [](Account const& account) { return account.id.value(); });
    co_return api::json_response(render_admin_accounts(*accounts, next));
}

io::Task<AdminRoutes::Answer> AdminRoutes::get(api::Call const& call) {
    auto work = [&] { return context_.stores.accounts.find(AccountId(call.parameter("account"))); };
    auto const account = co_await context_.blocking.run(work);
    if (!account) co_return std::unexpected(account.error());
    if (!*account) co_return std::unexpected(no_such_account());
    co_return answer_with(**account);
}

io::Task<AdminRoutes::Answer> AdminRoutes::edit(api::Call const& call) {
    auto const condition = api::Precondition::of(call);
    if (!condition) co_return condition.error();
    api::Body body(call);
    auto const wish = read_change(body);
    if (auto refused = body.refusal()) co_return std::move(*refused);

    bool changed_meanwhile = false;
    Account before;
    auto work = [&]() -> Result<Account> {
        auto const change = [&](db::Connection& connection, Account& account) -> Result<void> {
            changed_meanwhile = !condition->allows(account.version);
            if (changed_meanwhile) return fail(ErrorKind::conflict, "account", "changed");
            before = account;
            auto allowed = check_right(call.caller, account, wish);
            if (!allowed) return allowed;
            auto const deeds = apply(wish, account);
            auto const ruled =
                account.is(api::Role::administrator) && account.status == Status::active;
            if (before.is(api::Role::administrator) && !ruled) {
                auto const another = AccountStore::another_administrator(connection, account.id);
                if (!another) return std::unexpected(another.error());
                if (!*another) return std::unexpected(last_administrator());
            }
            for (auto const& deed : deeds) {
                // Who that was is read by people, and stays when the account goes.
                auto const detail = deed.detail.empty()
                                        ? "@" + account.handle
                                        : fmt::format("@{}: {}", account.handle, deed.detail);
                auto noted = AuditLog::add(connection, {.id = {},
                                                        .at = wall_now(),
                                                        .by = call.caller.account,
                                                        .action = deed.action,
                                                        .target = "account:" + account.id.value(),
                                                        .detail = detail,
                                                        .address = call.request.remote_address});
                if (!noted) return noted;
            }
            if (account.status == Status::active || before.status == account.status) return {};
            return SessionStore::end_all(connection, account.id, "");
        };
        return context_.stores.accounts.edit(AccountId(call.parameter("account")), change);
    };
    auto const edited = co_await context_.blocking.run(work);
    if (changed_meanwhile) co_return api::changed_meanwhile();
    if (!edited) co_return std::unexpected(edited.error());
    context_.identities.forget();
    context_.changed(before, *edited);
    // What was decided counts, whether it can be told or not.
    auto tell = [&] { return notify(before, *edited); };
    auto const told = co_await context_.blocking.run(tell);
    if (!told) {
        log::warning("decision_not_told",
                     {{"account", edited->id.value()}, {"error", describe(told.error())}},
                     {{"connection", call.request.connection}});
    }
    co_return answer_with(*edited);
}

Result<void> AdminRoutes::notify(Account const& before, Account const& after) {
    if (before.status != after.status && after.status == Status::suspended) {
        context_.send(Letter::suspended, after,
                      {.path = {}, .detail = after.status_reason, .other = {}});
    }
    if (before.creator == after.creator) return {};
    auto const approved = after.creator == CreatorStatus::approved;
    if (!approved && after.creator != CreatorStatus::refused) return {};
    context_.send(approved ? Letter::creator_approved : Letter::creator_refused, after,
                  {.path = "/dashboard/artist/livestreams", .detail = {}, .other = {}});
    Notification notification;
    notification.kind =
        approved ? NotificationKind::creator_approved : NotificationKind::creator_refused;
    return context_.stores.notifications.notify({after.id}, notification, wall_now());
}

io::Task<AdminRoutes::Answer> AdminRoutes::audit_log(api::Call const& call) {
    constexpr std::string_view kList = "admin/audit-log";
    api::Query query(call);
    auto const page = query.page(kList, kNewestFirst);
    if (auto refused = query.refusal()) co_return std::move(*refused);
    struct Found {
        std::vector<AuditEntry> entries;
        People people;
    };
    auto work = [&]() -> Result<Found> {
        auto entries = context_.stores.audit.list(before_of(page), page.size + 1);
        if (!entries) return std::unexpected(std::move(entries.error()));
        std::vector<AccountId> named;
        for (auto const& entry : *entries) {
            if (entry.by) named.push_back(*entry.by);
        }
        auto people = context_.stores.accounts.find_all(named);
        if (!people) return std::unexpected(std::move(people.error()));
        return Found{.entries = std::move(*entries), .people = std::move(*people)};
    };
    auto found = co_await context_.blocking.run(work);
    if (!found) co_return std::unexpected(std::move(found.error()));
    auto const next = cut(kList, page, found->entries, &AuditEntry::at,
                          [](AuditEntry const& entry) { return entry.id; });
    co_return api::json_response(render_audit_log(found->entries, found->people, next));
}

}  // namespace directfanz::accounts
