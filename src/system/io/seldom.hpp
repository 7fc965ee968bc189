#pragma once

#include "base/clock.hpp"

#include <atomic>

namespace directfanz::io {

/// Says when to log again what peers can make happen as often as they like. From any thread.
class Seldom {
  public:
    explicit Seldom(milliseconds interval) : interval_(interval) {}

    /// True at first, and then once an interval.
    bool due(SteadyTime now) {
        auto next = next_.load();
        return now >= next && next_.compare_exchange_strong(next, now + interval_);
    }

  private:
    milliseconds const interval_;
    std::atomic<SteadyTime> next_{SteadyTime::min()};
};

/// How often a limit that was reached is told.
inline constexpr seconds kLimitWarningInterval{10};

}  // namespace directfanz::io
