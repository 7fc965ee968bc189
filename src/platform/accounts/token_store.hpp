#pragma once

#include "platform/accounts/session_store.hpp"
#include "system/db/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::accounts {

/// What a script shows in place of a session.
struct ApiToken {
    std::string id;
    std::string name;
    api::Scopes scopes;
    WallTime created_at;
    WallTime expires_at;
    std::optional<WallTime> used_at;
};

/// How tokens begin, so that people and scanners for lost secrets know one when they see it.
inline constexpr std::string_view kTokenPrefix = "dfz_";

/// API tokens. Every call blocks; from any thread.
class TokenStore {
  public:
    explicit TokenStore(db::Database& database) : database_(database) {}

    /// Of one account.
    static constexpr int kMost = 50;

    /// Error: conflict when the account has kMost.
    Result<ApiToken> create(AccountId const& account, std::string_view secret,
                            std::string_view name, api::Scopes scopes, WallTime now,
                            WallTime expires_at);

    /// Nothing for a secret that opens nothing (any more). Writes the use down, a minute apart.
    Result<std::optional<Holder>> find(std::string_view secret_hash, WallTime now);

    /// Newest first; those that have expired too, until they are revoked.
    Result<std::vector<ApiToken>> list(AccountId const& account);

    Result<bool> revoke(AccountId const& account, std::string_view id);
    /// In the transaction of what revokes them.
    static Result<void> revoke_all(db::Connection& connection, AccountId const& account);

  private:
    db::Database& database_;
};

}  // namespace directfanz::accounts
