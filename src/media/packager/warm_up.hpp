#pragma once

#include "media/codec/sample.hpp"
#include "media/packager/targets.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace directfanz::packager {

/// Holds the first seconds of a broadcast back until it is known what to promise: until the first
/// segment is whole, or until nobody would wait longer.
class WarmUp {
  public:
    struct Held {
        std::shared_ptr<Track const> track;
        Sample sample;
    };

    explicit WarmUp(PackagerSettings const& settings) : settings_(settings) {}

    /// Sample times are on the broadcast's line. True if it is over.
    bool push(std::shared_ptr<Track const> const& track, Sample sample);

    bool empty() const { return held_.empty(); }
    Targets targets() const;
    std::vector<Held> take() { return std::exchange(held_, {}); }

  private:
    PackagerSettings settings_;
    std::vector<Held> held_;
    std::size_t bytes_ = 0;
    std::optional<microseconds> first_;
    std::optional<microseconds> first_key_;
    std::optional<microseconds> segment_;
    std::optional<microseconds> last_frame_;
    std::vector<microseconds> frames_;
    microseconds audio_frame_{};
};

}  // namespace directfanz::packager
