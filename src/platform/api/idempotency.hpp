#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "platform/api/caller.hpp"
#include "system/db/database.hpp"
#include "system/http/message.hpp"
#include "system/io/blocking.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace directfanz::api {

inline constexpr std::size_t kMaxIdempotencyKey = 100;

/// Answers to requests that create, kept for a day, so that one that is sent again creates nothing
/// more: it gets the same answer.
class Idempotency {
  public:
    Idempotency(db::Database& database, io::BlockingPool& blocking)
        : database_(database), blocking_(blocking) {}

    /// A request under way: what finish() is told.
    struct Ticket {
        AccountId account;
        std::string key_hash;
        /// Opens the answer; not in the database.
        std::string secret;
    };

    /// Go ahead; or this has been answered, or must not be done: 409 while the first one is under
    /// way, 422 if that was another request.
    using Begun = std::variant<Ticket, http::Response>;

    /// `request` is all that makes it another one: its address and its body.
    io::Task<Result<Begun>> begin(AccountId account, std::string_view operation,
                                  std::string_view key, std::string_view request, WallTime now);

    /// Keeps a 2xx; forgets the key for any other answer, which may be another one the next time.
    /// Errors are logged.
    io::Task<> finish(Ticket ticket, http::Response const& response);

    /// The handler threw: the key counts as unused.
    void forget(Ticket ticket);

    static constexpr std::chrono::hours kKeep{24};
    /// A request that has not been answered for so long will not be: its process has died.
    static constexpr seconds kUnderWay{60};

  private:
    db::Database& database_;
    io::BlockingPool& blocking_;
};

}  // namespace directfanz::api
