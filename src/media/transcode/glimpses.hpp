#pragma once

#include "base/log.hpp"
#include "media/codec/sample.hpp"
#include "media/codec/track.hpp"
#include "media/transcode/plan.hpp"
#include "media/transcode/worker_pool.hpp"
#include "media/transcode/worker_session.hpp"

#include <functional>
#include <memory>

namespace directfanz::transcode {

/// Pictures for the cards of a broadcast for whose ladder the machine has no place: a worker that
/// is given key frames alone. On one loop.
class Glimpses final : private WorkerSession::Listener {
  public:
    using OnThumbnail = std::function<void(wire::Thumbnail)>;

    /// Null where none are wanted, or the machine has no place for that either. `track`: the
    /// source's video.
    static std::unique_ptr<Glimpses> begin(WorkerPool& pool, TranscodeSettings const& settings,
                                           Track const& track, OnThumbnail on_thumbnail,
                                           log::Context const& context);

    /// The source's video is another one.
    void configure(Track const& track);
    /// A picture of the source's.
    void push(Sample const& sample);
    /// The source begins anew.
    void discontinuity();
    /// Call about ten times a second.
    void tick(SteadyTime now);

  private:
    Glimpses(WorkerPool& pool, std::unique_ptr<WorkerPool::Slot> slot, WorkerSession::Order order,
             OnThumbnail on_thumbnail, log::Context const& context);

    void on_rung_track(std::uint8_t, Track) override {}
    void on_rung_sample(std::uint8_t, Sample) override {}
    void on_rung_lost(std::uint8_t) override {}
    void on_thumbnail(wire::Thumbnail thumbnail) override { tell_(std::move(thumbnail)); }
    void on_sound_level(double) override {}
    void on_shed(ShedLevel) override {}
    void on_ended() override {}
    void on_given_up(std::string const&, GivenUp) override {}

    std::unique_ptr<WorkerPool::Slot> slot_;
    OnThumbnail tell_;
    WorkerSession session_;
};

}  // namespace directfanz::transcode
