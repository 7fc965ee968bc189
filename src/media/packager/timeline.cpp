#include "media/packager/timeline.hpp"

#include <algorithm>

namespace directfanz::packager {

namespace {

/// Where the line begins, so that what lies before time zero (the presentation times of a stream
/// with negative composition offsets, audio that starts before video) still has a tfdt.
constexpr microseconds kBeginning = seconds(1);

/// A whole number of ticks at every AAC sampling rate (441 at 11025 Hz) and at 90 kHz, so that no
/// offset ever moves audio against video by a fraction of a tick.
constexpr microseconds kGrid = milliseconds(40);

microseconds round_up(microseconds value) {
    return (value + kGrid - microseconds(1)) / kGrid * kGrid;
}

}  // namespace

microseconds to_microseconds(std::int64_t ticks, std::uint32_t timescale) {
    // Split so that it cannot overflow in any lifetime of a broadcast.
    std::int64_t const scale = timescale;
    return seconds(ticks / scale) + microseconds(ticks % scale * 1'000'000 / scale);
}

void Timeline::begin_input(WallTime now, microseconds busy_until) {
    auto const wall = std::chrono::floor<microseconds>(now);
    if (!offset_) {
        offset_ = kBeginning;
        origin_ = wall - kBeginning;
        return;
    }
    auto const elapsed = std::chrono::duration_cast<microseconds>(wall - origin_);
    offset_ = std::max({round_up(elapsed), round_up(busy_until) + kGrid, *offset_});
}

void Timeline::postpone(microseconds by) {
    offset_ = offset_.value_or(kBeginning) + round_up(by);
}

std::int64_t Timeline::map(std::int64_t ticks, std::uint32_t timescale) const {
    auto const offset = offset_.value_or(kBeginning);
    return ticks + offset / kGrid * (kGrid.count() * timescale) / 1'000'000;
}

}  // namespace directfanz::packager
