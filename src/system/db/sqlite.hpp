#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "system/db/database.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>

namespace directfanz::db {

struct SqliteOptions {
    std::filesystem::path file;
    /// How long a statement waits for another process or thread that writes.
    milliseconds busy_timeout{5'000};
    std::size_t max_connections = 4;
};

/// Opens the file, or creates it (readable by its owner only) in a folder that exists; opens the
/// first connection, so that what is wrong is told now.
///
/// WAL: readers and the one writer do not wait for one another, and a killed process loses nothing
/// that was committed. synchronous=NORMAL: a power failure may lose the last commits, never the
/// database.
Result<std::unique_ptr<Database>> open_sqlite(SqliteOptions options);

}  // namespace directfanz::db
