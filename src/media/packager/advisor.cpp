#include "media/packager/advisor.hpp"

namespace directfanz::packager {

namespace {

/// An episode is over when nothing was seen for this long.
constexpr microseconds kEpisode = seconds(30);
constexpr microseconds kPause = seconds(60);

}  // namespace

void Advisor::advise(Advice advice, microseconds measured, microseconds at) {
    auto const index = static_cast<std::size_t>(advice);
    auto const same_episode = seen_[index] && at - *seen_[index] < kEpisode;
    seen_[index] = at;
    if (same_episode && told_[index]) return;
    if (told_[index] && at - *told_[index] < kPause) return;
    told_[index] = at;
    listener_.on_advice(advice, std::chrono::duration_cast<milliseconds>(measured));
}

}  // namespace directfanz::packager
