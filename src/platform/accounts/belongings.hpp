#pragma once

#include "base/result.hpp"
#include "platform/api/caller.hpp"

#include <string>
#include <utility>
#include <vector>

namespace directfanz::accounts {

/// What an account has in other modules, which know how to tell it and how to let it go. Every call
/// blocks; from any thread.
class Belongings {
  public:
    virtual ~Belongings() = default;

    /// Members of the export: a name, and its value as JSON text.
    virtual Result<std::vector<std::pair<std::string, std::string>>> export_of(
        AccountId const& account) = 0;

    /// Before the account itself goes. May be called again after a failure.
    virtual Result<void> remove_all(AccountId const& account) = 0;

    /// Whoever made the account may have typed somebody else's address, whose owner takes it over
    /// now: lets go what told or showed the former something. May be called again after a failure.
    virtual Result<void> reclaim(AccountId const& /*account*/) { return {}; }
};

}  // namespace directfanz::accounts
