#pragma once

#include "media/delivery/boards.hpp"
#include "platform/streams/broadcast_store.hpp"

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace directfanz::streams {

/// Who is watching what, over all loops: those who took media within
/// delivery::Board::kWatching seconds. From any thread.
class Audience final : public delivery::AudienceListener {
  public:
    explicit Audience(std::size_t loops) : told_(loops) {}

    void on_audience(std::size_t loop,
                     std::vector<std::pair<StreamId, delivery::ViewerSet>> watched) override;

    /// Begins to count for a broadcast, from what was counted for it already.
    void begin(StreamId const& stream, AudienceTotals const& from);
    /// What was counted; all zeros if nothing.
    AudienceTotals totals(StreamId const& stream) const;
    void end(StreamId const& stream);

    /// Once a second: counts it.
    void tick();

    /// As of the last tick.
    std::int64_t watching(StreamId const& stream) const;

  private:
    struct Broadcast {
        AudienceTotals totals;
        /// Of before this program began.
        std::int64_t distinct_before = 0;
        delivery::ViewerSet distinct;
    };
    using Watched = std::vector<std::pair<StreamId, delivery::ViewerSet>>;

    mutable std::mutex mutex_;
    /// By loop.
    std::vector<Watched> told_;
    std::unordered_map<StreamId, std::int64_t> now_;
    std::unordered_map<StreamId, Broadcast> broadcasts_;
};

}  // namespace directfanz::streams
