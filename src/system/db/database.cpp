#include "system/db/database.hpp"

#include "base/random.hpp"

#include <algorithm>
#include <thread>

namespace directfanz::db {
namespace {

constexpr milliseconds kFirstWait{2};
constexpr milliseconds kLongestWait{100};

}  // namespace

Result<std::unique_ptr<Connection>> Database::take() {
    std::unique_lock lock(mutex_);
    auto const free = [this] { return !idle_.empty() || open_ < max_connections_; };
    if (!returned_.wait_for(lock, kAcquireTimeout, free)) {
        return fail(ErrorKind::timeout, "database",
                    "all database connections stayed busy for 10 s; try again");
    }
    while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (connection->is_alive()) return connection;
        --open_;
    }
    ++open_;
    return nullptr;
}

Result<Database::Lease> Database::acquire() {
    auto taken = take();
    if (!taken) return std::unexpected(std::move(taken.error()));
    if (*taken) return Lease(*this, std::move(*taken));
    // A server that is away takes its time to be so: others may have connections meanwhile.
    auto connection = connect_();
    if (!connection) {
        free_place();
        return std::unexpected(std::move(connection.error()));
    }
    return Lease(*this, std::move(*connection));
}

void Database::free_place() {
    {
        std::lock_guard const lock(mutex_);
        --open_;
    }
    returned_.notify_one();
}

void Database::give_back(std::unique_ptr<Connection> connection) {
    if (!connection->is_alive()) {
        connection.reset();
        free_place();
        return;
    }
    {
        std::lock_guard const lock(mutex_);
        idle_.push_back(std::move(connection));
    }
    returned_.notify_one();
}

void wait_before_try(int number) {
    auto const longest = std::min(kFirstWait * (1 << std::min(number, 8)), kLongestWait);
    auto const part = random_bytes(1).front();
    std::this_thread::sleep_for(longest * (part + 1) / 256);
}

}  // namespace directfanz::db
