#pragma once

#include "base/result.hpp"
#include "platform/api/caller.hpp"
#include "system/db/connection.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Codes that stand in for an authenticator app, in the transaction of what they are for.
namespace directfanz::accounts {

/// In place of those before; an empty list takes them away.
Result<void> replace_recovery_codes(db::Connection& connection, AccountId const& account,
                                    std::vector<std::string> const& codes);

/// Uses a code up; false if it is none of the account's, or was used before.
Result<bool> take_recovery_code(db::Connection& connection, AccountId const& account,
                                std::string_view typed);

}  // namespace directfanz::accounts
