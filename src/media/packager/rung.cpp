#include "media/packager/rung.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace directfanz::packager {

namespace {

/// The last sample before a hole that is longer lasts as long as the one before it.
constexpr microseconds kVideoHole = seconds(1);
/// The same of audio (see aligner.cpp).
constexpr microseconds kStretch = milliseconds(100);

/// A picture this far behind a mark in its decoding time is not before it, whatever presentation
/// time the leader's damaged picture claimed.
constexpr microseconds kFarthestOff = milliseconds(500);

/// A picture whose time is farther from its mark's has another date than the leader's.
constexpr microseconds kSameTime = milliseconds(100);

/// Presentation times must not run away from the media.
constexpr microseconds kLongestDelay = seconds(1);

/// What rounding two times to microseconds makes of one.
constexpr microseconds kRounding{4};

}  // namespace

void Rung::promise(std::uint64_t bit_rate) {
    bit_rate_ = bit_rate;
    if (builder_) builder_->shelf().promise(bit_rate);
}

void Rung::start(Targets targets, Shelf::Limits limits, Timeline const& timeline) {
    promises_ = Promises{.targets = targets, .limits = limits, .timeline = &timeline};
}

void Rung::configure(std::shared_ptr<Track const> track) {
    if (track_ && *track_ == *track) return;
    // A rendition is of one kind for ever.
    if (track_ && track->kind != track_->kind) return;
    track_ = std::move(track);
}

void Rung::mark(Mark const& mark) {
    if (joins_later_ && !track_) return;
    marks_.push_back(mark);
    if (marks_.size() <= kMostMarks) return;
    if (builder_) pass(marks_.front());
    marks_.pop_front();
    if (state_ == State::publishing) state_ = State::interrupted;
}

void Rung::push(Sample sample) {
    if (!track_ || sample.dts < 0) return;
    auto const first = std::exchange(lost_, false);
    waiting_bytes_ += sample.payload.size();
    waiting_.push_back({.track = track_, .sample = std::move(sample), .first = first});
    while (waiting_.size() > kMostWaiting || waiting_bytes_ > kMostWaitingBytes) {
        take_waiting();
        state_ = State::interrupted;
    }
}

Rung::Pending Rung::take_waiting() {
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= next.sample.payload.size();
    return next;
}

void Rung::advance(microseconds reached, bool silent) {
    if (!promises_) return;
    while (!waiting_.empty() && waiting_.front().time() < reached) feed(take_waiting());
    auto const missing = lost_ || (silent && track_ && track_->kind == MediaKind::video);
    auto const behind = missing ? kPartsBehind * promises_->targets.part_target : kFarthestBehind;
    auto const until = reached - behind;
    auto done = builder_ && builder_->open() ? builder_->end() : microseconds::min();
    // What is held takes its place first.
    if (held_ && done != microseconds::min())
        done += to_microseconds(usual_, held_->track->timescale);
    auto const marked = !marks_.empty() && marks_.front().time <= until;
    if (!marked && until - promises_->targets.part_target < done) return;
    if (done == microseconds::min() && !marked) return;
    if (!make_builder(track_)) return;
    flush();
    fill_until(until);
}

void Rung::end_input(microseconds end) {
    if (promises_) {
        while (!waiting_.empty()) feed(take_waiting());
        flush();
    }
    waiting_.clear();
    waiting_bytes_ = 0;
    held_.reset();
    if (builder_) {
        for (auto const& mark : marks_) pass(mark);
        if (builder_->segment_empty() || state_ != State::publishing) builder_->fill_until(end);
        builder_->close();
    }
    marks_.clear();
    state_ = State::interrupted;
}

bool Rung::make_builder(std::shared_ptr<Track const> const& track) {
    if (builder_) return true;
    if (!track || !promises_) return false;
    builder_ = std::make_unique<RenditionBuilder>(name_, track, promises_->targets,
                                                  promises_->limits, *promises_->timeline);
    builder_->shelf().promise(bit_rate_);
    return true;
}

