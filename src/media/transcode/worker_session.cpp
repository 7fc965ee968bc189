#include "media/transcode/worker_session.hpp"

#include "media/codec/aac.hpp"
#include "media/codec/h264.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace directfanz::transcode {
namespace {

constexpr milliseconds kMemoryInterval{1000};

microseconds time_of(std::int64_t ticks, std::uint32_t timescale) {
    return microseconds(ticks * 1'000'000 / static_cast<std::int64_t>(timescale));
}

wire::TrackConfig wire_config(Track const& track) {
    wire::TrackConfig config{.kind = track.kind,
                             .codec = track.codec,
                             .timescale = track.timescale,
                             .decoder_config = track.decoder_config};
    if (track.kind == MediaKind::video) {
        config.width = track.video().width;
        config.height = track.video().height;
    }
    return config;
}

/// The highest level: without B-frames, and of the rungs that may go all but the last.
ShedLevel most_of(WorkerSession::Order const& order) {
    auto const rungs = order.setup.rungs.size();
    if (rungs == 0) return 0;
    auto const kept = std::min<std::size_t>(order.never_shed + 1U, rungs);
    return static_cast<ShedLevel>(1 + rungs - kept);
}

}  // namespace

WorkerSession::WorkerSession(WorkerPool& pool, Order order, Listener& listener,
                             log::Context context)
    : pool_(pool),
      order_(std::move(order)),
      listener_(listener),
      context_(std::move(context)),
      overload_(most_of(order_)) {}

WorkerSession::~WorkerSession() = default;

void WorkerSession::configure(Track const& track) {
    auto& known = track.kind == MediaKind::video ? video_ : audio_;
    if (known && *known == track) return;
    known = track;
    if (track.kind == MediaKind::video) {
        replay_.clear();
        need_key_ = true;
    } else {
        audio_kept_.clear();
    }
    send(wire_config(track));
}

Result<void> WorkerSession::start() {
    return launch();
}

Result<void> WorkerSession::launch() {
    auto worker = pool_.acquire();
    if (!worker) return std::unexpected(std::move(worker.error()));
    link_ = std::move(*worker);
    timescales_ = {};
    hole_ = false;
    link_->set_handlers(
        {.on_message = [this](wire::FromWorker message) { receive(std::move(message)); },
         .on_lost = [this](std::string const& why) { lost(why); }});
    send(order_.setup);
    if (video_) send(wire_config(*video_));
    if (audio_) send(wire_config(*audio_));
    if (overload_.level() > 0) send(wire_shed());
    send_again();
    auto const now = steady_now();
    overload_.restarted(now);
    watch_.begins(now, replay_.duration());
    return {};
}

void WorkerSession::send_again() {
    need_key_ = replay_.empty();
    auto const shown = shown_.value_or(std::numeric_limits<std::int64_t>::min());
    for (auto const& sample : replay_.samples()) {
        send(wire::VideoSample{
            .sample = sample, .force_key = sample.sync, .replay = sample.pts() <= shown});
    }
    for (auto const& sample : audio_kept_)
        send(wire::AudioSample{.sample = sample, .replay = false});
}

bool WorkerSession::send(wire::ToWorker const& message) {
    return link_ && link_->send(message) == WorkerLink::Sent::yes;
}

void WorkerSession::push_video(Sample const& sample, bool force_key) {
    if (over_ || !video_) return;
    replay_.push(sample);
    newest_in_ = std::max(newest_in_.value_or(sample.pts()), sample.pts());
    newest_time_ = std::max(newest_time_, time_of(sample.pts(), kVideoTimescale));
    stalled_ = false;
    // Without rungs nothing comes out that could be missed.
    if (order_.setup.rungs.empty()) replay_.shown(sample.pts());
    if (!link_) return;
    // Of what it never got, as before a key frame, nothing comes out.
    if (link_->queued_bytes() > 0) watch_.input(steady_now());
    if (need_key_ && !sample.sync) return;
    // A pause of the source is no lag: then nothing waits.
    auto const behind = lag() > kMaxLag && link_->queued_bytes() > 0;
    if (hole_) {
        // Half of the queue is left for what follows the key frame.
        auto const room = link_->queued_bytes() < WorkerLink::kMaxQueuedBytes / 2;
        if (!sample.sync || behind || !room) return;
        send(wire::Discontinuity{});
        hole_ = false;
    }
    auto const seen = shown_ && sample.pts() <= *shown_;
    auto const sent = !behind && send(wire::VideoSample{
                                     .sample = sample, .force_key = force_key, .replay = seen});
    need_key_ = !sent;
    if (sent) watch_.input(steady_now());
    if (!sent) {
        hole_ = true;
        if (drops_told_.due(steady_now()))
            log::warning("transcode_pictures_dropped", {{"queued", link_->queued_bytes()}},
                         context_);
    }
}

