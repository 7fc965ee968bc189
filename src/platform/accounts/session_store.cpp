#include "platform/accounts/session_store.hpp"

#include "platform/accounts/rows.hpp"
#include "platform/accounts/secret.hpp"

namespace directfanz::accounts {
namespace {

/// What began or was used before these has ended.
std::vector<db::Parameter> limits(WallTime now) {
    return {{"idle", to_database(now - SessionStore::kIdle)},
            {"longest", to_database(now - SessionStore::kLongest)}};
}

}  // namespace

Result<Session> SessionStore::begin(AccountId const& account, std::string_view secret,
                                    std::string_view device, std::string_view address,
                                    WallTime now) {
    Session session{.id = new_id(),
                    .account = account,
                    .device = std::string(device),
                    .address = std::string(address),
                    .created_at = std::chrono::floor<milliseconds>(now),
                    .used_at = std::chrono::floor<milliseconds>(now)};
    auto const work = [&](db::Connection& connection) -> Result<void> {
        auto const ended = connection.execute(
            "DELETE FROM sessions WHERE account = :account AND (used_at < :idle OR created_at < "
            ":longest OR id IN (SELECT id FROM sessions WHERE account = :account ORDER BY used_at "
            "DESC, id LIMIT 1000 OFFSET :kept))",
            {{"account", account.value()},
             {"idle", to_database(now - kIdle)},
             {"longest", to_database(now - kLongest)},
             {"kept", kMost - 1}});
        if (!ended) return std::unexpected(ended.error());
        auto const inserted = connection.execute(
            "INSERT INTO sessions (id, secret_hash, account, device, address, created_at, used_at) "
            "VALUES (:id, :secret_hash, :account, :device, :address, :now, :now)",
            {{"id", session.id},
             {"secret_hash", hash_of_secret(secret)},
             {"account", account.value()},
             {"device", device},
             {"address", address},
             {"now", to_database(now)}});
        if (!inserted) return std::unexpected(inserted.error());
        return {};
    };
    auto const begun = db::transact(database_, work);
    if (!begun) return std::unexpected(begun.error());
    return session;
}

Result<std::optional<Holder>> SessionStore::find(std::string_view secret_hash,
                                                 std::string_view address, WallTime now) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto parameters = limits(now);
    parameters.emplace_back("secret_hash", secret_hash);
    auto const rows =
        (*connection)
            ->query(
                "SELECT sessions.id, sessions.used_at, accounts.id, accounts.handle, "
                "accounts.roles, accounts.status, accounts.status_reason FROM sessions JOIN "
                "accounts ON accounts.id = sessions.account WHERE sessions.secret_hash = "
                ":secret_hash AND sessions.used_at >= :idle AND sessions.created_at >= :longest",
                parameters);
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) return std::nullopt;
    auto const& row = rows->front();
    Holder holder{.account = AccountId(row.text(2)),
                  .handle = row.text(3),
                  .roles = api::parse_roles(row.text(4)),
                  .status = row.text(5) == "active" ? Status::active : Status::suspended,
                  .status_reason = row.text(6),
                  .id = row.text(0),
                  .scopes = {}};
    if (row.integer(1) < to_database(now - kUseStep)) {
        auto const noted =
            (*connection)
                ->execute(
                    "UPDATE sessions SET used_at = :now, address = :address WHERE "
                    "id = :id AND used_at < :now",
                    {{"now", to_database(now)}, {"address", address}, {"id", holder.id}});
        if (!noted) return std::unexpected(noted.error());
        auto const seen =
            (*connection)
                ->execute("UPDATE accounts SET last_seen_at = :now WHERE id = :id",
                          {{"now", to_database(now)}, {"id", holder.account.value()}});
        if (!seen) return std::unexpected(seen.error());
    }
    return holder;
}

Result<std::vector<Session>> SessionStore::list(AccountId const& account, WallTime now) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto parameters = limits(now);
    parameters.emplace_back("account", account.value());
    auto const rows = (*connection)
                          ->query(
                              "SELECT id, device, address, created_at, used_at FROM sessions WHERE "
                              "account = :account AND used_at >= :idle AND created_at >= :longest "
                              "ORDER BY used_at DESC, id",
                              parameters);
    if (!rows) return std::unexpected(rows.error());
    std::vector<Session> sessions;
    for (auto const& row : *rows) {
        sessions.push_back({.id = row.text(0),
                            .account = account,
                            .device = row.text(1),
                            .address = row.text(2),
                            .created_at = from_database(row.integer(3)),
                            .used_at = from_database(row.integer(4))});
    }
    return sessions;
}

Result<bool> SessionStore::end(AccountId const& account, std::string_view id) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const ended = (*connection)
                           ->execute("DELETE FROM sessions WHERE account = :account AND id = :id",
                                     {{"account", account.value()}, {"id", id}});
    if (!ended) return std::unexpected(ended.error());
    return *ended > 0;
}

Result<void> SessionStore::end_all(AccountId const& account, std::string_view kept) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    return end_all(**connection, account, kept);
}

Result<void> SessionStore::end_all(db::Connection& connection, AccountId const& account,
                                   std::string_view kept) {
    auto const ended =
        connection.execute("DELETE FROM sessions WHERE account = :account AND id <> :kept",
                           {{"account", account.value()}, {"kept", kept}});
    if (!ended) return std::unexpected(ended.error());
    return {};
}

}  // namespace directfanz::accounts
