#include "media/live/broadcast.hpp"

#include "base/random.hpp"
#include "media/live/ladder.hpp"
#include "media/packager/targets.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

namespace directfanz::live {

std::string_view to_string(BroadcastState state) {
    switch (state) {
        case BroadcastState::offline:
            return "offline";
        case BroadcastState::live:
            return "live";
        case BroadcastState::reconnecting:
            return "reconnecting";
        case BroadcastState::ended:
            return "ended";
    }
    return "unknown";
}

/// A publisher's hold on the broadcast. It outlives neither its connection nor, once dismissed, its
/// right to push.
class Broadcast::Feed final : public ingest::Publication {
  public:
    explicit Feed(std::shared_ptr<Broadcast> broadcast) : broadcast_(std::move(broadcast)) {}
    ~Feed() override { finish(ingest::EndReason::lost); }

    io::EventLoop& loop() override { return loop_; }

    std::string_view stream() const override { return stream_.value(); }

    void configure(Track track) override {
        if (broadcast_) broadcast_->configure(std::move(track));
    }

    void push(MediaKind kind, Sample sample) override {
        if (broadcast_) broadcast_->push(kind, std::move(sample));
    }

    void on_stop(std::function<void(Error const&)> stop) override {
        stop_ = std::move(stop);
        if (dismissed_) stop_(*dismissed_);
    }

    void claim_video_bitrate(std::uint32_t bitrate) override {
        if (broadcast_ && broadcast_->transcoder_) broadcast_->transcoder_->claim_bitrate(bitrate);
    }

    void on_probe(std::function<std::optional<microseconds>()> probe) override {
        probe_ = std::move(probe);
    }

    std::optional<microseconds> round_trip() const { return probe_ ? probe_() : std::nullopt; }

    void finish(ingest::EndReason reason) override {
        if (auto const broadcast = std::exchange(broadcast_, nullptr))
            broadcast->detach(*this, reason);
    }

    /// The broadcast lets go of the publisher; what it still pushes goes nowhere.
    void dismiss(Error const& reason) {
        broadcast_ = nullptr;
        // Its connection may still be on the way to this loop.
        dismissed_ = reason;
        if (stop_) stop_(reason);
    }

