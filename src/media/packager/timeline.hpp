#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>

namespace directfanz::packager {

/// Ticks to microseconds, rounded down. Exact enough for cutting and advertising: sample times
/// themselves stay in ticks.
microseconds to_microseconds(std::int64_t ticks, std::uint32_t timescale);

/// Maps the times of one publisher's connection after the other to one line for the whole
/// broadcast, on which tfdt and EXT-X-PROGRAM-DATE-TIME both lie: it follows the wall clock from
/// connection to connection and the media within one (see DateCorrection), and never goes back.
class Timeline {
  public:
    /// Sample time 0 is `now` from here on. `busy_until` is the end of all media so far.
    void begin_input(WallTime now, microseconds busy_until);

    /// From here on sample times are this much later, or a little more.
    void postpone(microseconds by);

    /// A sample's time on the line, in the ticks it came in.
    std::int64_t map(std::int64_t ticks, std::uint32_t timescale) const;

    WallTime wall(microseconds position) const { return origin_ + position; }

  private:
    std::optional<microseconds> offset_;
    WallTime origin_;
};

}  // namespace directfanz::packager
