#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <optional>

namespace directfanz::transcode {

/// Tells a worker that hangs: nothing comes out for 2 s while input flows. A new one that first
/// decodes what was seen already has as much longer as that lasts.
class HangWatch {
  public:
    static constexpr milliseconds kPatience{2000};
    /// Whatever times a publisher sends.
    static constexpr milliseconds kFarthestBehind{10'000};
    /// A source that is silent for so long expects nothing.
    static constexpr milliseconds kInputFlows{1000};

    void input(SteadyTime now) {
        // Behind a pause the patience begins anew.
        if (!input_ || now - *input_ > kInputFlows) waiting_since_ = std::max(waiting_since_, now);
        input_ = now;
    }
    void output(SteadyTime now) { waiting_since_ = now; }
    /// Another worker begins, `behind` the newest input.
    void begins(SteadyTime now, microseconds behind) {
        waiting_since_ = now + std::clamp<microseconds>(behind, milliseconds(0), kFarthestBehind);
    }

    bool hangs(SteadyTime now) const {
        return input_ && now - *input_ <= kInputFlows && now - waiting_since_ > kPatience;
    }

  private:
    std::optional<SteadyTime> input_;
    SteadyTime waiting_since_;
};

}  // namespace directfanz::transcode
