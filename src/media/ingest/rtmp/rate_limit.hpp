#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace directfanz::rtmp {

/// Holds bytes against a bit rate on any clock: what is beyond the rate adds up, and may add up to
/// what the rate allows in `burst`.
class RateLimit {
  public:
    RateLimit(std::int64_t bits_per_second, seconds burst)
        : bytes_per_second_(bits_per_second / 8), most_(bytes_per_second_ * burst.count()) {}

    /// False if these bytes are beyond the limit. A clock that goes back stands still.
    bool take(std::size_t bytes, microseconds now) {
        if (now > now_) {
            // Longer than this nothing is left, and the product cannot overflow.
            auto const passed = std::min<microseconds>(now - now_, seconds(3600));
            ahead_ =
                std::max<std::int64_t>(ahead_ - bytes_per_second_ * passed.count() / 1'000'000, 0);
            now_ = now;
        }
        ahead_ += static_cast<std::int64_t>(bytes);
        return ahead_ <= most_;
    }

  private:
    std::int64_t bytes_per_second_;
    std::int64_t most_;
    std::int64_t ahead_ = 0;
    microseconds now_ = microseconds::zero();
};

}  // namespace directfanz::rtmp
