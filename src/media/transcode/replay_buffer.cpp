#include "media/transcode/replay_buffer.hpp"

namespace directfanz::transcode {

void ReplayBuffer::clear() {
    samples_.clear();
    bytes_ = 0;
}

void ReplayBuffer::push(Sample const& sample) {
    if (sample.sync && keep_ == Keep::last_group) clear();
    if (samples_.empty() && !sample.sync) return;
    samples_.push_back(sample);
    bytes_ += sample.payload.size();
    if (bytes_ > kMaxBytes || samples_.size() > kMaxSamples) clear();
}

}  // namespace directfanz::transcode
