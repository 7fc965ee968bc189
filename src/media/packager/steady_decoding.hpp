#pragma once

#include "media/codec/sample.hpp"

#include <cstdint>
#include <optional>

namespace directfanz::packager {

/// Keeps the time between decoding and showing the same at all key frames of an encoder.
///
/// Encoders with B-frames take a picture's decode time from those that were shown before it. Where
/// a picture is late in a source with a variable frame rate, that is a long time before the picture
/// itself, and a segment that began there would be so much longer in decode time than in what it
/// shows. So a key frame is decoded no earlier before it is shown than the ones before, and what
/// follows it no earlier than it. When pictures are shown stays as it is.
class SteadyDecoding {
  public:
    /// Samples in decoding order.
    Sample steady(Sample sample);

  private:
    /// In ticks: the least that a key frame had so far.
    std::optional<std::int64_t> delay_;
    std::optional<std::int64_t> last_;
};

}  // namespace directfanz::packager
