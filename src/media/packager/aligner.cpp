#include "media/packager/aligner.hpp"

#include "media/codec/silent_aac.hpp"

#include <algorithm>
#include <utility>

namespace directfanz::packager {

namespace {

using Break = SegmentClock::Break;
using Start = SegmentClock::Start;

/// By how much the other track must be ahead, and for how long nothing must have come, before a
/// track counts as silent.
constexpr milliseconds kSilence{500};
constexpr milliseconds kLongestSilence{3000};
/// The same at the beginning of a connection, when encoders start up one after the other.
constexpr milliseconds kPatience{2000};

/// Whatever the wall clock says: one track may not be ahead of the other by more, in media time and
/// in samples, so that waiting costs a bounded amount of memory.
constexpr microseconds kFarthestAhead = seconds(10);
constexpr std::size_t kMostWaiting = 2048;
constexpr std::size_t kMostMarks = 64;

/// A pause in the media that is longer becomes a discontinuity; longer still where frames are rare.
constexpr microseconds kHole = milliseconds(1000);

/// The last audio frame before a hole up to this lasts until its end: listed as GAP, a lost frame
/// would cost hls.js's viewers the whole segment.
constexpr microseconds kStretch = milliseconds(100);

/// How long a frame lasts as long as none was followed by another.
constexpr microseconds kDefaultFrame{33'333};

/// Audio within this of the edges of a hole in the video does not fill it.
constexpr microseconds kEdge = milliseconds(250);

}  // namespace

Aligner::Aligner(Targets targets, PackagerSettings const& settings, FirstNumbers first,
                 Timeline const& timeline)
    : targets_(targets),
      limits_{.window = std::max<microseconds>(settings.window, 3 * targets.target_duration),
              .shortest_window = 3 * targets.target_duration},
      timeline_(timeline),
      clock_(first, settings.segment_duration, longest_segment(targets.target_duration)) {
    auto const frame = targets.frame > microseconds(0) ? targets.frame : kDefaultFrame;
    video_.usual = static_cast<std::uint32_t>(frame.count() * kVideoTimescale / 1'000'000);
}

std::unique_ptr<RenditionBuilder> Aligner::make_builder(std::shared_ptr<Track const> const& track) {
    auto const* const name = track->kind == MediaKind::video ? "video" : "audio";
    return std::make_unique<RenditionBuilder>(name, track, targets_, limits_, timeline_);
}

void Aligner::declare(std::shared_ptr<Track const> const& track) {
    auto& lane = track->kind == MediaKind::video ? video_ : audio_;
    if (!lane.builder) lane.builder = make_builder(track);
}

void Aligner::begin_input(WallTime now) {
    began_ = now;
    dates_.restart();
    dated_by_.reset();
    video_.heard = now;
    audio_.heard = now;
    leader_ = Leader::none;
    need_key_frame_ = true;
    delay_.expect_any();
    horizon_ = microseconds::min();
    audio_silent_ = false;
    break_ = had_media_;
}

void Aligner::push(std::shared_ptr<Track const> const& track, Sample sample, WallTime now) {
    Pending pending{.track = track, .sample = std::move(sample)};
    measure_lateness(track->kind, pending.time(), now);
    if (track->kind == MediaKind::video) {
        video_.heard = now;
        push_video(std::move(pending));
    } else {
        audio_.heard = now;
        audio_silent_ = false;
        // A track that appears late joins at the next mark.
        if (!audio_.builder && !audio_.held && waiting_.empty()) marks_.clear();
        waiting_.push_back(std::move(pending));
        // Nobody is there for whom to wait.
        if (leader_ == Leader::none && !video_.builder) leader_ = Leader::audio;
    }
    settle();
}

/// By audio where there is any: its frames are the most even ones. Not by both, since one may come
/// later than the other, and either may stop.
void Aligner::measure_lateness(MediaKind kind, microseconds time, WallTime now) {
    if (dated_by_ != kind) {
        if (dated_by_ == MediaKind::audio) return;
        dates_.restart();
        dated_by_ = kind;
    }
    dates_.arrived(now, std::chrono::duration_cast<microseconds>(now - timeline_.wall(time)));
}

void Aligner::settle() {
    // Video is silent while audio goes on.
    if (leader_ != Leader::audio && !waiting_.empty()) {
        auto const started = leader_ == Leader::video;
        auto const ahead = waiting_.back().time() - waiting_.front().time();
        auto const silent =
            ahead >= kSilence && (started ? audio_.heard - video_.heard >= silence_limit(video_)
                                          : audio_.heard - began_ >= kPatience);
        if (silent || ahead >= kFarthestAhead || waiting_.size() > kMostWaiting) {
            flush_video();
            leader_ = Leader::audio;
        }
    }
    release_audio();
    // Audio is silent while video goes on.
    if (leader_ == Leader::video && audio_.builder) {
        auto since = audio_.builder->open() ? audio_.builder->end() : horizon_;
        for (auto const& mark : marks_)
            if (mark.discontinuity) since = mark.time;
        auto const behind = horizon_ - since;
        auto const silent =
            behind >= kSilence && video_.heard - audio_.heard >= silence_limit(audio_);
        if (silent || behind >= kFarthestAhead || marks_.size() > kMostMarks) audio_silent_ = true;
        if (audio_silent_) fill_silent_audio();
    }
}

void Aligner::end_input() {
    flush_video();
    // No mark will follow.
    if (leader_ == Leader::video) horizon_ = microseconds::max();
    release_audio();
    flush_audio();
    waiting_.clear();
    if (audio_.builder) {
        for (auto const& mark : marks_) {
            if (audio_.builder->open() && !mark.discontinuity)
                audio_.builder->fill_until(mark.time);
            audio_.builder->cut(mark, nullptr);
        }
    }
    marks_.clear();
    auto const at = end();
    for (auto* const lane : {&video_, &audio_}) {
        if (!lane->builder) continue;
        if (lane->builder->segment_empty()) lane->builder->fill_until(at);
        lane->builder->close();
        lane->held.reset();
    }
    leader_ = Leader::none;
}

microseconds Aligner::end() const {
    auto latest = clock_.started() ? clock_.segment_start() : microseconds(0);
    for (auto const* const lane : {&video_, &audio_})
        if (lane->builder) latest = std::max(latest, lane->builder->end());
    return latest;
}

/// The same with the held audio frame, and only what came in this connection.
std::optional<microseconds> Aligner::end_of_samples() const {
    std::optional<microseconds> latest;
    for (auto const* const lane : {&video_, &audio_})
        if (lane->builder && lane->builder->open())
            latest = std::max(latest.value_or(lane->builder->end()), lane->builder->end());
    // Unless that is the first one behind a pause.
    if (latest && audio_.held && audio_.held->time() - *latest <= kHole)
        latest = std::max(*latest, audio_.held->time());
    return latest;
}

/// What comes at `time` cannot follow what was there: players would wait for what is in between.
bool Aligner::paused_before(microseconds time, microseconds threshold) const {
    auto const last = end_of_samples();
    return last && time - *last > threshold;
}

// ---- Video ------------------------------------------------------------------------------------

void Aligner::push_video(Pending next) {
    if (next.sample.sync) learn_delay(next);
    if (leader_ == Leader::video && video_.held)
        continue_video(std::move(next));
    else
        begin_video(std::move(next));
}

/// The first frame of a connection, of a late track, or after a silence.
void Aligner::begin_video(Pending next) {
    if (need_key_frame_ && !next.sample.sync) return;
    auto const other = video_.builder && !(*next.track == video_.builder->track());
    if (other && !next.sample.sync) return;

    auto const time = next.time() + delay_.value();
    auto const late = (clock_.started() && time < clock_.segment_start()) ||
                      (video_.builder && (time < video_.builder->end() ||
                                          next.time() < video_.builder->decode_end()));
    if (late) {
        // It is listed as missing already, and what refers to it cannot be decoded either.
        need_key_frame_ = true;
        return;
    }
    need_key_frame_ = false;
    leader_ = Leader::video;
    if (!video_.builder) video_.builder = make_builder(next.track);
    used_delay_ = delay_.value();
    video_.builder->set_delay_behind_gap(used_delay_);
    auto const fresh = !video_.builder->open();
    auto const scale = next.track->timescale;
    // Audio may have stopped, too, while it led.
    auto const last = end_of_samples();
    auto const pause = paused_before(time, hole_threshold(video_, scale));
    if (last && !pause) mark_until(time);
    if (!fresh && !other && !pause) video_.builder->fill_until(time);

    auto const usual = to_microseconds(video_.usual, scale);
    auto const key = next.sample.sync && clock_.key_frame(time, usual);
    if (fresh || other || pause || key) {
        if ((other || pause) && had_media_) break_ = true;
        auto mark =
            cut(time, next.sample.sync ? Start::independent : Start::dependent, pending_break());
        mark.picture = next.sample.pts();
        video_.builder->cut(mark, next.track);
        if (pause) mark.from = *last + (time - *last) / 2;
        announce(mark);
    }
    horizon_ = time;
    video_.held = std::move(next);
}

void Aligner::continue_video(Pending next) {
    auto& held = *video_.held;
    if (next.sample.dts <= held.sample.dts) return;
    auto const scale = held.track->timescale;
    auto const other = !(*next.track == video_.builder->track());
    if (other && !next.sample.sync) return;

    auto const distance = next.sample.dts - held.sample.dts;
    if (to_microseconds(distance, scale) > hole_threshold(video_, scale)) {
        video_hole(std::move(next));
        return;
    }
    held.sample.duration = static_cast<std::uint32_t>(distance);
    video_.usual = held.sample.duration;
    place_video(std::move(held));

    used_delay_ = delay_.value();
    video_.builder->set_delay(used_delay_);
    auto const time = next.time() + used_delay_;
    auto const frame = to_microseconds(video_.usual, scale);
    auto const key = next.sample.sync && clock_.key_frame(time, frame);
    // Audio that changed its configuration needs a discontinuity, at the next key frame.
    if (key || other || (break_ && next.sample.sync)) {
        if (other) break_ = true;
        // An encoder that begins to reorder more shows this picture up to a second later than the
        // one before ended. Audio goes on meanwhile, and its segment must not become too long.
        auto mark = cut(std::min(time, clock_.latest_cut()), Start::independent, pending_break());
        mark.picture = next.sample.pts();
        video_.builder->cut(mark, next.track);
        announce(mark);
    }
    horizon_ = std::max(horizon_, time);
    video_.held = std::move(next);
}

/// With its duration. If the segment became too long with it, it begins the next one.
void Aligner::place_video(Pending sample) {
    auto const scale = sample.track->timescale;
    auto const time = sample.time() + used_delay_;
    auto const end = time + to_microseconds(sample.sample.duration, scale);
    auto const full = clock_.exceeded(end) || !video_.builder->fits(sample.sample.duration);
    if (full && time > clock_.segment_start()) {
        auto mark =
            cut(time, sample.sample.sync ? Start::independent : Start::dependent, pending_break());
        mark.picture = sample.sample.pts();
        video_.builder->cut(mark, sample.track);
        announce(mark);
    }
    video_.builder->add(std::move(sample.sample));
    had_media_ = true;
}

/// Nothing came for longer than frames are apart: either only video is missing, and audio leads
/// meanwhile, or the publisher paused.
void Aligner::video_hole(Pending next) {
    auto const time = next.time() + delay_.value();
    flush_video();
    if (audio_covers(horizon_, time)) {
        leader_ = Leader::audio;
        std::deque<Pending> later;
        while (!waiting_.empty() && waiting_.back().time() >= time) {
            later.push_front(std::move(waiting_.back()));
            waiting_.pop_back();
        }
        release_audio();
        flush_audio();
        waiting_ = std::move(later);
    }
    begin_video(std::move(next));
}

bool Aligner::audio_covers(microseconds from, microseconds to) const {
    auto const within = [&](microseconds time) { return time > from + kEdge && time < to - kEdge; };
    if (audio_.held && within(audio_.held->time())) return true;
    return std::any_of(waiting_.begin(), waiting_.end(),
                       [&](Pending const& pending) { return within(pending.time()); });
}

/// Nothing follows the held frame soon: it lasts as long as the one before.
void Aligner::flush_video() {
    if (!video_.held) return;
    auto held = std::move(*video_.held);
    video_.held.reset();
    held.sample.duration = video_.usual;
    place_video(std::move(held));
}

/// Pictures are shown up to a second later than they come, so that the first one behind a silence
/// may lie farther behind the last mark than a segment can be long. What audio there is in between
/// needs marks.
void Aligner::mark_until(microseconds time) {
    while (clock_.exceeded(time)) {
        auto const mark = cut(clock_.next_cut(), Start::dependent, Break::none);
        if (video_.builder->open()) {
            video_.builder->fill_until(mark.time);
            video_.builder->cut(mark, nullptr);
        }
        announce(mark);
    }
}

void Aligner::learn_delay(Pending const& key_frame) {
    if (!delay_track_ || !(*delay_track_ == *key_frame.track)) delay_.expect_any();
    delay_track_ = key_frame.track;
    delay_.learn(to_microseconds(key_frame.sample.composition_offset, key_frame.track->timescale));
}

// ---- Audio ------------------------------------------------------------------------------------

void Aligner::release_audio() {
    if (leader_ == Leader::none) return;
    while (!waiting_.empty() && (leader_ == Leader::audio || waiting_.front().time() < horizon_)) {
        auto next = std::move(waiting_.front());
        waiting_.pop_front();
        feed_audio(std::move(next));
    }
}

void Aligner::feed_audio(Pending next) {
    if (audio_.held) {
        if (next.sample.dts <= audio_.held->sample.dts && *next.track == *audio_.held->track)
            return;
        auto held = std::move(*audio_.held);
        audio_.held.reset();
        auto const nominal = held.track->audio().samples_per_frame;
        auto const distance = next.sample.dts - held.sample.dts;
        auto const stretched = to_microseconds(distance, held.track->timescale) <= kStretch;
        auto const adjoins =
            *next.track == *held.track && (stretched || distance * 2 <= nominal * 3);
        held.sample.duration = adjoins ? static_cast<std::uint32_t>(distance) : nominal;
        place_audio(std::move(held));
    }
    audio_.held = std::move(next);
}

void Aligner::place_audio(Pending sample) {
    auto const time = sample.time();
    if (leader_ == Leader::audio)
        lead_by_audio(sample);
    else if (!follow_marks(time, sample.track))
        return;
    if (!audio_.builder || !audio_.builder->open()) return;
    if (time < audio_.builder->end() || !(*sample.track == audio_.builder->track())) return;
    audio_.builder->fill_until(time);
    audio_.builder->add(std::move(sample.sample));
    had_media_ = true;
}

void Aligner::lead_by_audio(Pending const& sample) {
    auto const time = sample.time();
    // Marks that video has set before it fell silent.
    if (!marks_.empty()) follow_marks(time, sample.track);
    if (!marks_.empty()) return;
    if (!audio_.builder) audio_.builder = make_builder(sample.track);
    auto const fresh = !audio_.builder->open();
    auto const other = !(*sample.track == audio_.builder->track());
    auto const pause = paused_before(time, hole_threshold(audio_, sample.track->timescale));
    auto const end = time + to_microseconds(sample.sample.duration, sample.track->timescale);
    if ((other || pause) && had_media_) break_ = true;
    if (fresh || break_ || clock_.reached(time) || clock_.exceeded(end)) {
        auto const mark =
            cut(time, video_.builder ? Start::dependent : Start::independent, pending_break());
        if (!fresh && !mark.discontinuity) audio_.builder->fill_until(time);
        audio_.builder->cut(mark, sample.track);
        if (video_.builder) {
            if (video_.builder->open() && !mark.discontinuity)
                video_.builder->fill_until(mark.time);
            video_.builder->cut(mark, nullptr);
        }
        new_marks_.push_back(mark);
    }
    if (video_.builder) video_.builder->fill_whole_parts_until(time);
}

/// Begins those segments of audio that `time` has reached. False if a sample of this track has no
/// place there.
bool Aligner::follow_marks(microseconds time, std::shared_ptr<Track const> const& track) {
    while (!marks_.empty() && marks_.front().from <= time) {
        auto const mark = marks_.front();
        marks_.pop_front();
        // A track that appears late joins at a mark.
        if (!audio_.builder) {
            if (!track) continue;
            audio_.builder = make_builder(track);
        }
        if (audio_.builder->open() && !mark.discontinuity) audio_.builder->fill_until(mark.time);
        audio_.builder->cut(mark, mark.discontinuity ? track : nullptr);
    }
    if (!audio_.builder) return false;
    if (!track || *track == audio_.builder->track()) return true;
    auto const awaited = std::any_of(marks_.begin(), marks_.end(),
                                     [](Mark const& mark) { return mark.discontinuity; });
    if (!awaited) break_ = true;
    return false;
}

/// With silence, since players that find pictures alone stop; as GAP where no frame of silence is
/// known.
void Aligner::fill_silent_audio() {
    flush_audio();
    auto& builder = *audio_.builder;
    auto const frame = aac::silent_frame(builder.track());
    if (!frame) {
        follow_marks(horizon_, nullptr);
        if (builder.open()) builder.fill_whole_parts_until(horizon_);
        return;
    }
    auto const length = builder.track().audio().samples_per_frame;
    Sample const silence{.duration = length, .sync = true, .payload = *frame};
    while (!marks_.empty() && marks_.front().from <= horizon_) {
        auto const& mark = marks_.front();
        if (builder.open() && !mark.discontinuity) builder.repeat_until(mark.time, silence);
        follow_marks(mark.from, nullptr);
    }
    if (builder.open()) builder.repeat_until(horizon_, silence);
}

void Aligner::flush_audio() {
    if (!audio_.held) return;
    auto held = std::move(*audio_.held);
    audio_.held.reset();
    held.sample.duration = held.track->audio().samples_per_frame;
    place_audio(std::move(held));
}

// ---- Both -------------------------------------------------------------------------------------

Mark Aligner::cut(microseconds time, Start start, Break discontinuity) {
    // Without audio nobody follows.
    if (!audio_.builder && !audio_.held && waiting_.empty()) marks_.clear();
    return clock_.cut(time, start, discontinuity, dates_.next_segment());
}

/// For all that follow.
void Aligner::announce(Mark const& mark) {
    marks_.push_back(mark);
    new_marks_.push_back(mark);
}

std::optional<microseconds> Aligner::reached() const {
    switch (leader_) {
        case Leader::none:
            return std::nullopt;
        case Leader::video:
            return horizon_;
        case Leader::audio:
            break;
    }
    if (!audio_.builder || !audio_.builder->open()) return std::nullopt;
    return audio_.builder->end();
}

Break Aligner::pending_break() {
    return std::exchange(break_, false) ? Break::discontinuity : Break::none;
}

microseconds Aligner::hole_threshold(Lane const& lane, std::uint32_t timescale) const {
    auto const rare = to_microseconds(lane.usual, timescale) * 5 / 2;
    return std::min<microseconds>(std::max(kHole, rare),
                                  std::max<microseconds>(targets_.target_duration, kHole));
}

microseconds Aligner::silence_limit(Lane const& lane) const {
    auto const usual =
        lane.held ? to_microseconds(lane.usual, lane.held->track->timescale) : microseconds(0);
    return std::clamp<microseconds>(3 * usual, kSilence, kLongestSilence);
}

}  // namespace directfanz::packager
