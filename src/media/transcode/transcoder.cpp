#include "media/transcode/transcoder.hpp"

#include "media/codec/silent_aac.hpp"
#include "system/io/timer.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace directfanz::transcode {
namespace {

constexpr milliseconds kTick{100};
/// Between what stands in and the source's picture that takes over, in ticks: what players show as
/// one picture. Beyond the patience the source is better than nothing.
constexpr std::int64_t kNearEnough = kVideoTimescale / 2;
constexpr seconds kReturnPatience{6};

/// It costs next to nothing.
bool only_thumbnails(Plan const& plan) {
    return plan.rungs.empty() && plan.audio_bitrate == 0;
}

}  // namespace

Transcoder::Transcoder(io::EventLoop& loop, WorkerPool& pool, TranscodeSettings settings,
                       std::string title, Listener& listener, log::Context context)
    : loop_(loop),
      pool_(pool),
      settings_(std::move(settings)),
      title_(std::move(title)),
      listener_(listener),
      context_(std::move(context)) {}

Transcoder::~Transcoder() = default;

void Transcoder::start() {
    loop_.spawn(watch(weak_from_this(), loop_));
}

io::Task<> Transcoder::watch(std::weak_ptr<Transcoder> self, io::EventLoop& loop) {
    for (;;) {
        co_await io::sleep_for(loop, kTick);
        auto const transcoder = self.lock();
        if (!transcoder) co_return;
        transcoder->tick(steady_now());
    }
}

void Transcoder::tick(SteadyTime now) {
    if (ending_since_) {
        if (now - *ending_since_ > kEndPatience) on_ended();
        return;
    }
    if (state_ == TranscodeState::source_only) {
        session_.reset();
        if (glimpses_) glimpses_->tick(now);
        try_again(now);
    }
    if (session_) session_->tick(now);
    if (state_ == TranscodeState::running) stand_in(now);
}

Audio Transcoder::audio() const {
    if (!audio_) return Audio::none;
    return audio_path_ == AudioPath::pass ? Audio::passed : Audio::encoded;
}

bool Transcoder::passes(MediaKind kind) const {
    if (state_ == TranscodeState::source_only) return true;
    if (kind == MediaKind::audio) return audio_path_ == AudioPath::pass;
    return plan_.mode == Mode::follow && !stand_in_.active();
}

TranscodeStatus Transcoder::status() const {
    TranscodeStatus status{.state = state_,
                           .mode = plan_.mode,
                           .encoder = pool_.encoder(),
                           .standing_in = stand_in_.active(),
                           .reason = reason_};
    for (auto const& rung : plan_.rungs)
        status.rungs.push_back({rung, session_ && session_->is_shed(status.rungs.size())});
    if (session_) status.shed_level = session_->shed_level();
    return status;
}

void Transcoder::tell_status() {
    auto const status = this->status();
    if (told_ == status) return;
    told_ = status;
    listener_.on_status(status);
}

void Transcoder::configure(Track const& track) {
    auto const is_video = track.kind == MediaKind::video;
    auto& known = is_video ? video_ : audio_;
    if (!known || *known != track) {
        auto const before = audio();
        // Where sound alone was planned for, a picture is another size, too.
        auto const resized = is_video && (video_ ? video_->format != track.format
                                                 : state_ == TranscodeState::running);
        known = track;
        if (!is_video) {
            audio_path_ = audio_path(track);
            audio_held_.clear();
        }
        if (session_) session_->configure(track);
        if (glimpses_ && is_video) glimpses_->configure(track);
        // What the plan went by is another one.
        if (resized) {
            replan();
        } else if (audio() != before && state_ == TranscodeState::running) {
            change_audio();
        }
    }
    if (passes(track.kind)) listener_.on_leading_track(track);
}

void Transcoder::begin_input(std::vector<RungSetting> ladder) {
    rule_.forget_last();
    held_.clear();
    audio_held_.clear();
    stop_standing_in();
    stand_in_.reset();
    led_ = {};
    silent_until_.reset();
    claimed_bitrate_ = 0;
    auto const other = ladder != settings_.ladder;
    settings_.ladder = std::move(ladder);
    // A pause is no part of what is measured.
    if (state_ == TranscodeState::measuring) meter_ = {};
    if (session_) session_->discontinuity();
    if (glimpses_) glimpses_->discontinuity();
    // What failed for the last publisher may work for this one.
    if (state_ == TranscodeState::source_only) session_.reset();
    if (state_ == TranscodeState::source_only || (other && state_ == TranscodeState::running))
        replan();
    // What an encoder makes goes on as it was.
    for (auto const& [rung, track] : rung_tracks_)
        if (leads_alone(rung)) listener_.on_leading_track(track);
}

