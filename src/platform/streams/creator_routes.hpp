#pragma once

#include "base/clock.hpp"
#include "base/lru_map.hpp"
#include "platform/api/api.hpp"
#include "platform/streams/services.hpp"

#include <mutex>
#include <string>

namespace directfanz::streams {

/// The contract's operations of the tags "creators" and "categories".
class CreatorRoutes {
  public:
    explicit CreatorRoutes(Services& services) : services_(services) {}

    void add_to(api::Api& api);

    /// Streams on a creator's page.
    static constexpr std::size_t kMostOnPage = 50;
    static constexpr seconds kFollowTold{24 * 3'600};
    /// Pairs that are remembered for it.
    static constexpr std::size_t kMostTold = 16'384;

  private:
    io::Task<Answer> creator(api::Call const& call);
    io::Task<Answer> follow(api::Call const& call);
    io::Task<Answer> unfollow(api::Call const& call);
    io::Task<Answer> follows(api::Call const& call);
    io::Task<Answer> categories(api::Call const& call);
    io::Task<Answer> create_category(api::Call const& call);
    io::Task<Answer> edit_category(api::Call const& call);
    io::Task<Answer> remove_category(api::Call const& call);

    /// In the audit log.
    CategoryStore::Also also_noted(api::Call const& call, std::string action);

    /// Whether the creator was told of this follower within kFollowTold: who follows and stops
    /// again and again is told of once.
    bool told_of(AccountId const& follower, AccountId const& creator);

    Services& services_;
    std::mutex mutex_;
    LruMap<std::string, SteadyTime> told_{kMostTold};
};

}  // namespace directfanz::streams
