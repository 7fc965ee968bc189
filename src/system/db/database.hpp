#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "system/db/connection.hpp"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace directfanz::db {

/// Opens one more connection.
using Connect = std::move_only_function<Result<std::unique_ptr<Connection>>()>;

/// A pool of connections to one database; for any number of threads. Which database it is only
/// `connect` knows.
class Database {
  public:
    /// At most `max_connections` are open at a time: give it the number of threads that use it.
    Database(Connect connect, std::size_t max_connections)
        : connect_(std::move(connect)), max_connections_(max_connections) {}
    Database(Database const&) = delete;
    Database& operator=(Database const&) = delete;

    /// A connection on loan; it returns to the pool when this goes.
    class Lease {
      public:
        Lease(Database& owner, std::unique_ptr<Connection> connection)
            : owner_(&owner), connection_(std::move(connection)) {}
        Lease(Lease&&) noexcept = default;
        Lease& operator=(Lease&&) = delete;
        ~Lease() {
            if (connection_) owner_->give_back(std::move(connection_));
        }

        Connection& operator*() const { return *connection_; }
        Connection* operator->() const { return connection_.get(); }

      private:
        Database* owner_;
        std::unique_ptr<Connection> connection_;
    };

    /// Waits while all connections are on loan: `timeout` after kAcquireTimeout.
    Result<Lease> acquire();

    static constexpr milliseconds kAcquireTimeout{10'000};

  private:
    void give_back(std::unique_ptr<Connection> connection);

    Connect connect_;
    std::size_t const max_connections_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t open_ = 0;
};

}  // namespace directfanz::db
