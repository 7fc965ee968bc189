#pragma once

#include "base/result.hpp"
#include "platform/api/caller.hpp"

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

/// A slow hash for what people choose. It blocks, and takes its time.
class PasswordHasher {
  public:
    virtual ~PasswordHasher() = default;

    virtual Result<std::string> hash(std::string_view password) = 0;
    virtual Result<bool> matches(std::string_view password, std::string_view hash) = 0;
};

}  // namespace directfanz::streams
