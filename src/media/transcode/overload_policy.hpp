#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>

namespace directfanz::transcode {

/// What is left out so that the rest keeps up, in the order in which it goes: 0 is nothing, 1 the
/// B-frames, 2 the highest encoded rung, 3 the next, and so on.
using ShedLevel = unsigned;

/// Sheds work from a worker that has fallen behind real time, and gives it back when there was
/// quiet for long enough.
///
/// It acts only when the worker was behind for kPatience without a break, and then waits for what
/// that helped before it acts again. A level that is taken back and has to be shed again soon is
/// asked for back more and more seldom.
class OverloadPolicy {
  public:
    /// `most`: the highest level that there is.
    explicit OverloadPolicy(ShedLevel most) : most_(most) {}

    /// `lag`: how far the worker's output is behind its input. Returns the level if it changes.
    std::optional<ShedLevel> update(SteadyTime now, microseconds lag);

    ShedLevel level() const { return level_; }

    /// The worker is a new one: for kGrace it may catch up with what came before it.
    void restarted(SteadyTime now);

    static constexpr milliseconds kBehind{1000};
    static constexpr milliseconds kPatience{2000};
    static constexpr seconds kGrace{4};
    /// Up to date, with all that the encoders hold.
    static constexpr milliseconds kUpToDate{400};
    static constexpr seconds kQuiet{20};
    static constexpr seconds kLongestQuiet{320};

  private:
    std::optional<ShedLevel> change(SteadyTime now, ShedLevel level);

    ShedLevel most_;
    ShedLevel level_ = 0;
    std::optional<SteadyTime> behind_since_;
    std::optional<SteadyTime> quiet_since_;
    std::optional<SteadyTime> eased_at_;
    SteadyTime grace_until_;
    seconds quiet_ = kQuiet;
};

}  // namespace directfanz::transcode
