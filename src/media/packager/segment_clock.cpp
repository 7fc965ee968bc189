#include "media/packager/segment_clock.hpp"

#include <algorithm>

namespace directfanz::packager {

SegmentClock::SegmentClock(FirstNumbers first, microseconds segment_duration, microseconds longest)
    : next_(first.media_sequence),
      discontinuity_(first.discontinuity_sequence),
      segment_duration_(segment_duration),
      longest_(longest) {}

bool SegmentClock::key_frame(microseconds time, microseconds frame) {
    if (key_ && time > *key_) {
        distances_[distance_count_++ % kDistances] = time - *key_;
    }
    key_ = time;
    if (!started_) return true;

    auto const elapsed = time - start_;
    if (!independent_ || elapsed >= segment_duration_ - frame / 2) return true;
    // An encoder that also sets key frames at scene changes has its next one up to a whole distance
    // away. Rather a short segment now than one cut inside the group of pictures then.
    return elapsed >= segment_duration_ / 4 && elapsed + expected_distance() > longest_;
}

bool SegmentClock::reached(microseconds time) const {
    return !started_ || time >= grid_ + segment_duration_;
}

microseconds SegmentClock::next_cut() const {
    return std::min(grid_ + segment_duration_, latest_cut());
}

bool SegmentClock::exceeded(microseconds end) const {
    return started_ && end - start_ > longest_;
}

Mark SegmentClock::cut(microseconds time, Start start, Break discontinuity,
                       microseconds date_correction) {
    if (started_) time = std::max(time, start_);
    auto const on_grid = started_ && discontinuity == Break::none &&
                         time - (grid_ + segment_duration_) < segment_duration_ / 4 &&
                         reached(time);
    grid_ = on_grid ? grid_ + segment_duration_ : time;
    start_ = time;
    started_ = true;
    independent_ = start == Start::independent;
    if (discontinuity == Break::discontinuity) {
        ++discontinuity_;
        // What the encoder did before tells nothing about what it does now.
        distance_count_ = 0;
        if (key_ && *key_ != time) key_.reset();
    }
    return {.media_sequence = next_++,
            .time = time,
            .from = time,
            .discontinuity = discontinuity == Break::discontinuity,
            .discontinuity_sequence = discontinuity_,
            .independent = independent_,
            .date_correction = date_correction};
}

microseconds SegmentClock::expected_distance() const {
    auto const count = std::min(distance_count_, kDistances);
    return count == 0 ? microseconds(0) : *std::max_element(distances_, distances_ + count);
}

}  // namespace directfanz::packager
