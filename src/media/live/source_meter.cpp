#include "media/live/source_meter.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace directfanz::live {
namespace {

/// From here on a distance of two frames is a gap: cameras and phones vary by less.
constexpr double kGap = 1.75;
/// How much of each new distance the usual one takes up.
constexpr double kLearning = 0.1;

milliseconds in_milliseconds(std::int64_t time) {
    return std::chrono::duration_cast<milliseconds>(microseconds(time));
}

}  // namespace

void SourceMeter::begin(std::string encoder, SteadyTime now) {
    *this = {};
    source_.encoder = std::move(encoder);
    taken_at_ = now;
}

void SourceMeter::configure(Track const& track) {
    (track.kind == MediaKind::video ? source_.video : source_.audio) = track;
    if (track.kind == MediaKind::video) usual_ = 0;
}

void SourceMeter::push(MediaKind kind, Sample const& sample, SteadyTime now) {
    if (kind == MediaKind::audio) {
        sample_.audio_bytes += sample.payload.size();
        return;
    }
    sample_.video_bytes += sample.payload.size();
    measure_video(sample, now);
}

void SourceMeter::measure_video(Sample const& sample, SteadyTime now) {
    ++sample_.frames;
    auto const timescale = source_.video ? source_.video->timescale : kVideoTimescale;
    auto const time = sample.dts * 1'000'000 / static_cast<std::int64_t>(timescale);

    auto const arrived = std::chrono::duration_cast<microseconds>(now.time_since_epoch());
    auto const delay = arrived - microseconds(time);
    least_delay_ = least_delay_ ? std::min(*least_delay_, delay) : delay;
    if (delay - *least_delay_ > kLate) ++sample_.late_frames;

    if (auto const before = std::exchange(last_frame_, time)) {
        sample_.longest_gap = std::max(sample_.longest_gap, in_milliseconds(time - *before));
        auto const distance = static_cast<double>(time - *before);
        auto const longest = static_cast<double>(microseconds(kLongestGap).count());
        if (usual_ > 0 && distance > kGap * usual_ && distance < longest) {
            sample_.dropped_frames += static_cast<unsigned>(std::lround(distance / usual_)) - 1;
        } else if (distance > 0) {
            usual_ = usual_ == 0 ? distance : usual_ + kLearning * (distance - usual_);
        }
    }
    if (sample.sync) {
        if (auto const before = std::exchange(last_key_, time))
            sample_.key_frame_distance = in_milliseconds(time - *before);
    }
    if (last_key_) sample_.since_key_frame = in_milliseconds(time - *last_key_);
}

void SourceMeter::heard(double level, SteadyTime now) {
    level_ = {.dbfs = level, .at = now};
}

SourceSample SourceMeter::take(SteadyTime now) {
    auto taken = std::exchange(sample_, {});
    // It stays what it was until there is another one.
    sample_.key_frame_distance = taken.key_frame_distance;
    sample_.since_key_frame = taken.since_key_frame;
    if (level_ && taken.audio_bytes > 0 && now - level_->at < kLevelKept)
        taken.audio_level = level_->dbfs;
    taken.elapsed = std::chrono::duration_cast<microseconds>(now - std::exchange(taken_at_, now));
    return taken;
}

}  // namespace directfanz::live
