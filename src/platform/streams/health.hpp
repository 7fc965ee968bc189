#pragma once

#include "base/clock.hpp"
#include "media/live/broadcast_listener.hpp"
#include "platform/streams/audience.hpp"

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace directfanz::streams {

/// What arrived from an encoder within a second.
struct HealthSample {
    WallTime at;
    /// Bit/s.
    std::int64_t video_bitrate = 0;
    std::int64_t audio_bitrate = 0;
    double frame_rate = 0;
    unsigned late_frames = 0;
    unsigned dropped_frames = 0;
    std::optional<milliseconds> key_frame_distance;
    /// In dBFS.
    std::optional<double> audio_level;
    std::optional<milliseconds> round_trip;
    std::int64_t viewers = 0;
};

/// How a broadcast has been doing lately.
struct Health {
    /// Oldest first.
    std::vector<HealthSample> samples;
    std::optional<live::Source> source;
    /// None where nothing is made beside the source.
    std::optional<live::LadderState> ladder;
    /// What the encoder could do better.
    std::vector<live::Advice> advice;
};

/// The last minutes of every broadcast, in memory. From any thread.
class HealthBook final : public live::BroadcastListener {
  public:
    explicit HealthBook(Audience const& audience) : audience_(audience) {}

    /// Samples behind `since`; empty for a stream that has no broadcast.
    Health of(StreamId const& stream, WallTime since) const;
    std::vector<live::Advice> advice_for(StreamId const& stream) const;

    void on_source(StreamId const& stream, live::Source const& source,
                   live::SourceSample const& sample) override;
    void on_ladder(StreamId const& stream, live::LadderState const& ladder) override;
    void on_state(StreamId const& stream, live::BroadcastState state) override;
    void on_window(StreamId const&, std::shared_ptr<packager::Window const>) override {}
    void on_advice(StreamId const& stream, std::vector<live::Advice> const& advice) override;

    /// Samples: about ten minutes.
    static constexpr std::size_t kKept = 600;

  private:
    struct Kept {
        std::deque<HealthSample> samples;
        std::optional<live::Source> source;
        std::optional<live::LadderState> ladder;
        std::vector<live::Advice> advice;
    };

    Audience const& audience_;
    mutable std::mutex mutex_;
    std::unordered_map<StreamId, Kept> kept_;
};

}  // namespace directfanz::streams
