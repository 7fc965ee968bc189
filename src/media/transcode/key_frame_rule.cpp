#include "media/transcode/key_frame_rule.hpp"

#include <algorithm>
#include <span>

namespace directfanz::transcode {

microseconds KeyFrameRule::usual() const {
    auto sorted = distances_;
    auto const known = std::span(sorted).first(std::min(count_, kRemembered));
    if (known.empty()) return microseconds(0);
    auto const middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
    std::ranges::nth_element(known, middle);
    return *middle;
}

bool KeyFrameRule::late(microseconds distance) const {
    if (distance > longest_) return true;
    return count_ > 0 && distance > kNeverLate && distance > 2 * usual();
}

Mode KeyFrameRule::picture(microseconds time, bool key_frame) {
    if (mode_ == Mode::grid) return mode_;
    if (!last_) {
        if (key_frame) last_ = time;
        return mode_;
    }
    auto const distance = time - *last_;
    if (!key_frame) {
        auto const patience = count_ == 0 ? kLongestFollowed : kHopeless;
        if (distance > patience) mode_ = Mode::grid;
        return mode_;
    }
    auto const first = count_ == 0;
    auto const is_late = late(distance);
    distances_[count_ % kRemembered] = distance;
    late_[count_ % kRemembered] = is_late;
    ++count_;
    last_ = time;
    auto const lates = std::ranges::count(late_, true);
    if (is_late && (first || lates > kLateAllowed)) mode_ = Mode::grid;
    return mode_;
}

}  // namespace directfanz::transcode