void Rung::feed(Pending next) {
    if (held_) {
        auto const distance = next.sample.dts - held_->sample.dts;
        if (distance <= 0) {
            // Another encoder that goes over what is there already, up to its next key frame.
            flush();
            if (next.video()) state_ = State::interrupted;
            return;
        }
        auto held = std::move(*held_);
        held_.reset();
        auto const apart = to_microseconds(distance, held.track->timescale);
        if (held.video()) {
            if (apart <= kVideoHole) usual_ = static_cast<std::uint32_t>(distance);
            auto const shown = apart <= kVideoHole || usual_ == 0 ? distance : usual_;
            held.sample.duration =
                static_cast<std::uint32_t>(std::min<std::int64_t>(shown, until_mark(held, next)));
        } else {
            auto const nominal = held.track->audio().samples_per_frame;
            auto const adjoins =
                *next.track == *held.track && (apart <= kStretch || distance * 2 <= nominal * 3);
            held.sample.duration = adjoins ? static_cast<std::uint32_t>(distance) : nominal;
        }
        place(std::move(held));
    }
    if (!ends_part(next)) {
        held_ = std::move(next);
        return;
    }
    usual_ = next.sample.duration;
    place(std::move(next));
}

/// Where a part ends, with this sample or before it, nobody waits for the next one; elsewhere that
/// may show that one is missing, and this one lasts longer.
bool Rung::ends_part(Pending const& next) const {
    auto const lasts = to_microseconds(next.sample.duration, next.track->timescale);
    if (!next.video() || lasts <= microseconds(0) || lasts > kVideoHole) return false;
    if (state_ != State::publishing || !builder_ || !builder_->open()) return false;
    if (!marks_.empty()) {
        auto const& mark = marks_.front();
        if (behind(mark, next)) return agrees(mark, next);
        // With the last part its segment ends, or players would ask for one more.
        if (mark.time - (next.time() + lasts + delay_) < lasts / 2) return false;
    }
    return builder_->fills_part(next.time(), next.time() + lasts);
}

/// For how many ticks `held` may be shown: where `next` does not begin the segment that the leader
/// began in between, it ends there.
std::int64_t Rung::until_mark(Pending const& held, Pending const& next) const {
    constexpr auto kNoLimit = std::numeric_limits<std::int64_t>::max();
    if (marks_.empty() || !builder_) return kNoLimit;
    auto const& mark = marks_.front();
    if (!behind(mark, next) || agrees(mark, next)) return kNoLimit;
    auto const left = mark.time - (held.time() + delay_);
    if (left <= microseconds(0)) return kNoLimit;
    return std::max<std::int64_t>(left.count() * held.track->timescale / 1'000'000, 1);
}

/// Nothing follows the held sample soon.
void Rung::flush() {
    if (!held_) return;
    auto held = std::move(*held_);
    held_.reset();
    held.sample.duration = held.video() ? usual_ : held.track->audio().samples_per_frame;
    if (held.sample.duration > 0) place(std::move(held));
}

void Rung::place(Pending pending) {
    if (!make_builder(pending.track)) return;
    if (pending.first && state_ == State::publishing) state_ = State::interrupted;
    if (pending.video() && pending.sample.sync) {
        auto const delay =
            to_microseconds(pending.sample.composition_offset, pending.track->timescale);
        if (std::chrono::abs(delay) <= kLongestDelay) delay_ = delay;
        if (state_ != State::publishing) builder_->set_delay_behind_gap(delay_);
    }
    pass_marks(pending);
    if (!builder_->open()) return;
    if (state_ != State::publishing && !resume(pending)) {
        fill_until(pending.time() + delay_);
        return;
    }
    if (!(*pending.track == builder_->track())) {
        need_break(pending);
        state_ = State::apart;
        return;
    }
    if (!follows(pending)) fill_gap(builder_->end() + (pending.time() - builder_->decode_end()));
    // What refers to a picture that found no place cannot be shown.
    auto const video = pending.video();
    if (video) {
        end_at_mark(pending.sample);
        if (follows(pending)) adjoin(pending.sample);
    }
    auto const end = pending.sample.dts + pending.sample.duration;
    if (builder_->add(std::move(pending.sample)))
        end_ = end;
    else if (video)
        state_ = State::interrupted;
}

/// The picture of the leader's next segment may be missing here, and the one before it claim its
/// time.
void Rung::end_at_mark(Sample& sample) const {
    if (marks_.empty() || !marks_.front().picture) return;
    auto const left = *marks_.front().picture - sample.dts;
    if (left > 0)
        sample.duration = static_cast<std::uint32_t>(std::min<std::int64_t>(sample.duration, left));
}

/// What is missing before it is too little to be listed as GAP, which hls.js takes for the loss of
/// the whole segment.
bool Rung::follows(Pending const& pending) const {
    if (!pending.video() || !end_) return false;
    auto const scale = builder_->track().timescale;
    auto const adjoins =
        std::chrono::abs(to_microseconds(*end_, scale) - builder_->decode_end()) <= kRounding;
    return adjoins && to_microseconds(std::abs(pending.sample.dts - *end_), scale) <= kVideoHole;
}

