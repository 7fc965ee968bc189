#pragma once

#include "platform/accounts/account_store.hpp"
#include "system/db/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace directfanz::accounts {

/// What an administrator or moderator did.
struct AuditEntry {
    std::string id;
    WallTime at;
    /// Nobody: the command line. The account may have been deleted since.
    std::optional<AccountId> by;
    /// "account.suspend"
    std::string action;
    /// What it was done to: "account:abc…", "stream:…", "category:music".
    std::string target;
    std::string detail;
    /// Where it was done from.
    std::string address;
};

/// Rows are added and read, never changed. Every call blocks; from any thread.
class AuditLog {
  public:
    explicit AuditLog(db::Database& database) : database_(database) {}

    /// In the transaction of what was done: neither is kept without the other. `id` is made here.
    static Result<void> add(db::Connection& connection, AuditEntry const& entry);
    /// In a transaction of its own.
    Result<void> add(AuditEntry const& entry);

    /// Newest first.
    Result<std::vector<AuditEntry>> list(std::optional<Before> const& before, std::size_t most);

  private:
    db::Database& database_;
};

}  // namespace directfanz::accounts
