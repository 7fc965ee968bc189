#include "platform/streams/followed_cache.hpp"

namespace directfanz::streams {

io::Task<Result<std::shared_ptr<Followed const>>> FollowedCache::of(AccountId account) {
    {
        std::lock_guard const lock(mutex_);
        auto const* const known = known_.find(account);
        if (known != nullptr && steady_now() < known->until) co_return known->followed;
    }
    auto work = [this, &account] {
        return store_.followed_by(account, static_cast<std::size_t>(FollowStore::kMostFollowed));
    };
    auto const follows = co_await blocking_.run(work);
    if (!follows) co_return std::unexpected(follows.error());
    auto followed = std::make_shared<Followed>();
    for (auto const& follow : *follows) followed->insert(follow.creator);
    std::shared_ptr<Followed const> shared = std::move(followed);
    std::lock_guard const lock(mutex_);
    known_.put(account, {.followed = shared, .until = steady_now() + kBelieved});
    co_return shared;
}

void FollowedCache::forget(AccountId const& account) {
    std::lock_guard const lock(mutex_);
    known_.erase(account);
}

}  // namespace directfanz::streams
