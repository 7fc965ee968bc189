#pragma once

#include "platform/accounts/account.hpp"
#include "system/db/database.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::accounts {

/// Which accounts a list is of.
struct AccountFilter {
    /// Beginning of a handle or an address, in lower case; empty: any.
    std::string begins;
    std::optional<api::Role> role;
    std::optional<Status> status;
    std::optional<CreatorStatus> creator;
};

/// Where a list by time, newest first, goes on.
struct Before {
    std::int64_t time = 0;
    std::string id;
};

/// What is said when the site would be left without an administrator.
Error last_administrator();

/// The accounts that there are. Every call blocks; from any thread.
class AccountStore {
  public:
    explicit AccountStore(db::Database& database) : database_(database) {}

    /// What another has already.
    enum class Taken { nothing, handle, email };

    /// Keeps a new account. An address or a handle that another has is told, and nothing kept.
    Result<Taken> create(Account const& account);

    Result<std::optional<Account>> find(AccountId const& id);
    Result<std::optional<Account>> find_by_email(std::string_view email);
    Result<std::optional<Account>> find_by_handle(std::string_view handle);
    /// Those of `ids` that there are.
    Result<std::map<AccountId, Account>> find_all(std::vector<AccountId> const& ids);

    /// Changes an account as it stands now: `change` says what becomes of it, or why not. Its
    /// version counts up. Errors: not_found, and `change`'s. `change` may be called more than once.
    Result<Account> edit(AccountId const& id,
                         std::function<Result<void>(db::Connection&, Account&)> const& change);

    /// Deletes the account and all rows of this module that are its own. Error: conflict for the
    /// last administrator.
    Result<void> remove(AccountId const& id);

    /// Newest first; `before` none for the first page.
    Result<std::vector<Account>> list(AccountFilter const& filter,
                                      std::optional<Before> const& before, std::size_t most);

    Result<bool> has_administrator();
    Result<bool> is_last_administrator(AccountId const& id);

    /// Whether another active account than `id` is an administrator.
    static Result<bool> another_administrator(db::Connection& connection, AccountId const& id);

  private:
    db::Database& database_;
};

}  // namespace directfanz::accounts
