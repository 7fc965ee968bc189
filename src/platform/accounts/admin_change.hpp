#pragma once

#include "platform/accounts/account.hpp"
#include "platform/api/caller.hpp"

#include <optional>
#include <string>
#include <vector>

namespace directfanz::accounts {

/// The schema AdminEditAccount.
struct AdminChange {
    std::optional<api::Roles> roles;
    /// approved, refused or none.
    std::optional<CreatorStatus> creator;
    std::optional<Status> status;
    std::optional<std::string> reason;
};

/// What is to be written down of it.
struct Deed {
    /// "account.suspend"
    std::string action;
    std::string detail;
};

/// Whether `caller` may change `account` so. Moderators may suspend fans and creators, and take
/// that back; all else is an administrator's, and nobody suspends oneself. Error: denied, in words.
Result<void> check_right(api::Caller const& caller, Account const& account,
                         AdminChange const& change);

/// Changes the account and says what was done; nothing for what is so already.
std::vector<Deed> apply(AdminChange const& change, Account& account);

}  // namespace directfanz::accounts
