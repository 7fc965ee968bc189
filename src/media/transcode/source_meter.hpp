#pragma once

#include "base/clock.hpp"
#include "media/codec/sample.hpp"
#include "media/codec/track.hpp"
#include "media/transcode/ladder.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace directfanz::transcode {

/// Measures a source's frame rate on its first pictures: what its headers claim is often wrong, and
/// a ladder goes by it. Its bit rate is not to be known so soon: many a show begins with a card
/// that stands still.
class SourceMeter {
  public:
    /// So much media is looked at, from the first key frame on.
    static constexpr milliseconds kMeasured{800};

    /// Counts a sample of the track.
    void push(Sample const& sample);

    /// Enough is known.
    bool done() const { return elapsed() >= kMeasured; }

    SourcePicture picture(Track const& track) const;

  private:
    microseconds elapsed() const;

    std::optional<std::int64_t> first_;
    std::int64_t newest_ = 0;
    std::size_t frames_ = 0;
};

}  // namespace directfanz::transcode
