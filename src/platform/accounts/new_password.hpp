#pragma once

#include "platform/accounts/account.hpp"
#include "system/db/connection.hpp"

#include <string>
#include <string_view>

/// What a new password ends: whoever knew the old one may have made a way in for later. In the
/// transaction that edits the account.
namespace directfanz::accounts {

/// Ends all sessions but `kept_session`, all API tokens, all passkeys, all links that were sent by
/// mail, and the wish for another address.
Result<void> change_password(db::Connection& connection, Account& account, std::string hash,
                             std::string_view kept_session);

/// The same by a link that was sent to `email`, with no session kept. Who has the link has the
/// mail, so the address is proved by it. If it was not before, whoever made the account may have
/// typed somebody else's address: the second factor goes, too.
Result<void> reset_password(db::Connection& connection, Account& account, std::string hash,
                            std::string_view email);

}  // namespace directfanz::accounts
