#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "base/strong.hpp"
#include "media/ingest/publication.hpp"
#include "media/live/broadcast_listener.hpp"
#include "media/live/encoder_advisor.hpp"
#include "media/live/publish_gate.hpp"
#include "media/live/settings.hpp"
#include "media/live/source_meter.hpp"
#include "media/packager/packager.hpp"
#include "media/transcode/transcoder.hpp"
#include "media/transcode/worker_pool.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::live {

/// One broadcast: at most one publisher at a time, one packager, from the first publisher until the
/// stream ends.
///
///     offline ──first window──▶ live ──publisher lost──▶ reconnecting ──grace over──▶ ended
///                                ▲                             │
///                                └────────media again──────────┘      unpublished: ended at once
///
/// A publisher that leaves before there was anything to play leaves no trace.
///
/// Lives on one loop and is called there only.
class Broadcast : public std::enable_shared_from_this<Broadcast>,
                  private packager::Packager::Listener,
                  private transcode::Transcoder::Listener {
  public:
    /// `forget_at`: until then what the stream's broadcast before this one has left can be played.
    /// This one is not forgotten earlier, even if nothing ever comes. `workers` make its ladder;
    /// without them there is the source alone.
    Broadcast(io::EventLoop& loop, PublishGrant const& grant, LiveSettings settings,
              std::vector<BroadcastListener*> listeners, SteadyTime forget_at = {},
              transcode::WorkerPool* workers = nullptr);
    ~Broadcast() override;

    io::EventLoop& loop() { return loop_; }
    StreamId const& stream() const { return stream_; }
    BroadcastState state() const { return state_; }
    /// No publisher can come back any more. From any thread.
    bool over() const { return over_; }
    /// Over, and its retention too: to be forgotten.
    bool expired(SteadyTime now) const { return over() && now >= forget_at_; }
    /// Once it is over: when its retention is. From any thread.
    SteadyTime forget_at() const { return forget_at_; }

    /// Takes a publisher in; one that has fallen silent is told to go. Error: conflict while
    /// another one is sending, or when the broadcast has ended.
    Result<std::shared_ptr<ingest::Publication>> attach(ingest::PublishRequest const& request,
                                                        PublishGrant grant);

    /// By what the present publisher, or else the last one, was let in.
    PublishGrant const& grant() const { return grant_; }

    /// Sends the publisher away with `reason`; the broadcast waits for it to come back with a right
    /// to.
    void dismiss(Error const& reason);

    /// Grace periods run out here, and what arrives is told of: call it about twice a second.
    void sweep(SteadyTime now);

    /// Tells nobody any more. When the loops have stopped: listeners may be gone before the last
    /// publisher.
    void forget_listeners() { listeners_.clear(); }

    /// Ends the broadcast and tells its publisher `reason`.
    void end(Error const& reason);

  private:
    class Feed;

    void detach(Feed const& feed, ingest::EndReason reason);
    void wait_for_return();
    void finish();
    void set_state(BroadcastState state);
    void let_go(Error const& reason);
    void tell_source(SteadyTime now);
    void advise(SourceSample const& sample);

    void configure(Track track);
    void push(MediaKind kind, Sample sample);
    void begin_input();

    void on_window(std::shared_ptr<packager::Window const> window) override;

    void on_rungs_expected(std::vector<transcode::ExpectedRung> const& rungs) override;
    void on_rung_track(std::string_view name, Track track) override;
    void on_rung_sample(std::string_view name, Sample sample) override;
    void on_rung_lost(std::string_view name) override;
    void on_leading_track(Track track) override;
    void on_leading_sample(MediaKind kind, Sample sample) override;
    void on_thumbnail(wire::Thumbnail thumbnail) override;
    void on_sound_level(double level) override;
    void on_break() override;
    void on_source_behind(microseconds by) override;
    void on_status(transcode::TranscodeStatus const& status) override;
    void on_ended() override;

    io::EventLoop& loop_;
    StreamId stream_;
    PublishGrant grant_;
    LiveSettings settings_;
    std::vector<BroadcastListener*> listeners_;
    log::Context log_context_;
    /// Of the lines about the present publisher, or the last one.
    log::Context publisher_context_;
    packager::Packager packager_;
    transcode::WorkerPool* workers_;
    /// From the first publisher to the broadcast's end, if there are workers.
    std::shared_ptr<transcode::Transcoder> transcoder_;
    BroadcastState state_ = BroadcastState::offline;
    /// The publisher's feed; null while there is none. Owned by the publisher's connection.
    Feed* feed_ = nullptr;
    /// Of the present publisher, or the last one.
    SourceMeter meter_;
    EncoderAdvisor advisor_;
    /// As it was told last.
    std::vector<Advice> advice_;
    SteadyTime last_media_;
    SteadyTime lost_at_;
    /// The publisher has finished; what its transcoder has still comes.
    bool ending_ = false;
    /// Not written any more once `over_` is set.
    SteadyTime forget_at_;
    std::atomic<bool> over_ = false;
};

}  // namespace directfanz::live
