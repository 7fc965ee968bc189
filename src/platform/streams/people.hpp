#pragma once

#include "base/result.hpp"
#include "platform/api/caller.hpp"
#include "system/io/task.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::streams {

/// An account as its streams show it.
struct Person {
    AccountId id;
    std::string handle;
    std::string display_name;
    std::string bio;
    bool suspended = false;
    /// For the account: why.
    std::string suspended_because;
    /// Is a creator, or runs the site.
    bool may_broadcast = true;

    bool operator==(Person const&) const = default;
};

/// What streams ask of accounts. Every call blocks; from any thread.
class People {
  public:
    virtual ~People() = default;

    virtual Result<std::optional<Person>> find(AccountId const& id) = 0;
    virtual Result<std::optional<Person>> find_by_handle(std::string_view handle) = 0;
    /// Those of `ids` that there are.
    virtual Result<std::map<AccountId, Person>> find_all(std::vector<AccountId> const& ids) = 0;
    /// Whether `account` moderates the streams of `creator`.
    virtual Result<bool> moderates(AccountId const& account, AccountId const& creator) = 0;
};

/// A slow hash for what people choose, on threads of its own.
class PasswordHasher {
  public:
    virtual ~PasswordHasher() = default;

    virtual io::Task<Result<std::string>> hash(std::string password) = 0;
    virtual io::Task<Result<bool>> matches(std::string password, std::string hash) = 0;
};

}  // namespace directfanz::streams
