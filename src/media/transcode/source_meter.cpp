#include "media/transcode/source_meter.hpp"

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
    ++frames_;
}

SourcePicture SourceMeter::picture(Track const& track) const {
    auto const& format = track.video();
    SourcePicture picture{
        .width = format.width, .height = format.height, .frame_rate = format.frame_rate};
    auto const time = std::chrono::duration<double>(elapsed()).count();
    if (frames_ < 2 || time <= 0) return picture;
    // The last frame has just begun.
    picture.frame_rate = static_cast<double>(frames_ - 1) / time;
    return picture;
}

}  // namespace directfanz::transcode
