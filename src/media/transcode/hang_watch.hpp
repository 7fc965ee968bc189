#pragma once

#include "base/clock.hpp"

#include <optional>

namespace directfanz::transcode {

/// Tells a worker that hangs: nothing comes out for 2 s while input flows.
class HangWatch {
  public:
    static constexpr milliseconds kPatience{2000};
    /// A source that is silent for so long expects nothing.
    static constexpr milliseconds kInputFlows{1000};

    void input(SteadyTime now) {
        // Behind a pause the patience begins anew.
        if (!input_ || now - *input_ > kInputFlows) waiting_since_ = now;
        input_ = now;
    }
    void output(SteadyTime now) { waiting_since_ = now; }

    bool hangs(SteadyTime now) const {
        return input_ && now - *input_ <= kInputFlows && now - waiting_since_ > kPatience;
    }

  private:
    std::optional<SteadyTime> input_;
    SteadyTime waiting_since_;
};

}  // namespace directfanz::transcode
