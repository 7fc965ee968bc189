#include "platform/accounts/token_store.hpp"

#include "platform/accounts/rows.hpp"
#include "platform/accounts/secret.hpp"

#include <fmt/format.h>

namespace directfanz::accounts {

Result<ApiToken> TokenStore::create(AccountId const& account, std::string_view secret,
                                    std::string_view name, api::Scopes scopes, WallTime now,
                                    WallTime expires_at) {
    ApiToken token{.id = new_id(),
                   .name = std::string(name),
                   .scopes = scopes,
                   .created_at = std::chrono::floor<milliseconds>(now),
                   .expires_at = std::chrono::floor<milliseconds>(expires_at),
                   .used_at = {}};
    auto const work = [&](db::Connection& connection) -> Result<void> {
        auto const rows =
            connection.query("SELECT COUNT(*) FROM api_tokens WHERE account = :account",
                             {{"account", account.value()}});
        if (!rows) return std::unexpected(rows.error());
        if (rows->front().integer(0) >= kMost) {
            return fail(ErrorKind::conflict, "token",
                        fmt::format("An account has at most {} tokens. Revoke one that is not "
                                    "used any more.",
                                    kMost));
        }
        auto const inserted = connection.execute(
            "INSERT INTO api_tokens (id, secret_hash, account, name, scopes, created_at, "
            "expires_at) VALUES (:id, :secret_hash, :account, :name, :scopes, :created_at, "
            ":expires_at)",
            {{"id", token.id},
             {"secret_hash", hash_of_secret(secret)},
             {"account", account.value()},
             {"name", name},
             {"scopes", api::to_text(scopes)},
             {"created_at", to_database(now)},
             {"expires_at", to_database(expires_at)}});
        if (!inserted) return std::unexpected(inserted.error());
        return {};
    };
    auto const created = db::transact(database_, work);
    if (!created) return std::unexpected(created.error());
    return token;
}

Result<std::optional<Holder>> TokenStore::find(std::string_view secret_hash, WallTime now) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query(
                "SELECT api_tokens.id, api_tokens.used_at, api_tokens.scopes, accounts.id, "
                "accounts.handle, accounts.roles, accounts.status, accounts.status_reason FROM "
                "api_tokens JOIN accounts ON accounts.id = api_tokens.account WHERE "
                "api_tokens.secret_hash = :secret_hash AND api_tokens.expires_at > :now",
                {{"secret_hash", secret_hash}, {"now", to_database(now)}});
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) return std::nullopt;
    auto const& row = rows->front();
    Holder holder{.account = AccountId(row.text(3)),
                  .handle = row.text(4),
                  .roles = api::parse_roles(row.text(5)),
                  .status = row.text(6) == "active" ? Status::active : Status::suspended,
                  .status_reason = row.text(7),
                  .id = row.text(0),
                  .scopes = api::parse_scopes(row.text(2))};
    if (row.integer(1) < to_database(now - SessionStore::kUseStep)) {
        auto const noted = (*connection)
                               ->execute("UPDATE api_tokens SET used_at = :now WHERE id = :id",
                                         {{"now", to_database(now)}, {"id", holder.id}});
        if (!noted) return std::unexpected(noted.error());
    }
    return holder;
}

Result<std::vector<ApiToken>> TokenStore::list(AccountId const& account) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows = (*connection)
                          ->query(
                              "SELECT id, name, scopes, created_at, expires_at, used_at FROM "
                              "api_tokens WHERE account = :account ORDER BY created_at DESC, id",
                              {{"account", account.value()}});
    if (!rows) return std::unexpected(rows.error());
    std::vector<ApiToken> tokens;
    for (auto const& row : *rows) {
        tokens.push_back({.id = row.text(0),
                          .name = row.text(1),
                          .scopes = api::parse_scopes(row.text(2)),
                          .created_at = from_database(row.integer(3)),
                          .expires_at = from_database(row.integer(4)),
                          .used_at = maybe_from_database(row.maybe_integer(5))});
    }
    return tokens;
}

Result<bool> TokenStore::revoke(AccountId const& account, std::string_view id) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const revoked =
        (*connection)
            ->execute("DELETE FROM api_tokens WHERE account = :account AND id = :id",
                      {{"account", account.value()}, {"id", id}});
    if (!revoked) return std::unexpected(revoked.error());
    return *revoked > 0;
}

Result<void> TokenStore::revoke_all(db::Connection& connection, AccountId const& account) {
    auto const revoked = connection.execute("DELETE FROM api_tokens WHERE account = :account",
                                            {{"account", account.value()}});
    if (!revoked) return std::unexpected(revoked.error());
    return {};
}

}  // namespace directfanz::accounts
