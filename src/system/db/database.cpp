#include "system/db/database.hpp"

namespace directfanz::db {

Result<Database::Lease> Database::acquire() {
    std::unique_lock lock(mutex_);
    auto const free = [this] { return !idle_.empty() || open_ < max_connections_; };
    if (!returned_.wait_for(lock, kAcquireTimeout, free)) {
        return fail(ErrorKind::timeout, "database",
                    "all database connections stayed busy for 10 s; try again");
    }
    if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return Lease(*this, std::move(connection));
    }
    // Opened under the lock: it happens a few times in the life of the program.
    auto connection = connect_();
    if (!connection) return std::unexpected(std::move(connection.error()));
    ++open_;
    return Lease(*this, std::move(*connection));
}

void Database::give_back(std::unique_ptr<Connection> connection) {
    {
        std::lock_guard const lock(mutex_);
        idle_.push_back(std::move(connection));
    }
    returned_.notify_one();
}

}  // namespace directfanz::db
