#pragma once

#include "base/clock.hpp"
#include "media/packager/packager.hpp"

#include <cstdint>
#include <optional>

namespace directfanz::packager {

/// Where a segment begins, for all renditions. Times are presentation times on the broadcast's
/// line.
struct Mark {
    std::uint64_t media_sequence = 0;
    microseconds time{};
    /// Samples from here on belong to it: `time`, or earlier behind a pause, after which tracks
    /// need not come back at the very same time.
    microseconds from{};
    bool discontinuity = false;
    std::uint64_t discontinuity_sequence = 0;
    /// The leading picture with which it begins: its presentation time in ticks of
    /// kVideoTimescale. None where video is missing.
    std::optional<std::int64_t> picture{};
    /// That picture is a key frame.
    bool independent = false;
    /// To be added to the dates of what belongs to it.
    microseconds date_correction{};
};

/// The broadcast's one clock of segments. The leading track asks it at each sample; the others
/// follow its marks, so that a media sequence number is the same stretch of time in all renditions.
class SegmentClock {
  public:
    /// `longest` bounds a segment.
    SegmentClock(FirstNumbers first, microseconds segment_duration, microseconds longest);

    /// Notes a key frame. `frame` is the typical distance between frames. True if a segment ends
    /// here: it is as long as asked; or it does not start with a key frame itself; or it would
    /// become too long by waiting for the next key frame, going by the distances so far.
    bool key_frame(microseconds time, microseconds frame);

    /// For a leader that can cut anywhere. Cuts lie on a grid, so that segments are as long as
    /// asked in the mean, not a frame longer each.
    bool reached(microseconds time) const;

    /// Where a leader that can cut anywhere would end the segment. Only once there is one.
    microseconds next_cut() const;

    /// The latest time at which the segment can end. Only once there is one.
    microseconds latest_cut() const { return start_ + longest_; }

    /// True if a sample that ends at `end` would make the segment too long.
    bool exceeded(microseconds end) const;

    /// Begins a segment. `time` is moved forward if need be: marks never go back.
    enum class Start { independent, dependent };
    enum class Break { none, discontinuity };
    Mark cut(microseconds time, Start start, Break discontinuity,
             microseconds date_correction = {});

    bool started() const { return started_; }
    microseconds segment_start() const { return start_; }

  private:
    /// The longest of the last few distances between key frames.
    microseconds expected_distance() const;

    static constexpr std::size_t kDistances = 8;

    std::uint64_t next_;
    std::uint64_t discontinuity_;
    microseconds segment_duration_;
    microseconds longest_;

    bool started_ = false;
    bool independent_ = true;
    microseconds start_{};
    microseconds grid_{};
    std::optional<microseconds> key_;
    microseconds distances_[kDistances] = {};
    std::size_t distance_count_ = 0;
};

}  // namespace directfanz::packager
