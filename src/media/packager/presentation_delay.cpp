#include "media/packager/presentation_delay.hpp"

#include <algorithm>

namespace directfanz::packager {

namespace {

/// Marks lie in presentation time, and must not run away from the media. A second is sixteen
/// frames of reordering at 16 a second.
constexpr microseconds kLongestDelay = seconds(1);

/// A delay that differs by more is doubted.
constexpr microseconds kDelayJump = milliseconds(100);

bool near(microseconds a, microseconds b) {
    return std::chrono::abs(a - b) <= kDelayJump;
}

}  // namespace

void PresentationDelay::learn(microseconds claimed) {
    claimed = std::clamp(claimed, -kLongestDelay, kLongestDelay);
    if (!known_ || near(claimed, value_) || (doubted_ && near(claimed, *doubted_))) {
        value_ = claimed;
        doubted_.reset();
    } else {
        doubted_ = claimed;
    }
    known_ = true;
}

}  // namespace directfanz::packager