void WorkerSession::push_audio(Sample const& sample) {
    if (over_ || !audio_) return;
    newest_time_ = std::max(newest_time_, time_of(sample.dts, audio_->timescale));
    audio_kept_.push_back(sample);
    while (audio_kept_.size() > kMaxAudioKept ||
           (audio_out_ && !audio_kept_.empty() && audio_kept_.front().dts <= *audio_out_))
        audio_kept_.pop_front();
    auto const sent = send(wire::AudioSample{.sample = sample});
    // Beside pictures it is they by which the worker is judged.
    if (sent && !video_ && order_.setup.audio_bitrate != 0) watch_.input(steady_now());
}

void WorkerSession::discontinuity() {
    replay_.clear();
    audio_kept_.clear();
    need_key_ = true;
    send(wire::Discontinuity{});
}

void WorkerSession::stall(wire::Stalled stalled) {
    if (over_ || !video_ || order_.setup.rungs.empty()) return;
    stalled_ = true;
    newest_in_ = std::max(newest_in_.value_or(stalled.until), stalled.until);
    newest_time_ = std::max(newest_time_, time_of(stalled.until, kVideoTimescale));
    if (!need_key_) watch_.input(steady_now());
    // A new worker has shown nothing yet.
    stalled.after = std::max(shown_.value_or(stalled.after), stalled.after);
    send(stalled);
}

bool WorkerSession::end() {
    if (over_ || !send(wire::End{})) return false;
    ending_ = true;
    return true;
}

void WorkerSession::audio_heard_until(std::int64_t dts) {
    audio_out_ = std::max(audio_out_.value_or(dts), dts);
    while (!audio_kept_.empty() && audio_kept_.front().dts <= dts) audio_kept_.pop_front();
}

microseconds WorkerSession::lag() const {
    auto const out = newest_out_ ? newest_out_ : shown_;
    if (!newest_in_ || !out) return microseconds(0);
    return microseconds(std::max<std::int64_t>(0, *newest_in_ - *out) * 1'000'000 /
                        kVideoTimescale);
}

void WorkerSession::tick(SteadyTime now) {
    if (over_) return;
    if (lost_at_ && now - *lost_at_ > kLostAfter) {
        lost_at_.reset();
        announce_loss();
    }
    if (!link_) return;
    if (watch_.hangs(now)) return lost("it hangs: nothing came out for 2 s");
    check_memory(now);
    if (over_ || !link_ || order_.setup.rungs.empty() || stalled_) return;
    if (auto const level = overload_.update(now, lag())) apply(*level);
}

void WorkerSession::check_memory(SteadyTime now) {
    if (now - memory_checked_ < kMemoryInterval) return;
    memory_checked_ = now;
    auto const usage = link_->usage();
    if (usage && usage->resident_bytes > order_.memory_limit)
        lost(fmt::format("it takes {} MB of memory", usage->resident_bytes >> 20));
}

std::size_t WorkerSession::shed_rungs(ShedLevel level) const {
    return level < 2 ? 0 : level - 1;
}

bool WorkerSession::is_shed(std::size_t rung) const {
    return rung >= order_.never_shed && rung < order_.never_shed + shed_rungs(overload_.level());
}

std::uint8_t WorkerSession::largest_rung() const {
    std::uint8_t rung = 0;
    while (is_shed(rung)) ++rung;
    return rung;
}

wire::Shed WorkerSession::wire_shed() const {
    return {.level = static_cast<std::uint8_t>(overload_.level()), .kept = order_.never_shed};
}

void WorkerSession::apply(ShedLevel level) {
    std::string rungs;
    for (std::size_t i = 0; i < order_.setup.rungs.size(); ++i)
        if (!is_shed(i)) rungs += (rungs.empty() ? "" : " ") + order_.setup.rungs[i].name;
    log::warning("transcode_shed",
                 {{"level", level},
                  {"b_frames", level == 0 ? "on" : "off"},
                  {"rungs", rungs},
                  {"lag_ms", std::chrono::duration_cast<milliseconds>(lag()).count()}},
                 context_);
    send(wire_shed());
    for (std::size_t i = 0; i < order_.setup.rungs.size(); ++i)
        if (is_shed(i)) listener_.on_rung_lost(static_cast<std::uint8_t>(i));
    listener_.on_shed(level);
}

void WorkerSession::announce_loss() {
    for (std::size_t i = 0; i < order_.setup.rungs.size(); ++i)
        listener_.on_rung_lost(static_cast<std::uint8_t>(i));
    if (order_.setup.audio_only_bitrate != 0) listener_.on_rung_lost(wire::kAudioOnlyRung);
}

