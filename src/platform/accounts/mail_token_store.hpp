#pragma once

#include "platform/accounts/account.hpp"
#include "system/db/database.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace directfanz::accounts {

/// What a link in a mail is for.
enum class MailTokenKind { verify, change, reset };
std::string_view to_string(MailTokenKind kind);

struct MailToken {
    AccountId account;
    MailTokenKind kind = MailTokenKind::verify;
    /// Where it was sent.
    std::string email;
};

/// Links that were sent; each works once, and a new one ends those of its kind that went before.
/// Every call blocks; from any thread.
class MailTokenStore {
  public:
    explicit MailTokenStore(db::Database& database) : database_(database) {}

    static constexpr std::chrono::hours kVerifyLife{72};
    static constexpr std::chrono::hours kResetLife{1};

    /// Returns the secret that goes into the link.
    Result<std::string> issue(MailToken const& token, WallTime now);

    /// What the secret was for; it is used up then. Nothing for one that is unknown, used or too
    /// old. `kinds`: those that are looked for.
    Result<std::optional<MailToken>> take(std::string_view secret,
                                          std::initializer_list<MailTokenKind> kinds, WallTime now);

    /// All of the account.
    Result<void> forget(AccountId const& account);
    /// In the transaction of what makes them worthless.
    static Result<void> forget(db::Connection& connection, AccountId const& account);

  private:
    db::Database& database_;
};

}  // namespace directfanz::accounts
