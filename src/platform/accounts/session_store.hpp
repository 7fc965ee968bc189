#pragma once

#include "platform/accounts/account.hpp"
#include "system/db/database.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::accounts {

/// A browser that is signed in.
struct Session {
    std::string id;
    AccountId account;
    /// "Firefox on Linux"
    std::string device;
    std::string address;
    WallTime created_at;
    WallTime used_at;
};

/// Who a secret belongs to, as far as requests need to know.
struct Holder {
    AccountId account;
    std::string handle;
    api::Roles roles;
    Status status = Status::active;
    std::string status_reason;
    /// The session's or the token's.
    std::string id;
    /// A token's.
    api::Scopes scopes;
};

/// Sessions. Every call blocks; from any thread.
class SessionStore {
  public:
    explicit SessionStore(db::Database& database) : database_(database) {}

    /// Without use for so long, or in all, a session ends.
    static constexpr std::chrono::days kIdle{30};
    static constexpr std::chrono::days kLongest{180};
    /// Use is written down at most so often.
    static constexpr seconds kUseStep{60};
    /// Of one account; beyond them the one that was used longest ago ends.
    static constexpr int kMost = 50;

    /// Begins a session for whoever sends `secret` from now on.
    Result<Session> begin(AccountId const& account, std::string_view secret,
                          std::string_view device, std::string_view address, WallTime now);

    /// Nothing for a secret that opens no session. Writes the use down.
    Result<std::optional<Holder>> find(std::string_view secret_hash, std::string_view address,
                                       WallTime now);

    /// Last used first.
    Result<std::vector<Session>> list(AccountId const& account, WallTime now);

    /// Returns whether there was one. An id alone ends nothing: it must be the account's.
    Result<bool> end(AccountId const& account, std::string_view id);
    /// All but `kept`, which may be empty.
    Result<void> end_all(AccountId const& account, std::string_view kept);
    /// In the transaction of what ends them.
    static Result<void> end_all(db::Connection& connection, AccountId const& account,
                                std::string_view kept);

  private:
    db::Database& database_;
};

}  // namespace directfanz::accounts
