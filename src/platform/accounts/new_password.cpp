#include "platform/accounts/new_password.hpp"

#include "platform/accounts/mail_token_store.hpp"
#include "platform/accounts/passkey_store.hpp"
#include "platform/accounts/recovery_codes.hpp"
#include "platform/accounts/session_store.hpp"
#include "platform/accounts/token_store.hpp"

#include <utility>

namespace directfanz::accounts {

Result<void> change_password(db::Connection& connection, Account& account, std::string hash,
                             std::string_view kept_session) {
    account.password_hash = std::move(hash);
    account.pending_email.reset();
    auto done = SessionStore::end_all(connection, account.id, kept_session);
    if (done) done = TokenStore::revoke_all(connection, account.id);
    if (done) done = PasskeyStore::remove_all(connection, account.id);
    if (done) done = MailTokenStore::forget(connection, account.id);
    return done;
}

Result<void> reset_password(db::Connection& connection, Account& account, std::string hash,
                            std::string_view email) {
    if (!account.email_verified) {
        account.totp_secret.reset();
        account.totp_offered.reset();
        auto const gone = replace_recovery_codes(connection, account.id, {});
        if (!gone) return gone;
    }
    if (email_key(account.email) == email_key(email)) account.email_verified = true;
    return change_password(connection, account, std::move(hash), "");
}

}  // namespace directfanz::accounts
