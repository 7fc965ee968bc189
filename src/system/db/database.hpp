#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "system/db/connection.hpp"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

namespace directfanz::db {

/// Opens one more connection; from any thread.
using Connect = std::function<Result<std::unique_ptr<Connection>>()>;

/// A pool of connections to one database; for any number of threads. Which database it is only
/// `connect` knows. A connection that broke is replaced by the next acquire().
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
    /// Null if a new one has to be opened; its place is taken then.
    Result<std::unique_ptr<Connection>> take();
    void give_back(std::unique_ptr<Connection> connection);
    void free_place();

    Connect const connect_;
    std::size_t const max_connections_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t open_ = 0;
};

/// So often a transaction is tried that others are in the way of.
inline constexpr int kTransactionTries = 12;

/// Waits before the try with this number, longer each time and never as long as another thread.
void wait_before_try(int number);

/// Runs `work` (Connection& → Result<T>) in a transaction, commits it if `work` succeeded, and
/// returns its result. All of it is done again when another transaction was in the way: `work`
/// must change nothing but the database, and what it sets outside it sets each time.
template <typename Work>
std::invoke_result_t<Work&, Connection&> transact(Database& database, Work work) {
    auto connection = database.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto& lent = **connection;
    for (int tried = 1;; ++tried) {
        auto transaction = Transaction::begin(lent);
        if (!transaction) return std::unexpected(std::move(transaction.error()));
        auto result = work(lent);
        bool collided = !result && lent.collided();
        if (result) {
            auto committed = transaction->commit();
            if (committed) return result;
            collided = lent.collided();
            result = std::unexpected(std::move(committed.error()));
        }
        if (!collided || tried == kTransactionTries) return result;
        {
            auto const ended = std::move(*transaction);
        }
        wait_before_try(tried);
    }
}

}  // namespace directfanz::db
