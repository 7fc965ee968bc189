#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "system/db/database.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace directfanz::db {

struct PostgresOptions {
    /// As check_postgres_url() takes it. What libpq knows may stand in it: sslmode, several hosts.
    std::string url;
    /// For each host; libpq takes whole seconds, two at least.
    milliseconds connect_timeout{5'000};
    /// For each statement, waiting for locks included; the server ends those that take longer. Does
    /// it not answer for a while after that, the connection is given up.
    milliseconds statement_timeout{10'000};
    std::size_t max_connections = 4;
};

/// Opens the first connection, so that what is wrong is told now: unsupported for a server older
/// than 15, or a database that is not in UTF-8.
///
/// Every connection that breaks is replaced when the next is asked for. Statements are prepared for
/// a session, so a pooler in between has to pool sessions.
Result<std::unique_ptr<Database>> open_postgres(PostgresOptions options);

}  // namespace directfanz::db
