#pragma once

#include "base/result.hpp"
#include "system/db/database.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace directfanz::db {

/// One numbered step of the schema's history. Numbers begin at 1 and leave no gap; a step that was
/// released is never changed.
struct Migration {
    std::int64_t version;
    std::string_view name;
    std::string_view sql;
};

/// Brings the database to the last of `migrations`, each in a transaction of its own together with
/// its row in schema_migrations: a crash leaves it whole or not begun. Any number of processes may
/// do so at once. Returns the version reached.
///
/// Errors: unsupported if a newer program has written the database.
Result<std::int64_t> migrate(Database& database, std::span<Migration const> migrations);

}  // namespace directfanz::db
