#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <vector>

namespace directfanz::load {

/// Durations, all of them kept: 4 bytes each, in microseconds up to 71 minutes.
class Percentiles {
  public:
    void add(std::chrono::nanoseconds value);

    std::size_t count() const { return values_.size(); }
    void clear() { values_.clear(); }

    /// The smallest value that at least `share` (0 to 1) of all do not exceed (nearest rank), in
    /// milliseconds; 0 while there is none.
    double milliseconds_at(double share);

  private:
    std::vector<std::uint32_t> values_;
};

}  // namespace directfanz::load
