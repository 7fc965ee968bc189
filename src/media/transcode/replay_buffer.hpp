#pragma once

#include "base/clock.hpp"
#include "media/codec/sample.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>

namespace directfanz::transcode {

/// The video samples since the last key frame that was shown: what a new worker has to decode
/// before it can go on behind the last picture that came out.
///
/// Beyond the limits the oldest groups of pictures are given up; if there is only one, a new worker
/// waits for the next key frame.
class ReplayBuffer {
  public:
    static constexpr std::size_t kMaxBytes = std::size_t{16} << 20;
    static constexpr std::size_t kMaxSamples = 1'200;

    void push(Sample const& sample);
    /// Pictures up to this presentation time need not be made again.
    void shown(std::int64_t pts);
    void clear();

    std::deque<Sample> const& samples() const { return samples_; }
    bool empty() const { return samples_.empty(); }
    /// From the first sample's decode time to the last one's.
    microseconds duration() const;

  private:
    void drop_group();
    void drop_first();

    std::deque<Sample> samples_;
    std::size_t bytes_ = 0;
};

}  // namespace directfanz::transcode
