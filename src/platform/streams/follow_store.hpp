#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "platform/api/caller.hpp"
#include "system/db/database.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace directfanz::streams {

/// Whom somebody follows, since when.
struct Follow {
    AccountId creator;
    std::int64_t since = 0;
};

/// What somebody likes, since when.
struct Like {
    StreamId stream;
    std::int64_t since = 0;
};

/// Who follows whom, and who likes what. Every call blocks; from any thread.
class FollowStore {
  public:
    explicit FollowStore(db::Database& database) : database_(database) {}

    /// Whether that is new. Error: too_large (kMostFollowed).
    Result<bool> follow(AccountId const& account, AccountId const& creator);
    Result<bool> unfollow(AccountId const& account, AccountId const& creator);
    Result<bool> follows(AccountId const& account, AccountId const& creator);
    Result<std::int64_t> followers(AccountId const& creator);
    /// Newest first; behind `after`.
    Result<std::vector<Follow>> followed_by(AccountId const& account, std::size_t most,
                                            std::optional<Follow> const& after = {});
    /// By their ids; behind `after`.
    Result<std::vector<AccountId>> followers_of(AccountId const& creator, AccountId const& after,
                                                std::size_t most);

    /// Whether that is new.
    Result<bool> like(StreamId const& stream, AccountId const& account);
    Result<bool> unlike(StreamId const& stream, AccountId const& account);
    Result<bool> likes(StreamId const& stream, AccountId const& account);

    /// Newest first.
    Result<std::vector<Like>> liked_by(AccountId const& account, std::size_t most);

    /// All that `account` follows, is followed by, and likes. For an account that is deleted.
    Result<void> forget(AccountId const& account);

    /// So many creators one account may follow.
    static constexpr std::int64_t kMostFollowed = 5'000;

  private:
    db::Database& database_;
};

}  // namespace directfanz::streams
