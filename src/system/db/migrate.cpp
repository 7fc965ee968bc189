#include "system/db/migrate.hpp"

#include "base/clock.hpp"

#include <fmt/format.h>

namespace directfanz::db {
namespace {

Result<std::int64_t> version_of(Connection& connection) {
    auto const rows = connection.query("SELECT MAX(version) FROM schema_migrations");
    if (!rows) return std::unexpected(rows.error());
    return rows->front().integer(0);
}

Result<void> apply(Connection& connection, Migration const& migration) {
    auto transaction = Transaction::begin_alone(connection);
    if (!transaction) return std::unexpected(std::move(transaction.error()));
    // Another process may have applied it while this one waited for its turn.
    auto const reached = version_of(connection);
    if (!reached) return std::unexpected(reached.error());
    if (*reached >= migration.version) return {};

    auto done = connection.script(migration.sql);
    if (!done) {
        done.error().message = fmt::format("migration {} ({}) failed: {}", migration.version,
                                           migration.name, done.error().message);
        return done;
    }
    auto const now = std::chrono::duration_cast<milliseconds>(wall_now().time_since_epoch());
    auto const recorded = connection.execute(
        "INSERT INTO schema_migrations (version, name, applied_at) "
        "VALUES (:version, :name, :applied_at)",
        {{"version", migration.version}, {"name", migration.name}, {"applied_at", now.count()}});
    if (!recorded) return std::unexpected(recorded.error());
    return transaction->commit();
}

/// Several processes may be at it at once, and not every database lets them.
Result<void> create_history(Connection& connection) {
    auto transaction = Transaction::begin_alone(connection);
    if (!transaction) return std::unexpected(std::move(transaction.error()));
    auto created = connection.script(
        "CREATE TABLE IF NOT EXISTS schema_migrations ("
        "version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL);");
    if (!created) return created;
    return transaction->commit();
}

}  // namespace

Result<std::int64_t> migrate(Database& database, std::span<Migration const> migrations) {
    auto connection = database.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto present = version_of(**connection);
    if (!present) {
        auto created = create_history(**connection);
        if (!created) return std::unexpected(std::move(created.error()));
        present = version_of(**connection);
    }
    if (!present) return present;
    auto const known = migrations.empty() ? 0 : migrations.back().version;
    if (*present > known) {
        return fail(ErrorKind::unsupported, "database",
                    fmt::format("the data was written by a newer DirectFanz (its schema is {}, "
                                "this program knows {}); start that version, or restore a backup",
                                *present, known));
    }
    for (auto const& migration : migrations) {
        if (migration.version <= *present) continue;
        auto applied = apply(**connection, migration);
        if (!applied) return std::unexpected(std::move(applied.error()));
    }
    return known;
}

}  // namespace directfanz::db
