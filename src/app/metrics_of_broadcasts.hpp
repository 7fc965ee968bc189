#pragma once

#include "media/live/broadcast_listener.hpp"
#include "system/metrics/family.hpp"

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace directfanz::app {

/// Keeps for the operator's graphs what media tells of broadcasts. From any thread.
class MetricsOfBroadcasts final : public live::BroadcastListener {
  public:
    void on_state(StreamId const& stream, live::BroadcastState state) override;
    void on_window(StreamId const&, std::shared_ptr<packager::Window const>) override {}
    void on_source(StreamId const& stream, live::Source const& source,
                   live::SourceSample const& sample) override;
    void on_ladder(StreamId const& stream, live::LadderState const& ladder) override;

    std::vector<metrics::Family> families() const;

  private:
    struct Known {
        live::BroadcastState state = live::BroadcastState::offline;
        live::LadderState ladder;
        /// Bit/s from the publisher.
        double bitrate = 0;
    };

    mutable std::mutex mutex_;
    /// Of the streams that are not offline.
    std::unordered_map<StreamId, Known> known_;
    std::uint64_t sheddings_ = 0;
};

}  // namespace directfanz::app
