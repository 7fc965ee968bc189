#pragma once

#include "platform/accounts/account.hpp"
#include "system/db/database.hpp"

#include <vector>

namespace directfanz::accounts {

/// Who moderates whose streams. Every call blocks; from any thread.
class ModeratorStore {
  public:
    explicit ModeratorStore(db::Database& database) : database_(database) {}

    /// Of one creator.
    static constexpr int kMost = 200;

    /// Whether that is new. Error: conflict beyond kMost.
    Result<bool> add(AccountId const& creator, AccountId const& account, WallTime now);
    Result<void> remove(AccountId const& creator, AccountId const& account);
    Result<bool> moderates(AccountId const& account, AccountId const& creator);
    /// By handle.
    Result<std::vector<AccountId>> list(AccountId const& creator);
    /// The creators who have named this account; by handle.
    Result<std::vector<AccountId>> named_by(AccountId const& account);

  private:
    Result<std::vector<AccountId>> accounts_of(std::string const& sql, AccountId const& whose);

    db::Database& database_;
};

}  // namespace directfanz::accounts
