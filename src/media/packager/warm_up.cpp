#include "media/packager/warm_up.hpp"

#include "media/packager/timeline.hpp"

#include <algorithm>

namespace directfanz::packager {

namespace {

/// With video whose second key frame does not come.
constexpr microseconds kLongest = seconds(4);
/// With audio alone: an encoder whose video starts up more slowly is taken up late.
constexpr microseconds kAudioAlone = seconds(3);
/// Against publishers whose times hardly advance.
constexpr std::size_t kMostSamples = 4096;
constexpr std::size_t kMostBytes = std::size_t{64} << 20;

}  // namespace

bool WarmUp::push(std::shared_ptr<Track const> const& track, Sample sample) {
    auto const time = to_microseconds(sample.dts, track->timescale);
    if (!first_) first_ = time;
    if (track->kind == MediaKind::video) {
        if (last_frame_ && time > *last_frame_) frames_.push_back(time - *last_frame_);
        last_frame_ = time;
        if (sample.sync) {
            auto const frame = frames_.empty() ? microseconds(0) : frames_.back();
            if (!first_key_)
                first_key_ = time;
            else if (time - *first_key_ >= settings_.segment_duration - frame / 2)
                segment_ = time - *first_key_;
        }
    } else {
        audio_frame_ = to_microseconds(track->audio().samples_per_frame, track->timescale);
    }
    bytes_ += sample.payload.size();
    held_.push_back({.track = track, .sample = std::move(sample)});

    auto const patience =
        last_frame_ ? kLongest : std::max<microseconds>(kAudioAlone, settings_.segment_duration);
    return segment_ || time - *first_ >= patience || held_.size() >= kMostSamples ||
           bytes_ >= kMostBytes;
}

Targets WarmUp::targets() const {
    // Audio alone is cut as asked.
    auto const segment =
        last_frame_ ? segment_ : std::optional<microseconds>(settings_.segment_duration);
    return choose_targets(settings_,
                          {.segment = segment, .frames = frames_, .audio_frame = audio_frame_});
}

}  // namespace directfanz::packager
