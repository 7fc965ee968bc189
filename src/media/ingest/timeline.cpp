#include "media/ingest/timeline.hpp"

#include <algorithm>
#include <cstdlib>

namespace directfanz::ingest {
namespace {

constexpr std::int64_t kWrap24 = std::int64_t{1} << 24;

/// From the latest unwrapped time to the next one on the wire: the shorter way round 2^32.
std::int64_t step_of(std::int64_t from, std::uint32_t wire) {
    return static_cast<std::int32_t>(wire - static_cast<std::uint32_t>(from));
}

}  // namespace

void Timeline::set_audio(AudioFormat const& format) {
    if (audio_begun_ && audio_.sample_rate != 0) {
        audio_next_ = audio_next_ * format.sample_rate / audio_.sample_rate;
    }
    audio_ = format;
    drift_sum_ = 0;
    drift_frames_ = 0;
    kept_frames_ = 0;
}

std::optional<std::int64_t> Timeline::place(MediaKind kind, std::uint32_t wire,
                                            SteadyTime arrival) {
    if (!epoch_) epoch_ = arrival;
    auto const now = std::chrono::duration_cast<milliseconds>(arrival - *epoch_).count();
    auto const video = kind == MediaKind::video;
    auto& track = tracks_[video ? 0 : 1];
    auto& other = tracks_[video ? 1 : 0];
    auto const before = track.begun ? track.now() : 0;
    auto const passed = track.begun ? now - track.clock.arrival : 0;
    auto const ms = place_ms(track, other, wire, now);
    if (!video) {
        // A gap that the wall clock saw too needs no second witness.
        auto const witnessed = passed + kAudioGap >= ms - before;
        return count_samples(ms, witnessed);
    }
    auto const ticks = std::max(ms * (kVideoTimescale / 1000), video_next_);
    video_next_ = ticks + 1;
    return ticks;
}

std::int64_t Timeline::place_ms(Track& track, Track& other, std::uint32_t wire,
                                std::int64_t arrival) {
    if (!track.begun) {
        begin(track, other, wire, arrival);
        return track.now();
    }
    auto step = step_of(track.clock.wire, wire);
    if (step < -kReorder &&
        fit(track, other, track.clock, step + kWrap24, arrival) == Fit::forward) {
        step += kWrap24;
    }
    if (track.before_jump && ++track.frames_since_jump > kFramesToReturn) track.before_jump.reset();
    switch (fit(track, other, track.clock, step, arrival)) {
        case Fit::forward:
            return advance(track, step, arrival);
        case Fit::out_of_order:
            // Its place is taken; it goes just behind the frame before. A clock that stays behind
            // has been set back.
            track.clock.arrival = arrival;
            if (++track.disorder > kStepFrames) return jump(track, other, wire, arrival);
            return track.now();
        case Fit::no:
            return jump(track, other, wire, arrival);
    }
    return track.now();
}

void Timeline::begin(Track& track, Track const& other, std::uint32_t wire, std::int64_t arrival) {
    track.begun = true;
    track.clock.arrival = arrival;
    if (!other.begun) {
        track.clock.wire = wire;
        track.clock.offset = -track.clock.wire;
        return;
    }
    auto const step = step_of(other.clock.wire, wire);
    track.clock.wire = other.clock.wire + step;
    track.clock.offset = other.clock.offset;
    auto const passed = arrival - other.clock.arrival;
    if (std::abs(step - passed) > kSameBase) track.clock.offset -= step - passed;
}

Timeline::Fit Timeline::fit(Track const& track, Track const& other, Clock const& clock,
                            std::int64_t step, std::int64_t arrival) const {
    if (step < -kReorder) return Fit::no;
    if (step < 0) return Fit::out_of_order;
    auto const usual = track.usual_step == 0 ? kMaxFirstStep : kStepFrames * track.usual_step;
    if (step <= std::max(kMaxStep, usual)) return Fit::forward;
    auto const time = clock.wire + step + clock.offset;
    if (time - arrival <= max_lead_ + kJitter) return Fit::forward;
    if (other.begun && time <= other.now() + kJitter) return Fit::forward;
    return Fit::no;
}

std::int64_t Timeline::advance(Track& track, std::int64_t step, std::int64_t arrival) {
    track.clock.wire += step;
    track.clock.arrival = arrival;
    track.disorder = 0;
    if (step > 0)
        track.usual_step = track.usual_step == 0 ? step : (7 * track.usual_step + step) / 8;
    // The most that the clock led is forgotten by 1 ms a second, for publishers with slow clocks.
    auto const forgotten = (arrival - lead_since_) / 1000;
    max_lead_ -= forgotten;
    lead_since_ += forgotten * 1000;
    max_lead_ = std::max(max_lead_, track.now() - arrival);
    return track.now();
}

std::int64_t Timeline::jump(Track& track, Track& other, std::uint32_t wire, std::int64_t arrival) {
    // One bad frame: this one goes on where the track was before it.
    if (track.before_jump) {
        auto old = *track.before_jump;
        auto const step = step_of(old.wire, wire);
        if (fit(track, other, old, step, arrival) == Fit::forward) {
            track.before_jump.reset();
            other.pending_shift.reset();
            track.clock = old;
            return advance(track, step, arrival);
        }
    }
    auto const old = track.clock;
    auto const step = step_of(old.wire, wire);
    auto const passed = arrival - old.arrival;
    auto shift = -step + (passed > kPause ? passed : std::max<std::int64_t>(track.usual_step, 1));
    // The other track jumped already: by the same amount, if that leads to about now.
    if (track.pending_shift && arrival - track.pending_since <= kSharedJump) {
        auto const shared = *track.pending_shift;
        if (std::abs(shared - shift) <= kPause) shift = shared;
    } else {
        other.pending_shift = shift;
        other.pending_since = arrival;
    }
    track.pending_shift.reset();
    if (!track.before_jump) {
        track.before_jump = old;
        track.frames_since_jump = 0;
    }
    track.clock.offset += shift;
    track.clock.wire += step;
    track.clock.arrival = arrival;
    track.disorder = 0;
    max_lead_ = std::max(max_lead_, track.now() - arrival);
    return track.now();
}

std::optional<std::int64_t> Timeline::count_samples(std::int64_t ms, bool witnessed) {
    auto const rate = static_cast<std::int64_t>(audio_.sample_rate);
    auto const frame = static_cast<std::int64_t>(audio_.samples_per_frame);
    auto const target = ms * rate / 1000;
    if (!audio_begun_) {
        // Less than half a frame before the beginning is the beginning.
        if (target < -frame / 2) return std::nullopt;
        audio_begun_ = true;
        audio_next_ = std::max<std::int64_t>(target, 0);
    }
    auto const drift = target - audio_next_;
    auto correction = kept_step(drift);
    if (std::abs(drift) * 1000 > kAudioGap * rate) {
        if (witnessed || ++gaps_in_a_row_ > 1) correction = whole_frames(drift);
    } else {
        gaps_in_a_row_ = 0;
        drift_sum_ += drift;
        if (++drift_frames_ == kDriftFrames) {
            auto const mean = drift_sum_ / kDriftFrames;
            auto const drifts = std::abs(mean) * 1000 > kAudioDrift * rate;
            if (drifts && correction == 0) correction = whole_frames(mean);
            drift_sum_ = 0;
            drift_frames_ = 0;
        }
    }
    if (correction != 0) {
        drift_sum_ = 0;
        drift_frames_ = 0;
        kept_frames_ = 0;
    }
    if (correction > 0) audio_next_ += correction;
    // Too many samples for the time that passed: leave frames out until the count is right again.
    if (correction < -frame / 2) return std::nullopt;
    auto const placed = audio_next_;
    audio_next_ += frame;
    return placed;
}

/// The whole frames by which the wire has been away from the count for kFramesKept frames, in
/// samples: 0 until then.
std::int64_t Timeline::kept_step(std::int64_t drift) {
    auto const frame = static_cast<std::int64_t>(audio_.samples_per_frame);
    if (std::abs(drift) * 4 < frame * 3) {
        kept_frames_ = 0;
        return 0;
    }
    if ((drift > 0) != (kept_ > 0)) kept_frames_ = 0;
    if (kept_frames_ == 0 || std::abs(drift) < std::abs(kept_)) kept_ = drift;
    if (++kept_frames_ < kFramesKept) return 0;
    auto const half = kept_ > 0 ? frame / 2 : -frame / 2;
    return (kept_ + half) / frame * frame;
}

/// `drift`, or the whole frames that its rounding hides.
std::int64_t Timeline::whole_frames(std::int64_t drift) const {
    auto const frame = static_cast<std::int64_t>(audio_.samples_per_frame);
    auto const half = drift > 0 ? frame / 2 : -frame / 2;
    auto const whole = (drift + half) / frame * frame;
    auto const off = std::abs(drift - whole) * 1000;
    return off <= kRounding * static_cast<std::int64_t>(audio_.sample_rate) ? whole : drift;
}

}  // namespace directfanz::ingest