/// Then the sample is decoded so much earlier, or later where the one before it claimed more than
/// its time.
void Rung::adjoin(Sample& sample) const {
    auto const missing = sample.dts - *end_;
    if (missing <= -std::int64_t{sample.duration}) return;
    sample.dts -= missing;
    sample.composition_offset += static_cast<std::int32_t>(missing);
    sample.duration = static_cast<std::uint32_t>(sample.duration + missing);
}

/// Begins the segments that the sample has reached or left behind.
void Rung::pass_marks(Pending const& pending) {
    while (!marks_.empty() && behind(marks_.front(), pending)) {
        auto const mark = marks_.front();
        marks_.pop_front();
        if (agrees(mark, pending)) {
            begin_at(mark, pending);
            continue;
        }
        pass(mark);
        if (state_ == State::publishing) state_ = State::apart;
        // It would have been right but for its configuration.
        if (!pending.video() || mark.picture == pending.sample.pts()) asked_for_.reset();
    }
}

bool Rung::behind(Mark const& mark, Pending const& pending) const {
    if (!pending.video()) return pending.time() >= mark.from;
    auto const time = pending.time() + delay_;
    if (time > mark.time + kFarthestOff) return true;
    return mark.picture ? pending.sample.pts() >= *mark.picture : time >= mark.time;
}

bool Rung::agrees(Mark const& mark, Pending const& pending) const {
    auto const configured = mark.discontinuity || *pending.track == builder_->track();
    if (!pending.video()) return configured;
    if (mark.picture != pending.sample.pts()) return false;
    // The leader had its reasons not to believe that.
    if (std::chrono::abs(pending.time() + delay_ - mark.time) > kSameTime) return false;
    auto const decodable =
        pending.sample.sync || (!mark.independent && state_ == State::publishing);
    return decodable && configured;
}

void Rung::begin_at(Mark mark, Pending const& pending) {
    if (pending.video()) {
        // The same picture has the same date in every rendition, to the microsecond. Where the
        // leader did not believe its picture's time, this one's is as good as that.
        auto const exact = mark.time - pending.time();
        if (std::chrono::abs(exact - delay_) <= kRounding) delay_ = exact;
        mark.time = mark.from = pending.time() + delay_;
        if (state_ == State::publishing)
            builder_->set_delay(delay_);
        else
            builder_->set_delay_behind_gap(delay_);
    }
    if (builder_->open() && !mark.discontinuity) fill_gap(mark.time);
    builder_->cut(mark, pending.track);
    state_ = State::publishing;
}

/// Begins a segment whose first picture is missing.
void Rung::pass(Mark const& mark) {
    if (builder_->open() && !mark.discontinuity) fill_gap(mark.time);
    builder_->cut(mark, nullptr);
}

/// The sample ends what was listed as GAP, in the middle of a segment.
bool Rung::resume(Pending const& pending) {
    if (!(*pending.track == builder_->track())) {
        need_break(pending);
        return false;
    }
    if (pending.video()) {
        if (state_ == State::apart || !pending.sample.sync) return false;
        builder_->set_delay_behind_gap(delay_);
        if (pending.time() < builder_->decode_end()) return false;
        if (!follows(pending)) fill_gap(pending.time() + delay_);
    }
    state_ = State::publishing;
    return true;
}

/// Unless the last picture is shown until then.
void Rung::fill_gap(microseconds time) {
    if (time - builder_->end() > kRounding) builder_->fill_until(time);
}

/// Lists what is missing as GAP; what comes later than that has no place any more.
void Rung::fill_until(microseconds time) {
    while (!marks_.empty() && marks_.front().time <= time) {
        pass(marks_.front());
        marks_.pop_front();
    }
    if (!builder_->open() || time - builder_->end() < promises_->targets.part_target) return;
    builder_->fill_whole_parts_until(time);
    if (state_ == State::publishing) state_ = State::interrupted;
}

/// Once for a configuration, and again if the mark that brought it could not be used: a rung that
/// never fits must not cut up all others.
void Rung::need_break(Pending const& pending) {
    if (!pending.sample.sync || asked_for_ == pending.track) return;
    asked_for_ = pending.track;
    auto const awaited = std::any_of(marks_.begin(), marks_.end(),
                                     [](Mark const& mark) { return mark.discontinuity; });
    if (!awaited) break_ = true;
}

}  // namespace directfanz::packager
