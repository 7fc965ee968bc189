#pragma once

#include "base/clock.hpp"
#include "base/lru_map.hpp"
#include "platform/streams/catalogue.hpp"
#include "platform/streams/follow_store.hpp"
#include "system/io/blocking.hpp"

#include <memory>
#include <mutex>

namespace directfanz::streams {

/// Whom people follow, believed for a few seconds: discovery asks with every page. From any loop.
class FollowedCache {
  public:
    FollowedCache(FollowStore& store, io::BlockingPool& blocking)
        : store_(store), blocking_(blocking), known_(kMaxKnown) {}

    io::Task<Result<std::shared_ptr<Followed const>>> of(AccountId account);
    /// It follows others now.
    void forget(AccountId const& account);

    static constexpr seconds kBelieved{5};
    static constexpr std::size_t kMaxKnown = 4'096;

  private:
    struct Known {
        std::shared_ptr<Followed const> followed;
        SteadyTime until;
    };

    FollowStore& store_;
    io::BlockingPool& blocking_;
    std::mutex mutex_;
    LruMap<AccountId, Known> known_;
};

}  // namespace directfanz::streams
