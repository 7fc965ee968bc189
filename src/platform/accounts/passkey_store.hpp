#pragma once

#include "platform/accounts/account.hpp"
#include "system/db/database.hpp"
#include "system/webauthn/verify.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::accounts {

/// A key pair that opens an account without its password; the public half.
struct Passkey {
    std::string id;
    AccountId account;
    /// In base64url.
    std::string credential_id;
    webauthn::PublicKey key;
    std::uint32_t sign_count = 0;
    std::string name;
    WallTime created_at;
    std::optional<WallTime> used_at;
};

/// Passkeys, and the challenges that they answer. Every call blocks; from any thread.
class PasskeyStore {
  public:
    explicit PasskeyStore(db::Database& database) : database_(database) {}

    /// Of one account.
    static constexpr int kMost = 20;
    static constexpr std::chrono::minutes kChallengeLife{5};

    /// A new challenge, 43 characters of base64url. `session`: which of them adds a passkey; empty
    /// for signing in.
    Result<std::string> challenge(std::string_view session, WallTime now);
    /// Whether it was given out for this, and not too long ago; it works once.
    Result<bool> take_challenge(std::string_view challenge, std::string_view session, WallTime now);

    /// Error: conflict when the account has kMost, and for a credential that somebody has already.
    Result<Passkey> create(AccountId const& account, webauthn::Credential const& credential,
                           std::string_view name, WallTime now);

    Result<std::optional<Passkey>> find(std::string_view credential_id);

    /// Writes down that it was used. False if the signature counter went back, or the passkey away.
    Result<bool> use(Passkey const& passkey, std::uint32_t sign_count, WallTime now);

    /// Newest first.
    Result<std::vector<Passkey>> list(AccountId const& account);

    /// Nothing if the account has none of this id.
    Result<std::optional<Passkey>> rename(AccountId const& account, std::string_view id,
                                          std::string_view name);
    /// What was removed; nothing if the account has none of this id.
    Result<std::optional<Passkey>> remove(AccountId const& account, std::string_view id);
    /// In the transaction of what removes them.
    static Result<void> remove_all(db::Connection& connection, AccountId const& account);

  private:
    Result<std::optional<Passkey>> one(std::string const& sql,
                                       std::vector<db::Parameter> const& parameters);

    db::Database& database_;
};

}  // namespace directfanz::accounts
