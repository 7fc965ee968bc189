#include "media/packager/date_correction.hpp"

#include <algorithm>

namespace directfanz::packager {

namespace {

/// A quarter of a minute. The fastest drift that there is, some 200 ppm, moves a minute's minimum
/// by 12 ms.
constexpr seconds kPiece{15};

/// Minima of minutes with few samples on a bad line differ by some milliseconds.
constexpr microseconds kTolerance = milliseconds(10);

}  // namespace

void DateCorrection::restart() {
    count_ = 0;
    piece_began_.reset();
    reference_.reset();
}

void DateCorrection::arrived(WallTime now, microseconds late) {
    if (!piece_began_ || now - *piece_began_ >= kPiece) {
        if (piece_began_) ++count_;
        piece_began_ = now;
        pieces_[count_ % kPieces] = late;
    }
    auto& least = pieces_[count_ % kPieces];
    least = std::min(least, late);
}

microseconds DateCorrection::next_segment() {
    auto const least = most_punctual();
    if (!least) return value_;
    if (!reference_) reference_ = *least - value_;
    auto const wrong = *least - *reference_ - value_;
    auto const excess = wrong - std::clamp(wrong, -kTolerance, kTolerance);
    value_ += std::clamp(excess, -kStep, kStep);
    return value_;
}

/// None before the first minute is over.
std::optional<microseconds> DateCorrection::most_punctual() const {
    if (count_ < kPieces) return std::nullopt;
    return *std::min_element(pieces_.begin(), pieces_.end());
}

}  // namespace directfanz::packager
