#include "media/transcode/replay_buffer.hpp"

#include "media/codec/track.hpp"

#include <algorithm>

namespace directfanz::transcode {

void ReplayBuffer::clear() {
    samples_.clear();
    bytes_ = 0;
}

void ReplayBuffer::drop_first() {
    bytes_ -= samples_.front().payload.size();
    samples_.pop_front();
}

void ReplayBuffer::drop_group() {
    drop_first();
    while (!samples_.empty() && !samples_.front().sync) drop_first();
}

void ReplayBuffer::push(Sample const& sample) {
    if (samples_.empty() && !sample.sync) return;
    samples_.push_back(sample);
    bytes_ += sample.payload.size();
    while (bytes_ > kMaxBytes || samples_.size() > kMaxSamples) drop_group();
}

microseconds ReplayBuffer::duration() const {
    if (samples_.empty()) return {};
    auto const ticks = samples_.back().dts - samples_.front().dts;
    return microseconds(ticks * 1'000'000 / kVideoTimescale);
}

void ReplayBuffer::shown(std::int64_t pts) {
    for (;;) {
        if (samples_.empty()) return;
        auto const next = std::find_if(samples_.begin() + 1, samples_.end(),
                                       [](auto const& sample) { return sample.sync; });
        if (next == samples_.end() || next->pts() > pts) return;
        drop_group();
    }
}

}  // namespace directfanz::transcode
