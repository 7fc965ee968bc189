#pragma once

#include "platform/accounts/account.hpp"
#include "platform/accounts/audit_log.hpp"
#include "platform/accounts/notification_store.hpp"
#include "platform/accounts/passkey_store.hpp"
#include "platform/accounts/session_store.hpp"
#include "platform/accounts/token_store.hpp"

#include <map>
#include <string>
#include <vector>

/// The contract's schemas as JSON text.
namespace directfanz::accounts {

/// What lists name people by.
using People = std::map<AccountId, Account>;

/// Account
std::string render_account(Account const& account);
/// AdminAccount
std::string render_admin_account(Account const& account);
/// AdminAccountPage
std::string render_admin_accounts(std::vector<Account> const& accounts,
                                  std::string const& next_cursor);
/// ProfileList
std::string render_profiles(std::vector<Account> const& accounts);
/// SessionList
std::string render_sessions(std::vector<Session> const& sessions, std::string_view current);
/// TokenList
std::string render_tokens(std::vector<ApiToken> const& tokens);
/// CreatedToken
std::string render_created_token(ApiToken const& token, std::string_view secret);
/// Passkey
std::string render_passkey(Passkey const& passkey);
/// PasskeyList
std::string render_passkeys(std::vector<Passkey> const& passkeys);
/// RecoveryCodes
std::string render_recovery_codes(std::vector<std::string> const& codes);
/// NotificationPage; `next_cursor` empty behind the last page.
std::string render_notifications(std::vector<Notification> const& notifications,
                                 People const& people, std::string const& next_cursor,
                                 std::int64_t unread);
/// AuditPage
std::string render_audit_log(std::vector<AuditEntry> const& entries, People const& people,
                             std::string const& next_cursor);

/// What pages must know of this installation: the schema Site.
struct SiteFacts {
    std::string name = "DirectFanz";
    bool creators_by_approval = false;
    bool country_rules = false;
    /// "rtmp://fans.example/live"
    std::string rtmp_url;
    /// Empty without RTMPS.
    std::string rtmps_url;
    /// Where passkeys work, as an origin; empty: nowhere.
    std::string passkey_origin{};
};

/// Session. `account` null for nobody.
std::string render_session(Account const* account, std::string_view csrf_token, std::int64_t unread,
                           SiteFacts const& site);

}  // namespace directfanz::accounts
