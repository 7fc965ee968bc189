#pragma once

#include "base/result.hpp"
#include "worker/aac_encoder.hpp"
#include "worker/libav.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

struct AVFrame;

namespace directfanz::worker {

/// Sound as one unbroken line of samples: of one rate and shape whatever comes in, silence where
/// nothing came, and nothing twice.
class SoundLine {
  public:
    /// How far sound may lie from its time before it is moved: 10 ms.
    static constexpr int kToleranceDivisor = 100;
    /// A hole or an overlap of more is a jump: the line begins anew.
    static constexpr std::int64_t kMostSilenceSeconds = 10;

    explicit SoundLine(AudioShape const& shape);

    /// Whether sound at `position` would be a jump.
    bool jumps(std::int64_t position) const;

    /// Appends decoded sound that belongs to `position`, in samples of the line's rate. Errors: io
    /// for a format that cannot be converted.
    Result<void> append(AVFrame const& sound, std::int64_t position);

    /// Silence up to `position`; nothing if sound lies there, or if there was none yet.
    void fill(std::int64_t position);

    /// The next kAacFrame samples, with the first one's position as PTS; null if there are fewer.
    Frame take();
    /// All that is left, padded with silence; null if that is nothing.
    Frame take_last();
    /// Forgets everything.
    void clear();

  private:
    Result<void> prepare(AVFrame const& sound);
    void silence(std::int64_t count);

    AudioShape shape_;
    Resampler resampler_;
    int source_rate_ = 0;
    int source_channels_ = 0;
    int source_format_ = -1;
    /// A plane a channel.
    std::vector<std::vector<float>> samples_;
    /// Of the first sample in samples_.
    std::optional<std::int64_t> begin_;
};

}  // namespace directfanz::worker
