#include "platform/streams/health.hpp"

#include <algorithm>
#include <cmath>

namespace directfanz::streams {

Health HealthBook::of(StreamId const& stream, WallTime since) const {
    std::lock_guard const lock(mutex_);
    auto const found = kept_.find(stream);
    if (found == kept_.end()) return {};
    auto const& [samples, source, ladder, advice] = found->second;
    Health health{.samples = {}, .source = source, .ladder = ladder, .advice = advice};
    auto const first = std::ranges::upper_bound(samples, since, {}, &HealthSample::at);
    health.samples.assign(first, samples.end());
    return health;
}

std::vector<live::Advice> HealthBook::advice_for(StreamId const& stream) const {
    std::lock_guard const lock(mutex_);
    auto const found = kept_.find(stream);
    return found == kept_.end() ? std::vector<live::Advice>() : found->second.advice;
}

void HealthBook::on_source(StreamId const& stream, live::Source const& source,
                           live::SourceSample const& sample) {
    auto const elapsed = std::chrono::duration<double>(sample.elapsed).count();
    if (elapsed <= 0) return;
    auto const a_second = [elapsed](auto count) { return static_cast<double>(count) / elapsed; };
    HealthSample const made{.at = std::chrono::floor<milliseconds>(wall_now()),
                            .video_bitrate = std::llround(a_second(sample.video_bytes * 8)),
                            .audio_bitrate = std::llround(a_second(sample.audio_bytes * 8)),
                            .frame_rate = std::round(a_second(sample.frames) * 100) / 100,
                            .late_frames = sample.late_frames,
                            .dropped_frames = sample.dropped_frames,
                            .key_frame_distance = sample.key_frame_distance,
                            .audio_level = sample.audio_level,
                            .round_trip = sample.round_trip,
                            .viewers = audience_.watching(stream)};
    std::lock_guard const lock(mutex_);
    auto& kept = kept_[stream];
    kept.source = source;
    kept.samples.push_back(made);
    if (kept.samples.size() > kKept) kept.samples.pop_front();
}

void HealthBook::on_ladder(StreamId const& stream, live::LadderState const& ladder) {
    std::lock_guard const lock(mutex_);
    kept_[stream].ladder = ladder;
}

void HealthBook::on_advice(StreamId const& stream, std::vector<live::Advice> const& advice) {
    std::lock_guard const lock(mutex_);
    kept_[stream].advice = advice;
}

void HealthBook::on_state(StreamId const& stream, live::BroadcastState state) {
    std::lock_guard const lock(mutex_);
    if (state == live::BroadcastState::offline) kept_.erase(stream);
    if (state != live::BroadcastState::ended) return;
    auto const found = kept_.find(stream);
    if (found != kept_.end()) found->second.advice.clear();
}

}  // namespace directfanz::streams
