#pragma once

#include "platform/streams/follow_store.hpp"
#include "platform/streams/herald.hpp"
#include "platform/streams/journal.hpp"
#include "platform/streams/situation.hpp"

#include <mutex>
#include <unordered_map>

namespace directfanz::streams {

/// Makes events of what happens to streams, and tells followers who goes live: on a thread of its
/// own, some hundreds at a time, so that a creator with many holds nobody up.
class Announcer final : public SituationListener {
  public:
    Announcer(FollowStore& follows, Herald& herald) : follows_(follows), herald_(herald) {}

    void on_situation(SharedPage const& page, Situation const& before,
                      Situation const& now) override;
    void on_removed(SharedPage const& page) override;
    /// A new stream.
    void created(SharedPage const& page);

    /// Returns when all that happened before has been told.
    void wait() { journal_.wait(); }

    static constexpr std::size_t kBatch = 500;
    /// Followers of one creator who are told.
    static constexpr std::size_t kMostTold = 200'000;
    /// A stream that goes live again within this tells nobody: its encoder was only started anew.
    static constexpr seconds kQuiet{600};

  private:
    void tell(std::string type, SharedPage const& page, Situation const& situation);
    void tell_followers(SharedPage const& page);
    /// Whether its followers were told a moment ago; they are now.
    bool told_lately(StreamId const& stream);

    FollowStore& follows_;
    Herald& herald_;
    std::mutex mutex_;
    std::unordered_map<StreamId, SteadyTime> told_;
    Journal journal_{"announcements"};
};

}  // namespace directfanz::streams
