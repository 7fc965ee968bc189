#pragma once

#include "base/clock.hpp"
#include "media/packager/aligner.hpp"
#include "media/packager/packager.hpp"
#include "media/packager/rung.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace directfanz::packager {

/// All rungs of a broadcast: hands them the leader's marks, and their wish for a discontinuity to
/// the leader.
class Rungs {
  public:
    static constexpr std::size_t kMost = 16;
    /// How long the first window waits for expected rungs once it could be published.
    static constexpr milliseconds kPatience{1500};

    void expect(std::vector<RungPlan> const& plans);
    void configure(std::string_view name, Track track);
    void push(std::string_view name, Sample sample);
    void lost(std::string_view name);

    /// What the broadcast promises is known since `now`.
    void start(Aligner const& aligner, Timeline const& timeline, WallTime now);

    /// Follows the leader as far as it has come.
    void follow(Aligner& aligner);
    void end_input(Aligner& aligner);

    /// The end of all their media so far.
    microseconds end() const;

    /// The first window still waits for one. Those that keep it waiting for too long begin with a
    /// GAP, or at a later mark if nothing is known of them.
    bool awaited(Aligner& aligner, WallTime now);

    /// In the order in which they were expected.
    std::vector<RenditionBuilder*> builders();

  private:
    Rung* find(std::string_view name);
    Rung* add(std::string_view name);

    std::vector<std::unique_ptr<Rung>> rungs_;
    struct Promises {
        Targets targets;
        Shelf::Limits limits;
        Timeline const* timeline = nullptr;
    };
    std::optional<Promises> promises_;
    WallTime started_;
    /// The first window waits for nobody any more.
    bool settled_ = false;
};

}  // namespace directfanz::packager
