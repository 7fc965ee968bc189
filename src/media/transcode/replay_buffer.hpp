#pragma once

#include "base/clock.hpp"
#include "media/codec/sample.hpp"

#include <cstddef>
#include <deque>

namespace directfanz::transcode {

/// The video samples since the last key frame: what a new worker has to decode before it can go on.
///
/// A group of pictures that is longer than the limits is not kept: then a new worker waits for the
/// next key frame.
class ReplayBuffer {
  public:
    static constexpr std::size_t kMaxBytes = std::size_t{16} << 20;
    static constexpr std::size_t kMaxSamples = 1'200;

    /// Whether key frames begin the buffer anew.
    enum class Keep { last_group, all };
    void keep(Keep what) { keep_ = what; }

    void push(Sample const& sample);
    void clear();

    std::deque<Sample> const& samples() const { return samples_; }
    bool empty() const { return samples_.empty(); }

  private:
    std::deque<Sample> samples_;
    std::size_t bytes_ = 0;
    Keep keep_ = Keep::last_group;
};

}  // namespace directfanz::transcode
