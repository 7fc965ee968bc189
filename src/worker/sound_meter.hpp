#pragma once

#include <cstdint>
#include <optional>

struct AVFrame;

namespace directfanz::worker {

/// How loud a source is, measured second by second.
class SoundMeter {
  public:
    /// `frame`: planar float, of any number of channels. The level of the last second, in tenths of
    /// dBFS, when that second is full: the root of the mean square over all channels, for which a
    /// sine of full scale has -3.0 dB (as ffmpeg's astats filter counts). At least kSilence.
    std::optional<std::int32_t> add(AVFrame const& frame);
    /// What was begun belongs to another time.
    void clear() { *this = {}; }

    static constexpr std::int32_t kSilence = -1000;

  private:
    double squares_ = 0;
    std::int64_t values_ = 0;
    std::int64_t samples_ = 0;
};

}  // namespace directfanz::worker
