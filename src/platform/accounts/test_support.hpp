#pragma once

#include "platform/accounts/account_store.hpp"
#include "platform/accounts/secret.hpp"
#include "platform/schema/schema.hpp"
#include "system/db/migrate.hpp"
#include "system/db/test_database.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

/// For tests alone.
namespace directfanz::accounts {

/// Accounts on a database of their own.
class AccountsFixture : public db::OnEveryDatabase {
  protected:
    AccountsFixture() {
        auto const migrated = db::migrate(*database, schema::migrations());
        if (!migrated) throw std::runtime_error(describe(migrated.error()));
    }

    static Account made(std::string handle, api::Roles roles = {api::Role::fan}) {
        Account account;
        account.id = AccountId(new_id());
        account.display_name = "The " + handle;
        account.email = handle + "@mail.example";
        account.password_hash = "$argon2id$";
        account.roles = roles;
        account.created_at = kStart;
        account.handle = std::move(handle);
        return account;
    }

    Account create(std::string handle, api::Roles roles = {api::Role::fan}) {
        auto account = made(std::move(handle), roles);
        auto const created = accounts.create(account);
        if (!created) throw std::runtime_error(describe(created.error()));
        return account;
    }

    Account now(Account const& account) { return accounts.find(account.id).value().value(); }

    static constexpr WallTime kStart{seconds(1'800'000'000)};

    std::unique_ptr<db::Database> database = test_database.open();
    AccountStore accounts{*database};
};

}  // namespace directfanz::accounts