bool Transcoder::lose_input() {
    if (state_ != TranscodeState::running || !session_ || plan_.rungs.empty()) return false;
    stand_in_.publisher_lost();
    stand_in(steady_now());
    return stand_in_.active();
}

bool Transcoder::end() {
    if (state_ != TranscodeState::running || only_thumbnails(plan_)) return false;
    if (!session_ || !session_->end()) return false;
    ending_since_ = steady_now();
    return true;
}

void Transcoder::replan() {
    if (state_ == TranscodeState::running && plan_.mode == Mode::follow) {
        for (auto const& rung : plan_.rungs) listener_.on_rung_lost(rung.name);
    }
    session_.reset();
    glimpses_.reset();
    slot_.reset();
    again_at_.reset();
    newest_encoded_.reset();
    rung_tracks_.clear();
    stop_standing_in();
    meter_ = {};
    held_.clear();
    reason_.clear();
    state_ = TranscodeState::measuring;
    tell_status();
}

/// Its pictures go on where they are: sound that comes late, or changes, is no reason to lose them.
void Transcoder::change_audio() {
    auto plan = make_plan(plan_.mode, source(), audio(), settings_);
    if (plan == plan_) return;
    // That takes a place, or gives one back.
    if (only_thumbnails(plan) != only_thumbnails(plan_)) return replan();
    open_session(std::move(plan), newest_encoded_);
}

/// Another broadcast may have ended.
void Transcoder::try_again(SteadyTime now) {
    if (!again_at_ || now < *again_at_) return;
    again_at_ = now + again_each_;
    if (pool_.reserve()) replan();
}

void Transcoder::lead(MediaKind kind, Sample sample) {
    auto& newest = led_[static_cast<std::size_t>(kind)];
    newest = std::max(newest.value_or(sample.dts), sample.dts);
    auto const dts = sample.dts;
    listener_.on_leading_sample(kind, std::move(sample));
    if (kind == MediaKind::video && audio_ && stand_in_.active())
        lead_silence(dts * audio_->timescale / kVideoTimescale);
}

void Transcoder::push(MediaKind kind, Sample const& sample) {
    if (ending_since_) return;
    if (kind == MediaKind::video) {
        auto const now = steady_now();
        stand_in_.picture(sample, now);
        if (stand_in_.active()) take_over(sample, now);
    } else if (silent_until_ && sample.dts < *silent_until_) {
        // Silence was heard in its place.
        return;
    } else if (audio_) {
        auto const end = sample.dts + audio_->audio().samples_per_frame;
        stand_in_.sound(end * kVideoTimescale / audio_->timescale, steady_now());
        lead_silence(sample.dts);
    }
    // The source first: it waits for nobody.
    if (passes(kind)) lead(kind, sample);
    if (state_ == TranscodeState::source_only) {
        if (glimpses_ && kind == MediaKind::video) glimpses_->push(sample);
        return;
    }
    if (kind == MediaKind::video) {
        push_video(sample);
    } else {
        push_audio(sample);
    }
}

