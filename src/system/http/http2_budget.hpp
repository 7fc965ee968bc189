#pragma once

#include "base/clock.hpp"

#include <algorithm>

namespace directfanz::http {

/// How much of something a peer may do: so much at once, and so much a second from then on.
class Http2Budget {
  public:
    Http2Budget(double burst, double per_second, SteadyTime now)
        : burst_(burst), per_second_(per_second), left_(burst), counted_(now) {}

    /// False when nothing is left.
    bool take(SteadyTime now) {
        if (left_ < 1) refill(now);
        if (left_ < 1) return false;
        left_ -= 1;
        return true;
    }

    /// For work that the peer has asked for.
    void give(double amount) { left_ = std::min(burst_, left_ + amount); }

  private:
    void refill(SteadyTime now) {
        give(std::chrono::duration<double>(now - counted_).count() * per_second_);
        counted_ = now;
    }

    double burst_;
    double per_second_;
    double left_;
    SteadyTime counted_;
};

}  // namespace directfanz::http
