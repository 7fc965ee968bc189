#include "media/transcode/stand_in.hpp"

#include <algorithm>
#include <utility>

namespace directfanz::transcode {
namespace {

std::int64_t to_ticks(SteadyTime::duration duration) {
    return std::chrono::duration_cast<microseconds>(duration).count() * kVideoTimescale / 1'000'000;
}

SteadyTime::duration to_duration(std::int64_t ticks) {
    return microseconds(ticks * 1'000'000 / kVideoTimescale);
}

/// Between pictures; what is farther apart is a pause.
constexpr std::int64_t kShortestInterval = kVideoTimescale / 120;
constexpr std::int64_t kLongestInterval = kVideoTimescale;

/// Of pictures that are repeated (the worker repeats none more seldom).
constexpr std::int64_t kLongestRepeated = kVideoTimescale / 5;

}  // namespace

std::int64_t StandIn::Moment::at(SteadyTime now) const {
    return position + to_ticks(now - time);
}

void StandIn::picture(Sample const& sample, SteadyTime now) {
    if (active_ && (!returned_ || silent(now))) returned_ = {.time = now, .position = sample.pts()};
    auto const distance = sample.dts - last_dts_;
    if (picture_ && distance > 0 && distance <= kLongestInterval)
        interval_ = std::max(distance, kShortestInterval);
    last_dts_ = sample.dts;
    auto const newest = picture_ ? std::max(picture_->position, sample.pts()) : sample.pts();
    picture_ = {.time = now, .position = newest};
}

void StandIn::sound(std::int64_t end, SteadyTime now) {
    sound_ = {.time = now, .position = end};
}

bool StandIn::silent(SteadyTime now) const {
    if (lost_) return true;
    auto const silence = now - picture_->time;
    auto const sounds = sound_ && now - sound_->time < kSilenceBesideSound &&
                        sound_->position - picture_->position >= to_ticks(kSilenceBesideSound);
    auto const usual = std::min<SteadyTime::duration>(3 * to_duration(interval_), kLongestSilence);
    return silence >=
           std::max<SteadyTime::duration>(usual, sounds ? kSilenceBesideSound : kSilence);
}

std::int64_t StandIn::position(SteadyTime now) const {
    auto position = picture_->at(now);
    if (sound_) position = std::max(position, sound_->at(now));
    return active_ ? std::max(position, began_.at(now)) : position;
}

std::optional<wire::Stalled> StandIn::ask(SteadyTime now) {
    if (!picture_ || interval_ == 0) return std::nullopt;
    auto const waits = !silent(now);
    if (!active_) {
        if (waits) return std::nullopt;
        began_ = {.time = now, .position = position(now)};
        active_ = true;
        returned_.reset();
        // The encoders begin anew, and their first picture is decoded one interval before it is
        // shown: all the same behind the source's last.
        after_ = picture_->position + 2 * std::min(interval_, kLongestRepeated);
        until_ = after_;
        next_key_ = after_;
        flush_ = true;
    } else if (waits && picture_->position + kNear >= position(now)) {
        return std::nullopt;
    }
    // Key pictures are the first of what is asked for; the rest is asked for next time.
    auto const key = until_ >= next_key_;
    auto const next_key = key ? until_ + kKeyInterval : next_key_;
    auto const until = std::min(position(now), next_key);
    if (until <= until_) return std::nullopt;
    next_key_ = next_key;
    until_ = until;
    // Sound that comes beside it is not drowned.
    auto const quiet = lost_ || !sound_ || now - sound_->time >= kSilenceBesideSound;
    return wire::Stalled{.after = after_,
                         .until = until,
                         .flush = std::exchange(flush_, false),
                         .force_key = key,
                         .silence = quiet};
}

bool StandIn::key_due(std::int64_t pts) {
    if (!active_ || pts <= until_ || pts < next_key_) return false;
    next_key_ = pts + kKeyInterval;
    return true;
}

void StandIn::end() {
    active_ = false;
    returned_.reset();
}

std::optional<std::int64_t> StandIn::behind(SteadyTime now) {
    if (!active_ || !returned_ || silent(now)) return std::nullopt;
    auto const flows = now - returned_->time;
    auto const late = position(now) - picture_->position;
    if (flows < kCatchUp || late <= kNear) return std::nullopt;
    // It comes faster than in real time: it will be there.
    auto const advanced = picture_->position - returned_->position;
    if (advanced > to_ticks(flows) * 3 / 2) {
        returned_ = {.time = now, .position = picture_->position};
        return std::nullopt;
    }
    returned_.reset();
    return late;
}

}  // namespace directfanz::transcode