void WorkerSession::lost(std::string const& why) {
    if (over_) return;
    if (ending_) {
        over_ = true;
        return listener_.on_ended();
    }
    // The link told of it, and may still be at it.
    if (link_ && !link_->lost()) link_.reset();
    auto const now = steady_now();
    log::warning("transcode_worker_lost", {{"reason", why}}, context_);
    if (crashes_.crashed(now)) {
        return give_up(fmt::format("the transcoder failed {} times within {} s, last: {}",
                                   CrashLimit::kCrashes, CrashLimit::kWithin.count(), why),
                       GivenUp::failed);
    }
    if (!lost_at_) lost_at_ = now;
    auto launched = launch();
    if (!launched) give_up(describe(launched.error()), GivenUp::not_started);
}

void WorkerSession::give_up(std::string const& why, GivenUp kind) {
    over_ = true;
    announce_loss();
    listener_.on_given_up(why, kind);
}

void WorkerSession::receive(wire::FromWorker message) {
    auto const now = steady_now();
    if (order_.setup.rungs.empty()) watch_.output(now);
    if (auto* const config = std::get_if<wire::RungConfig>(&message)) {
        receive_config(std::move(*config));
    } else if (auto* const sample = std::get_if<wire::RungSample>(&message)) {
        receive_sample(std::move(*sample));
    } else if (auto* const thumbnail = std::get_if<wire::Thumbnail>(&message)) {
        listener_.on_thumbnail(std::move(*thumbnail));
    } else if (auto const* const sound = std::get_if<wire::SoundLevel>(&message)) {
        listener_.on_sound_level(std::clamp(sound->level / 10.0, kSilence, kLoudest));
    } else if (auto const* const statistics = std::get_if<wire::Statistics>(&message)) {
        log::debug("transcode_statistics",
                   {{"cpu_ms", statistics->cpu / 1'000},
                    {"decoded", statistics->frames_decoded},
                    {"encoded", statistics->frames_encoded},
                    {"corrupt", statistics->frames_corrupt},
                    {"lag_ms", std::chrono::duration_cast<milliseconds>(lag()).count()}},
                   context_);
    } else if (auto const* const words = std::get_if<wire::Log>(&message)) {
        if (!may_speak(now)) return;
        auto const level = words->level == wire::LogLevel::info      ? log::Level::info
                           : words->level == wire::LogLevel::warning ? log::Level::warning
                                                                     : log::Level::error;
        log::write(level, "transcode_worker", {{"text", words->words}}, context_);
    }
}

bool WorkerSession::may_speak(SteadyTime now) {
    while (!spoken_.empty() && now - spoken_.front() > std::chrono::minutes(1)) spoken_.pop_front();
    if (spoken_.size() >= kMaxWords) return false;
    spoken_.push_back(now);
    return true;
}

void WorkerSession::receive_config(wire::RungConfig config) {
    auto const is_video = config.rung < order_.setup.rungs.size();
    auto const is_audio =
        (config.rung == wire::kAudioRung && order_.setup.audio_bitrate != 0) ||
        (config.rung == wire::kAudioOnlyRung && order_.setup.audio_only_bitrate != 0);
    if (!is_video && !is_audio) return lost("it names a rung that was not asked for");
    auto track =
        is_video ? h264::describe(config.decoder_config) : aac::describe(config.decoder_config);
    if (!track) return lost(describe(track.error()));
    timescales_[config.rung] = track->timescale;
    listener_.on_rung_track(config.rung, std::move(*track));
}

std::string WorkerSession::fault_of(wire::RungSample const& message) const {
    auto const& [rung, sample] = message;
    auto const timescale = static_cast<std::int64_t>(timescales_[rung]);
    if (timescale == 0) return "it sends a rung without its configuration";
    auto const is_video = rung < order_.setup.rungs.size();
    if (sample.payload.size() > (is_video ? kMaxPicture : kMaxSound))
        return fmt::format("it sends {} bytes at once", sample.payload.size());
    auto const shown = kFarthestShown.count() * timescale;
    if (sample.composition_offset < -shown || sample.composition_offset > shown)
        return "it sends impossible times";
    auto const latest = std::chrono::ceil<seconds>(newest_time_) + kFarthestAhead;
    if (sample.dts < -shown || sample.dts > latest.count() * timescale)
        return "it sends impossible times";
    return {};
}

void WorkerSession::receive_sample(wire::RungSample sample) {
    if (auto const fault = fault_of(sample); !fault.empty()) return lost(fault);
    auto const pts = sample.sample.pts();
    if (sample.rung < order_.setup.rungs.size()) {
        // What was under way when its rung was shed.
        if (is_shed(sample.rung)) return;
        watch_.output(steady_now());
        lost_at_.reset();
        shown_ = std::max(shown_.value_or(pts), pts);
        replay_.shown(*shown_);
        if (sample.rung + 1U == order_.setup.rungs.size())
            newest_out_ = std::max(newest_out_.value_or(pts), pts);
    } else {
        if (!video_) watch_.output(steady_now());
        audio_out_ = std::max(audio_out_.value_or(pts), pts);
    }
    listener_.on_rung_sample(sample.rung, std::move(sample.sample));
}

}  // namespace directfanz::transcode