/// Looks whether the source is back for good with this picture.
void Transcoder::take_over(Sample const& sample, SteadyTime now) {
    if (auto const by = stand_in_.behind(now)) {
        log::info("source_behind", {{"by_ms", *by * 1'000 / kVideoTimescale}}, context_);
        rule_.forget_last();
        listener_.on_source_behind(microseconds(*by * 1'000'000 / kVideoTimescale));
    }
    auto const& newest = led_[static_cast<std::size_t>(MediaKind::video)];
    auto const follows = sample.sync && (!newest || sample.dts > *newest);
    if (!stand_in_.beyond(sample.pts()) || (plan_.mode == Mode::follow && !follows)) return;
    // On a machine that is behind, what leads still has to come as far: a hole would be seen.
    if (!returned_) returned_ = now;
    auto const near = !newest || sample.dts - *newest <= kNearEnough;
    if (plan_.mode == Mode::follow && !near && now - *returned_ < kReturnPatience) return;
    stop_standing_in();
    log::info("source_returned", {}, context_);
    tell_status();
    if (plan_.mode == Mode::follow)
        listener_.on_leading_track(*video_);
    else
        listener_.on_break();
}

void Transcoder::stop_standing_in() {
    stand_in_.end();
    stands_in_ = false;
    returned_.reset();
}

void Transcoder::stand_in(SteadyTime now) {
    if (!session_ || plan_.rungs.empty() || rung_tracks_.empty()) return;
    auto const began = !stand_in_.active();
    auto const stalled = stand_in_.ask(now);
    if (!stand_in_.active()) return;
    if (began) {
        standing_in_ = session_->largest_rung();
        rule_.forget_last();
        log::warning("source_silent", {{"rung", plan_.rungs.at(standing_in_).name}}, context_);
        tell_status();
    }
    if (!stalled) return;
    session_->stall(*stalled);
    if (!audio_ || !stalled->silence) return;
    silent_until_ = stalled->until * audio_->timescale / kVideoTimescale;
    session_->audio_heard_until(*silent_until_);
}

/// Silence where the source's own sound is missing, not ahead of the pictures beside it: they would
/// be taken for late.
void Transcoder::lead_silence(std::int64_t until) {
    auto const& newest = led_[static_cast<std::size_t>(MediaKind::audio)];
    if (!audio_ || !silent_until_ || !newest || !passes(MediaKind::audio)) return;
    auto const frame = aac::silent_frame(*audio_);
    if (!frame) return;
    auto const length = audio_->audio().samples_per_frame;
    // Sound that was missing long before is none that this silence took away.
    auto const first = until - kMostSilence.count() * audio_->timescale;
    for (auto dts = std::max(*newest + length, first);
         dts < *silent_until_ && dts + length <= until; dts += length)
        lead(MediaKind::audio, {.dts = dts, .duration = length, .sync = true, .payload = *frame});
}

void Transcoder::push_video(Sample const& sample) {
    newest_ = std::max(newest_.value_or(sample.pts()), sample.pts());
    auto const time = microseconds(sample.pts() * 1'000'000 / kVideoTimescale);
    auto const mode = rule_.picture(time, sample.sync);
    held_.push(sample);
    if (state_ == TranscodeState::measuring) {
        meter_.push(sample);
        if (meter_.done()) plan();
        return;
    }
    held_.shown(*newest_);
    if (mode != plan_.mode && !plan_.rungs.empty()) {
        log::info("transcode_grid",
                  {{"reason", "the source's key frames are irregular or too far apart"}}, context_);
        auto const plan = make_plan(mode, source(), audio(), settings_);
        // The source was shown up to here, or what stood in for it.
        auto const shown = stand_in_.active() ? std::max(*newest_, stand_in_.until()) : *newest_;
        return open_session(plan, shown);
    }
    auto const key = sample.sync || stand_in_.key_due(sample.pts());
    if (session_) session_->push_video(sample, plan_.mode == Mode::follow && key);
}

void Transcoder::push_audio(Sample const& sample) {
    if (session_) return session_->push_audio(sample);
    audio_held_.push_back(sample);
    if (audio_held_.size() <= kAudioHeld) return;
    // Sound without a picture.
    if (audio_path_ == AudioPath::encode && !video_) return plan();
    audio_held_.pop_front();
}

SourcePicture Transcoder::source() const {
    if (!video_) return {};
    auto source = meter_.picture(*video_);
    source.bitrate = claimed_bitrate_;
    return source;
}

void Transcoder::plan() {
    // Rungs that are not there need no grid.
    auto plan = make_plan(Mode::follow, source(), audio(), settings_);
    if (rule_.mode() == Mode::grid && !plan.rungs.empty())
        plan = make_plan(Mode::grid, source(), audio(), settings_);
    slot_ = only_thumbnails(plan) ? pool_.reserve_glimpses() : pool_.reserve();
    if (slot_ || only_thumbnails(plan)) return open_session(plan, std::nullopt);
    give_up(fmt::format("This server transcodes {} broadcasts at a time, and that many are live. "
                        "Viewers get the stream as you send it.",
                        pool_.most()),
            kPlaceInterval);
    if (!video_) return;
    glimpses_ = Glimpses::begin(
        pool_, settings_, *video_,
        [this](wire::Thumbnail thumbnail) { on_thumbnail(std::move(thumbnail)); }, context_);
}

void Transcoder::open_session(Plan plan, std::optional<std::int64_t> behind) {
    plan_ = std::move(plan);
    rung_tracks_.clear();
    stop_standing_in();
    std::string rungs;
    for (auto const& rung : plan_.rungs) {
        rungs += fmt::format("{}{}:{}x{}:{}k{}", rungs.empty() ? "" : " ", rung.name, rung.width,
                             rung.height, rung.bitrate / 1'000, rung.half_rate ? ":half" : "");
    }
    log::info("transcode_started",
              {{"mode", plan_.mode == Mode::follow ? "follow" : "grid"},
               {"rungs", rungs},
               {"audio", plan_.audio_bitrate == 0 ? "passed" : "encoded"}},
              context_);

    state_ = TranscodeState::running;
    // Nothing to make, and too many cards are pictured already.
    if (!slot_) {
        held_.clear();
        audio_held_.clear();
        return tell_status();
    }
    WorkerSession::Order order{
        .setup = to_setup(plan_, settings_, pool_.encoder(), title_),
        .never_shed = static_cast<std::uint8_t>(plan_.mode == Mode::grid ? 1 : 0),
        .memory_limit = settings_.memory_limit};
    WorkerSession::Listener& heard = *this;
    session_ = std::make_unique<WorkerSession>(pool_, std::move(order), heard, context_);
    if (video_) session_->configure(*video_);
    if (audio_) session_->configure(*audio_);
    if (behind) session_->begin_behind(*behind);
    tell_status();
    auto started = session_->start();
    if (!started) return give_up(describe(started.error()), kStartInterval);

    std::vector<ExpectedRung> expected;
    for (auto const& rung : plan_.rungs) {
        if (rung.name != kLeadingVideo)
            expected.push_back({.name = rung.name, .bitrate = rung.bitrate});
    }
    if (plan_.audio_only_bitrate != 0)
        expected.push_back({std::string(kAudioOnly), plan_.audio_only_bitrate});
    if (!expected.empty()) listener_.on_rungs_expected(expected);

    for (auto const& sample : held_.samples())
        session_->push_video(sample, plan_.mode == Mode::follow && sample.sync);
    for (auto const& sample : std::exchange(audio_held_, {})) session_->push_audio(sample);
}

void Transcoder::give_up(std::string const& why, std::optional<seconds> again) {
    state_ = TranscodeState::source_only;
    reason_ = why;
    again_at_.reset();
    if (again) {
        again_each_ = *again;
        again_at_ = steady_now() + *again;
    }
    plan_ = {};
    slot_.reset();
    rung_tracks_.clear();
    stop_standing_in();
    held_.clear();
    audio_held_.clear();
    log::error("transcode_source_only", {{"reason", why}}, context_);
    // What an encoder led with ends here; the publisher's own goes on with its next key frame.
    if (video_) listener_.on_leading_track(*video_);
    if (audio_) listener_.on_leading_track(*audio_);
    tell_status();
}

/// What such a rung's pictures or sound are is shown in the leading rendition, and nowhere else.
bool Transcoder::leads_alone(std::uint8_t rung) const {
    return rung == wire::kAudioRung || (rung == 0 && plan_.mode == Mode::grid);
}

void Transcoder::on_rung_track(std::uint8_t rung, Track track) {
    rung_tracks_[rung] = track;
    if (leads_alone(rung)) return listener_.on_leading_track(std::move(track));
    listener_.on_rung_track(name_of(plan_, rung), std::move(track));
}

void Transcoder::on_rung_sample(std::uint8_t rung, Sample sample) {
    if (rung == wire::kAudioRung) return lead(MediaKind::audio, std::move(sample));
    if (rung != wire::kAudioOnlyRung)
        newest_encoded_ = std::max(newest_encoded_.value_or(sample.pts()), sample.pts());
    if (leads_alone(rung)) return lead(MediaKind::video, std::move(sample));
    if (stand_in_.active() && rung == standing_in_) {
        auto const& newest = led_[static_cast<std::size_t>(MediaKind::video)];
        auto const follows = !newest || sample.dts > *newest;
        auto const begins = sample.sync && follows && sample.pts() > stand_in_.after();
        if (!stands_in_ && begins) {
            stands_in_ = true;
            listener_.on_leading_track(rung_tracks_.at(rung));
        }
        if (stands_in_) lead(MediaKind::video, sample);
    }
    listener_.on_rung_sample(name_of(plan_, rung), std::move(sample));
}

void Transcoder::on_rung_lost(std::uint8_t rung) {
    if (!leads_alone(rung)) listener_.on_rung_lost(name_of(plan_, rung));
}

void Transcoder::on_thumbnail(wire::Thumbnail thumbnail) {
    listener_.on_thumbnail(std::move(thumbnail));
}

void Transcoder::on_shed(ShedLevel) {
    if (stand_in_.active() && session_->is_shed(standing_in_)) {
        standing_in_ = session_->largest_rung();
        stands_in_ = false;
    }
    tell_status();
}

void Transcoder::on_ended() {
    ending_since_.reset();
    listener_.on_ended();
}

void Transcoder::on_given_up(std::string const& why, GivenUp kind) {
    if (kind == GivenUp::not_started) return give_up(why, kStartInterval);
    give_up(why);
}

}  // namespace directfanz::transcode