  private:
    std::shared_ptr<Broadcast> broadcast_;
    io::EventLoop& loop_ = broadcast_->loop_;
    StreamId const stream_ = broadcast_->stream_;
    std::function<void(Error const&)> stop_;
    std::function<std::optional<microseconds>()> probe_;
    std::optional<Error> dismissed_;
};

Broadcast::Broadcast(io::EventLoop& loop, PublishGrant const& grant, LiveSettings settings,
                     std::vector<BroadcastListener*> listeners, SteadyTime forget_at,
                     transcode::WorkerPool* workers)
    : loop_(loop),
      stream_(grant.stream),
      grant_(grant),
      settings_(settings),
      listeners_(std::move(listeners)),
      log_context_{{"stream", stream_.value()}},
      packager_(settings.packager, random_token(60), grant.first, wall_now(), *this),
      workers_(workers),
      forget_at_(forget_at) {}

Broadcast::~Broadcast() = default;

Result<std::shared_ptr<ingest::Publication>> Broadcast::attach(
    ingest::PublishRequest const& request, PublishGrant grant) {
    if (ending_) finish();
    if (over())
        return fail(ErrorKind::conflict, "publish",
                    "The broadcast has just ended. Start the encoder again.");
    auto const now = steady_now();
    if (feed_ != nullptr) {
        auto const silent = std::chrono::duration_cast<milliseconds>(now - last_media_);
        if (silent < settings_.takeover_silence) {
            return fail(
                ErrorKind::conflict, "publish",
                fmt::format("Another encoder is already live with this stream key. Stop it first; "
                            "if it has lost "
                            "its line, try again in {} seconds.",
                            std::chrono::ceil<seconds>(settings_.takeover_silence).count()));
        }
        log::warning("publisher_taken_over",
                     {{"silent_ms", silent.count()}, {"by", request.connection}},
                     publisher_context_);
        let_go({ErrorKind::conflict, "publish",
                "Another encoder took over this stream key after a silence."});
        packager_.end_input();
    }
    // A connection that breaks while it is let in drops its feed on its own loop. On no loop at all
    // means that all have stopped.
    auto const at_home = [&loop = loop_](Feed* feed) {
        std::unique_ptr<Feed> owned(feed);
        auto const elsewhere = io::EventLoop::current() != nullptr && !loop.is_current();
        if (elsewhere) loop.post([owned = std::move(owned)] {});
    };
    std::shared_ptr<Feed> feed(new Feed(shared_from_this()), at_home);
    feed_ = feed.get();
    grant_ = std::move(grant);
    publisher_context_ = {{"stream", stream_.value()}, {"connection", request.connection}};
    last_media_ = now;
    meter_.begin(request.encoder, now);
    advisor_.begin();
    begin_input();
    log::info("publisher_attached", {{"encoder", request.encoder}}, publisher_context_);
    return feed;
}

void Broadcast::begin_input() {
    packager_.begin_input(wall_now());
    if (workers_ == nullptr) return;
    if (!transcoder_) {
        transcode::Transcoder::Listener& heard = *this;
        transcoder_ = std::make_shared<transcode::Transcoder>(loop_, *workers_, settings_.transcode,
                                                              grant_.title, heard, log_context_);
        transcoder_->start();
    }
    transcoder_->begin_input(grant_.ladder.value_or(settings_.transcode.ladder));
}

void Broadcast::configure(Track track) {
    meter_.configure(track);
    packager_.configure_source(track);
    if (transcoder_)
        transcoder_->configure(track);
    else
        packager_.configure(std::move(track));
}

void Broadcast::push(MediaKind kind, Sample sample) {
    last_media_ = steady_now();
    meter_.push(kind, sample, last_media_);
    packager_.advance(wall_now());
    auto placed = packager_.place(kind, std::move(sample));
    if (!placed) return;
    if (transcoder_)
        transcoder_->push(kind, *placed);
    else
        packager_.push(kind, std::move(*placed));
}

void Broadcast::detach(Feed const& feed, ingest::EndReason reason) {
    if (feed_ != &feed) return;
    feed_ = nullptr;
    auto const lost = reason == ingest::EndReason::lost;
    log::info(lost ? "publisher_lost" : "publisher_finished", {}, publisher_context_);
    if (lost) {
        wait_for_return();
    } else if (transcoder_ && transcoder_->end()) {
        ending_ = true;
        lost_at_ = steady_now();
    } else {
        finish();
    }
}

void Broadcast::dismiss(Error const& reason) {
    if (feed_ == nullptr) return;
    log::info("publisher_dismissed", {{"reason", reason.message}}, publisher_context_);
    let_go(reason);
    wait_for_return();
}

void Broadcast::wait_for_return() {
    if (settings_.grace.count() == 0 || state_ == BroadcastState::offline) return finish();
    if (!transcoder_ || !transcoder_->lose_input()) packager_.end_input();
    lost_at_ = steady_now();
    set_state(BroadcastState::reconnecting);
}

void Broadcast::tell_source(SteadyTime now) {
    // A sweep comes a little early or late.
    constexpr milliseconds kSampleInterval{900};
    if (now - meter_.taken_at() < kSampleInterval) return;
    auto sample = meter_.take(now);
    if (auto const round_trip = feed_->round_trip())
        sample.round_trip = std::chrono::round<milliseconds>(*round_trip);
    for (auto* listener : listeners_) listener->on_source(stream_, meter_.source(), sample);
    advise(sample);
}

void Broadcast::advise(SourceSample const& sample) {
    for (auto const& fresh : advisor_.consider(meter_.source(), sample)) {
        log::warning("encoder_advice",
                     {{"kind", name_of(fresh.kind)},
                      {"measured", fresh.measured},
                      {"text", sentence(fresh)}},
                     publisher_context_);
    }
    auto advice = advisor_.advice();
    if (advice == advice_) return;
    advice_ = std::move(advice);
    for (auto* listener : listeners_) listener->on_advice(stream_, advice_);
}

void Broadcast::sweep(SteadyTime now) {
    if (feed_ != nullptr) tell_source(now);
    if (feed_ == nullptr && !over() && now - lost_at_ >= settings_.grace) {
        log::info("grace_over", {{"grace_s", settings_.grace.count()}}, log_context_);
        finish();
    }
}

void Broadcast::end(Error const& reason) {
    if (over()) return;
    if (feed_ != nullptr) let_go(reason);
    finish();
}

void Broadcast::let_go(Error const& reason) {
    std::exchange(feed_, nullptr)->dismiss(reason);
}

void Broadcast::finish() {
    if (over()) return;
    transcoder_.reset();
    packager_.finish();
    auto const played = state_ != BroadcastState::offline;
    if (played) forget_at_ = steady_now() + settings_.retention;
    over_ = true;
    if (played) set_state(BroadcastState::ended);
}

void Broadcast::set_state(BroadcastState state) {
    if (state == state_) return;
    state_ = state;
    log::info("broadcast_state", {{"state", to_string(state)}}, log_context_);
    for (auto* listener : listeners_) listener->on_state(stream_, state);
}

void Broadcast::on_window(std::shared_ptr<packager::Window const> window) {
    if (feed_ == nullptr && state_ == BroadcastState::offline) return;
    auto const longest = packager::longest_segment(window->target_duration);
    advisor_.segments_at_most(longest);
    if (transcoder_) transcoder_->segments_at_most(longest);
    for (auto* listener : listeners_) listener->on_window(stream_, window);
    if (feed_ != nullptr) set_state(BroadcastState::live);
}

void Broadcast::on_rungs_expected(std::vector<transcode::ExpectedRung> const& rungs) {
    std::vector<packager::RungPlan> plans;
    for (auto const& rung : rungs) plans.push_back({.name = rung.name, .bit_rate = rung.bitrate});
    packager_.expect_rungs(plans);
}

void Broadcast::on_rung_track(std::string_view name, Track track) {
    packager_.configure_rung(name, std::move(track));
}

void Broadcast::on_rung_sample(std::string_view name, Sample sample) {
    packager_.push_rung(name, std::move(sample));
}

void Broadcast::on_rung_lost(std::string_view name) {
    packager_.rung_lost(name);
}

void Broadcast::on_leading_track(Track track) {
    packager_.configure(std::move(track));
}

void Broadcast::on_leading_sample(MediaKind kind, Sample sample) {
    packager_.advance(wall_now());
    packager_.push(kind, std::move(sample));
}

void Broadcast::on_break() {
    packager_.request_break();
}

void Broadcast::on_source_behind(microseconds by) {
    packager_.postpone(by);
}

void Broadcast::on_thumbnail(wire::Thumbnail thumbnail) {
    auto const format =
        thumbnail.format == wire::PictureFormat::jpeg ? PictureFormat::jpeg : PictureFormat::webp;
    Thumbnail const told{.format = format, .picture = std::move(thumbnail.picture)};
    for (auto* listener : listeners_) listener->on_thumbnail(stream_, told);
}

void Broadcast::on_sound_level(double level) {
    meter_.heard(level, steady_now());
}

void Broadcast::on_status(transcode::TranscodeStatus const& status) {
    auto const told = ladder_state(status);
    for (auto* listener : listeners_) listener->on_ladder(stream_, told);
}

void Broadcast::on_ended() {
    // Not from within the transcoder, which is dropped then.
    loop_.post([self = shared_from_this()] { self->finish(); });
}

}  // namespace directfanz::live
