#pragma once

#include "base/clock.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace directfanz::packager {

/// Keeps dates near the server's clock while a publisher's clock runs faster or slower.
///
/// Dates follow the media; a crystal that is 50 ppm off makes them 4 s wrong after a day. What
/// tells drift from jitter is the most punctual sample of a minute: a line can only make samples
/// late. Dates move with that minimum, in steps that no player notices, one a segment.
class DateCorrection {
  public:
    /// A segment's date differs by at most this from where the one before ended.
    static constexpr microseconds kStep = milliseconds(1);

    /// Another connection or track, whose delay tells nothing about the one before. The correction
    /// so far stays.
    void restart();

    /// A sample came at `now`; `late` is that time less the sample's date without correction. Only
    /// of samples in decoding order, of one track.
    void arrived(WallTime now, microseconds late);

    /// To be added to dates. Of the newest segment.
    microseconds value() const { return value_; }

    /// A segment begins: its correction.
    microseconds next_segment();

  private:
    /// The last minute in pieces, so that old minima are forgotten.
    static constexpr std::size_t kPieces = 4;

    std::optional<microseconds> most_punctual() const;

    microseconds value_{};
    /// Least lateness in each piece. The newest is `pieces_[count_ % kPieces]`.
    std::array<microseconds, kPieces> pieces_{};
    /// Pieces that are complete.
    std::size_t count_ = 0;
    std::optional<WallTime> piece_began_;
    /// The lateness at which nothing would have to be corrected.
    std::optional<microseconds> reference_;
};

}  // namespace directfanz::packager
