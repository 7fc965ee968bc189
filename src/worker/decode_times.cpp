#include "worker/decode_times.hpp"

#include <algorithm>
#include <utility>

namespace directfanz::worker {

/// Of the picture behind the first one in pictures_, or of the very first.
std::int64_t DecodeTimes::time_of_next() {
    auto const& picture = pictures_.at(began_ ? 1 : 0);
    auto const second = pictures_.size() > 1 ? pictures_[1].pts : picture.pts + usual_;
    // Not long before the first one, even if it lasts long: what was there before it ends there.
    auto const before =
        began_ ? pictures_.front().pts : picture.pts - std::min(second - picture.pts, usual_);
    // A key picture keeps its place when pictures are put out of order.
    if (!picture.key) return before;
    delay_ = std::min(delay_.value_or(picture.pts - before), picture.pts - before);
    return picture.pts - *delay_;
}

DecodeTimes::Time DecodeTimes::next() {
    auto const promised = std::exchange(next_, std::nullopt);
    auto const dts = promised ? *promised : time_of_next();
    if (std::exchange(began_, true)) pictures_.pop_front();
    if (pictures_.size() < 2) return {.dts = dts};
    next_ = time_of_next();
    return {.dts = dts, .duration = static_cast<std::uint32_t>(*next_ - dts)};
}

}  // namespace directfanz::worker
