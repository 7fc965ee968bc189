#include "media/transcode/transcoder.hpp"

#include "system/io/timer.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace directfanz::transcode {
namespace {

constexpr milliseconds kTick{100};

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
        if (transcoder->state_ == TranscodeState::source_only) transcoder->session_.reset();
        if (transcoder->session_) transcoder->session_->tick(steady_now());
    }
}

Audio Transcoder::audio() const {
    if (!audio_) return Audio::none;
    return audio_path_ == AudioPath::pass ? Audio::passed : Audio::encoded;
}

bool Transcoder::passes(MediaKind kind) const {
    if (state_ == TranscodeState::source_only) return true;
    if (kind == MediaKind::audio) return audio_path_ == AudioPath::pass;
    return plan_.mode == Mode::follow;
}

void Transcoder::configure(Track const& track) {
    auto const is_video = track.kind == MediaKind::video;
    auto& known = is_video ? video_ : audio_;
    if (known && *known == track) return;
    auto const before = audio();
    auto const resized = is_video && video_ && video_->format != track.format;
    known = track;
    if (!is_video) {
        audio_path_ = audio_path(track);
        audio_held_.clear();
    }
    if (session_) session_->configure(track);
    // What the plan went by is another one.
    if (resized || audio() != before) replan();
}

void Transcoder::begin_input() {
    rule_.forget_last();
    held_.clear();
    audio_held_.clear();
    // A pause is no part of what is measured.
    if (state_ == TranscodeState::measuring) meter_ = {};
    if (session_) session_->discontinuity();
    // What failed for the last publisher may work for this one.
    if (state_ == TranscodeState::source_only) {
        session_.reset();
        replan();
    }
}

void Transcoder::replan() {
    if (state_ == TranscodeState::running && plan_.mode == Mode::follow) {
        for (auto const& rung : plan_.rungs) listener_.on_rung_lost(rung.name);
    }
    session_.reset();
    slot_.reset();
    meter_ = {};
    held_.clear();
    state_ = TranscodeState::measuring;
}

void Transcoder::push(MediaKind kind, Sample const& sample) {
    if (state_ == TranscodeState::source_only) return;
    if (kind == MediaKind::video) {
        push_video(sample);
    } else {
        push_audio(sample);
    }
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
        auto const plan = make_plan(mode, meter_.picture(*video_), audio(), settings_);
        // The source was shown up to here.
        return open_session(plan, newest_);
    }
    if (session_) session_->push_video(sample, plan_.mode == Mode::follow && sample.sync);
}

void Transcoder::push_audio(Sample const& sample) {
    if (session_) return session_->push_audio(sample);
    audio_held_.push_back(sample);
    if (audio_held_.size() <= kAudioHeld) return;
    // Sound without a picture.
    if (audio_path_ == AudioPath::encode && !video_) return plan();
    audio_held_.pop_front();
}

void Transcoder::plan() {
    slot_ = pool_.reserve();
    if (!slot_) {
        return give_up(
            fmt::format("This server transcodes {} broadcasts at a time, and that many are live. "
                        "Viewers get the stream as you send it.",
                        pool_.most()));
    }
    auto const source = video_ ? meter_.picture(*video_) : SourcePicture();
    // Rungs that are not there need no grid.
    auto plan = make_plan(Mode::follow, source, audio(), settings_);
    if (rule_.mode() == Mode::grid && !plan.rungs.empty())
        plan = make_plan(Mode::grid, source, audio(), settings_);
    open_session(plan, std::nullopt);
}

void Transcoder::open_session(Plan plan, std::optional<std::int64_t> behind) {
    plan_ = std::move(plan);
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

    WorkerSession::Order order{
        .setup = to_setup(plan_, settings_, title_),
        .never_shed = static_cast<std::uint8_t>(plan_.mode == Mode::grid ? 1 : 0),
        .memory_limit = settings_.memory_limit};
    WorkerSession::Listener& heard = *this;
    session_ = std::make_unique<WorkerSession>(pool_, std::move(order), heard, context_);
    if (video_) session_->configure(*video_);
    if (audio_) session_->configure(*audio_);
    if (behind) session_->begin_behind(*behind);
    state_ = TranscodeState::running;
    auto started = session_->start();
    if (!started) return give_up(describe(started.error()));

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

void Transcoder::give_up(std::string const& why) {
    state_ = TranscodeState::source_only;
    plan_ = {};
    slot_.reset();
    held_.clear();
    audio_held_.clear();
    log::error("transcode_source_only", {{"reason", why}}, context_);
    listener_.on_source_only(why);
}

bool Transcoder::leads(std::uint8_t rung) const {
    return rung == wire::kAudioRung || (rung == 0 && plan_.mode == Mode::grid);
}

void Transcoder::on_rung_track(std::uint8_t rung, Track track) {
    if (leads(rung)) return listener_.on_leading_track(std::move(track));
    listener_.on_rung_track(name_of(plan_, rung), std::move(track));
}

void Transcoder::on_rung_sample(std::uint8_t rung, Sample sample) {
    if (leads(rung)) {
        auto const kind = rung == wire::kAudioRung ? MediaKind::audio : MediaKind::video;
        return listener_.on_leading_sample(kind, std::move(sample));
    }
    listener_.on_rung_sample(name_of(plan_, rung), std::move(sample));
}

void Transcoder::on_rung_lost(std::uint8_t rung) {
    if (!leads(rung)) listener_.on_rung_lost(name_of(plan_, rung));
}

void Transcoder::on_thumbnail(wire::Thumbnail thumbnail) {
    listener_.on_thumbnail(std::move(thumbnail));
}

void Transcoder::on_given_up(std::string const& why) {
    give_up(why);
}

}  // namespace directfanz::transcode
