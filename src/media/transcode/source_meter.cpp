#include "media/transcode/source_meter.hpp"

#include <algorithm>

namespace directfanz::transcode {

microseconds SourceMeter::elapsed() const {
    if (!first_) return microseconds(0);
    return microseconds((newest_ - *first_) * 1'000'000 / kVideoTimescale);
}

void SourceMeter::push(Sample const& sample) {
    if (!first_) {
        if (!sample.sync) return;
        first_ = sample.dts;
    }
    newest_ = sample.dts;
    bytes_ += sample.payload.size();
    ++frames_;
}

SourcePicture SourceMeter::picture(Track const& track) const {
    auto const& format = track.video();
    SourcePicture picture{
        .width = format.width, .height = format.height, .frame_rate = format.frame_rate};
    auto const time = std::chrono::duration<double>(elapsed()).count();
    if (frames_ < 2 || time <= 0) return picture;
    // The last frame has just begun.
    auto const intervals = static_cast<double>(frames_ - 1);
    picture.frame_rate = intervals / time;
    auto const bits = 8.0 * static_cast<double>(bytes_) * intervals / static_cast<double>(frames_);
    picture.bitrate = static_cast<std::uint32_t>(std::min(bits / time, 4e9));
    return picture;
}

}  // namespace directfanz::transcode
