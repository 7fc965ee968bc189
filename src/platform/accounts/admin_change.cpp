#include "platform/accounts/admin_change.hpp"

#include <fmt/format.h>

namespace directfanz::accounts {

Result<void> check_right(api::Caller const& caller, Account const& account,
                         AdminChange const& change) {
    auto const denied = [](std::string words) {
        return fail(ErrorKind::denied, "account", std::move(words));
    };
    if (change.status == Status::suspended && caller.account == account.id) {
        return denied("Nobody can suspend their own account.");
    }
    if (caller.is(api::Role::administrator)) return {};
    if (change.roles || change.creator) {
        return denied("Only an administrator changes roles and approves creators.");
    }
    if (account.is(api::Role::moderator) || account.is(api::Role::administrator)) {
        return denied("Only an administrator suspends moderators and administrators.");
    }
    return {};
}

std::vector<Deed> apply(AdminChange const& change, Account& account) {
    std::vector<Deed> deeds;
    if (change.roles) {
        auto roles = *change.roles;
        roles.insert(api::Role::fan);
        if (!(roles == account.roles)) {
            deeds.push_back({.action = "account.roles",
                             .detail = fmt::format("{} -> {}", api::to_text(account.roles),
                                                   api::to_text(roles))});
            account.roles = roles;
            if (roles.contains(api::Role::creator)) account.creator = CreatorStatus::approved;
            // With "none" they would be one again by one press.
            if (!roles.contains(api::Role::creator) && account.creator == CreatorStatus::approved) {
                account.creator = CreatorStatus::refused;
            }
        }
    }
    if (change.creator && *change.creator != account.creator) {
        deeds.push_back({.action = "account.creator",
                         .detail = fmt::format("{} -> {}", to_string(account.creator),
                                               to_string(*change.creator))});
        account.creator = *change.creator;
        if (account.creator == CreatorStatus::approved) {
            account.roles.insert(api::Role::creator);
        } else {
            account.roles.erase(api::Role::creator);
        }
    }
    auto const reworded = change.reason && *change.reason != account.status_reason;
    if (change.reason) account.status_reason = *change.reason;
    if (reworded && (!change.status || *change.status == account.status))
        deeds.push_back({.action = "account.reason", .detail = account.status_reason});
    if (change.status && *change.status != account.status) {
        account.status = *change.status;
        auto const suspended = account.status == Status::suspended;
        deeds.push_back({.action = suspended ? "account.suspend" : "account.restore",
                         .detail = account.status_reason});
        if (!suspended && !change.reason) account.status_reason.clear();
    }
    return deeds;
}

}  // namespace directfanz::accounts
