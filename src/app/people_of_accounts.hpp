#pragma once

#include "platform/accounts/context.hpp"
#include "platform/streams/people.hpp"

namespace directfanz::app {

/// What streams ask of accounts, answered by the accounts that there are.
class PeopleOfAccounts final : public streams::People {
  public:
    explicit PeopleOfAccounts(accounts::Stores& stores) : stores_(stores) {}

    Result<std::optional<streams::Person>> find(AccountId const& id) override;
    Result<std::optional<streams::Person>> find_by_handle(std::string_view handle) override;
    Result<std::map<AccountId, streams::Person>> find_all(
        std::vector<AccountId> const& ids) override;
    Result<bool> moderates(AccountId const& account, AccountId const& creator) override;

  private:
    accounts::Stores& stores_;
};

/// Passwords of streams cost what passwords of accounts cost.
class HasherOfAccounts final : public streams::PasswordHasher {
  public:
    explicit HasherOfAccounts(accounts::Hasher& hasher) : hasher_(hasher) {}

    io::Task<Result<std::string>> hash(std::string password) override {
        return hasher_.hash(std::move(password));
    }
    io::Task<Result<bool>> matches(std::string password, std::string hash) override {
        return hasher_.matches(std::move(password), std::move(hash));
    }

  private:
    accounts::Hasher& hasher_;
};

}  // namespace directfanz::app
