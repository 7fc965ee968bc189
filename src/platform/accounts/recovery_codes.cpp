#include "platform/accounts/recovery_codes.hpp"

#include "platform/accounts/secret.hpp"
#include "platform/accounts/totp.hpp"

namespace directfanz::accounts {

Result<void> replace_recovery_codes(db::Connection& connection, AccountId const& account,
                                    std::vector<std::string> const& codes) {
    auto const gone = connection.execute("DELETE FROM recovery_codes WHERE account = :account",
                                         {{"account", account.value()}});
    if (!gone) return std::unexpected(gone.error());
    for (auto const& code : codes) {
        auto const inserted = connection.execute(
            "INSERT INTO recovery_codes (account, code_hash) VALUES (:account, :code_hash)",
            {{"account", account.value()},
             {"code_hash", hash_of_secret(totp::plain_recovery_code(code))}});
        if (!inserted) return std::unexpected(inserted.error());
    }
    return {};
}

Result<bool> take_recovery_code(db::Connection& connection, AccountId const& account,
                                std::string_view typed) {
    auto const taken = connection.execute(
        "DELETE FROM recovery_codes WHERE account = :account AND code_hash = :code_hash",
        {{"account", account.value()},
         {"code_hash", hash_of_secret(totp::plain_recovery_code(typed))}});
    if (!taken) return std::unexpected(taken.error());
    return *taken > 0;
}

}  // namespace directfanz::accounts
