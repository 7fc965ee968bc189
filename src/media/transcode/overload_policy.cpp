#include "media/transcode/overload_policy.hpp"

#include <algorithm>

namespace directfanz::transcode {

std::optional<ShedLevel> OverloadPolicy::change(SteadyTime now, ShedLevel level) {
    // Whatever comes next has to be seen anew.
    behind_since_.reset();
    quiet_since_ = now;
    level_ = level;
    return level;
}

void OverloadPolicy::restarted(SteadyTime now) {
    behind_since_.reset();
    quiet_since_ = now;
    grace_until_ = now + kGrace;
}

std::optional<ShedLevel> OverloadPolicy::update(SteadyTime now, microseconds lag) {
    if (now < grace_until_) return std::nullopt;
    if (lag <= kBehind) behind_since_.reset();
    if (lag > kUpToDate) quiet_since_.reset();

    if (lag > kBehind) {
        if (!behind_since_) behind_since_ = now;
        if (now - *behind_since_ < kPatience || level_ == most_) return std::nullopt;
        // What was given back last was too much.
        auto const relapse = eased_at_ && now - *eased_at_ < quiet_;
        if (relapse) quiet_ = std::min<seconds>(2 * quiet_, kLongestQuiet);
        eased_at_.reset();
        return change(now, level_ + 1);
    }
    if (lag > kUpToDate || level_ == 0) return std::nullopt;
    if (!quiet_since_) quiet_since_ = now;
    if (now - *quiet_since_ < quiet_) return std::nullopt;
    eased_at_ = now;
    return change(now, level_ - 1);
}

}  // namespace directfanz::transcode
