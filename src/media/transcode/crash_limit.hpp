#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <deque>

namespace directfanz::transcode {

/// Counts the crashes of one broadcast's workers. What crashes it thrice in a minute is in the
/// media, and would crash it for ever.
class CrashLimit {
  public:
    static constexpr std::size_t kCrashes = 3;
    static constexpr seconds kWithin{60};

    /// True if it was one too many.
    bool crashed(SteadyTime now) {
        while (!crashes_.empty() && now - crashes_.front() >= kWithin) crashes_.pop_front();
        crashes_.push_back(now);
        return crashes_.size() >= kCrashes;
    }

  private:
    std::deque<SteadyTime> crashes_;
};

}  // namespace directfanz::transcode
