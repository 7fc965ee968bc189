#include "worker/sound_line.hpp"

#include <algorithm>
#include <array>
#include <new>

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/frame.h>
#include <libavutil/samplefmt.h>
#include <libswresample/swresample.h>
}

namespace directfanz::worker {

namespace {

/// Of an AAC frame at the lowest rate, converted to the highest, with what the filter holds back.
constexpr int kMostConverted = 1 << 16;

}  // namespace

SoundLine::SoundLine(AudioShape const& shape)
    : shape_(shape), samples_(static_cast<std::size_t>(shape.channels)) {}

bool SoundLine::jumps(std::int64_t position) const {
    if (!begin_) return false;
    auto const end = *begin_ + static_cast<std::int64_t>(samples_[0].size());
    auto const most = kMostSilenceSeconds * shape_.sample_rate;
    return position > end + most || position < end - most;
}

Result<void> SoundLine::prepare(AVFrame const& sound) {
    if (resampler_ != nullptr && sound.sample_rate == source_rate_ &&
        sound.ch_layout.nb_channels == source_channels_ && sound.format == source_format_) {
        return {};
    }
    AVChannelLayout out{};
    av_channel_layout_default(&out, shape_.channels);
    AVChannelLayout in{};
    av_channel_layout_copy(&in, &sound.ch_layout);
    SwrContext* made = nullptr;
    auto code = swr_alloc_set_opts2(&made, &out, AV_SAMPLE_FMT_FLTP, shape_.sample_rate, &in,
                                    static_cast<AVSampleFormat>(sound.format), sound.sample_rate, 0,
                                    nullptr);
    av_channel_layout_uninit(&in);
    resampler_.reset(made);
    if (code >= 0) code = swr_init(made);
    if (code < 0) return libav_failure("the sound's format cannot be converted", code);
    source_rate_ = sound.sample_rate;
    source_channels_ = sound.ch_layout.nb_channels;
    source_format_ = sound.format;
    return {};
}

Result<void> SoundLine::append(AVFrame const& sound, std::int64_t position) {
    if (auto const ready = prepare(sound); !ready) return ready;
    auto const room =
        std::clamp(swr_get_out_samples(resampler_.get(), sound.nb_samples), 0, kMostConverted);
    auto const before = samples_[0].size();
    std::array<std::uint8_t*, 2> planes{};
    if (!begin_) begin_ = position;
    auto const tolerance = shape_.sample_rate / kToleranceDivisor;
    auto const end = *begin_ + static_cast<std::int64_t>(before);
    if (position > end + tolerance) silence(position - end);
    auto const start = samples_[0].size();
    for (std::size_t i = 0; i < samples_.size(); ++i) {
        samples_[i].resize(start + static_cast<std::size_t>(room));
        planes[i] = reinterpret_cast<std::uint8_t*>(samples_[i].data() + start);
    }
    // The library's pointers to pointers know no const.
    auto const count =
        swr_convert(resampler_.get(), planes.data(), room,
                    const_cast<std::uint8_t const**>(sound.extended_data), sound.nb_samples);
    auto const overlap = position < end - tolerance ? end - position : 0;
    auto const dropped = std::clamp<std::int64_t>(overlap, 0, std::max(count, 0));
    for (auto& plane : samples_) {
        plane.resize(start + static_cast<std::size_t>(std::max(count, 0)));
        auto const from = plane.begin() + static_cast<std::ptrdiff_t>(start);
        plane.erase(from, from + dropped);
    }
    if (count < 0) return libav_failure("sound cannot be converted", count);
    return {};
}

void SoundLine::silence(std::int64_t count) {
    for (auto& plane : samples_) plane.resize(plane.size() + static_cast<std::size_t>(count));
}

void SoundLine::fill(std::int64_t position) {
    if (!begin_ || jumps(position)) return;
    auto const end = *begin_ + static_cast<std::int64_t>(samples_[0].size());
    if (position > end) silence(position - end);
}

Frame SoundLine::take() {
    if (samples_[0].size() < static_cast<std::size_t>(kAacFrame)) return nullptr;
    auto frame = new_frame();
    frame->nb_samples = kAacFrame;
    frame->format = AV_SAMPLE_FMT_FLTP;
    frame->sample_rate = shape_.sample_rate;
    av_channel_layout_default(&frame->ch_layout, shape_.channels);
    if (av_frame_get_buffer(frame.get(), 0) < 0) throw std::bad_alloc();
    frame->pts = *begin_;
    for (std::size_t i = 0; i < samples_.size(); ++i) {
        auto& plane = samples_[i];
        std::copy_n(plane.begin(), kAacFrame, reinterpret_cast<float*>(frame->extended_data[i]));
        plane.erase(plane.begin(), plane.begin() + kAacFrame);
    }
    *begin_ += kAacFrame;
    return frame;
}

Frame SoundLine::take_last() {
    if (samples_[0].empty()) return nullptr;
    auto const whole = static_cast<std::size_t>(kAacFrame);
    if (samples_[0].size() < whole)
        for (auto& plane : samples_) plane.resize(whole);
    return take();
}

void SoundLine::clear() {
    for (auto& plane : samples_) plane.clear();
    begin_.reset();
    resampler_.reset();
}

}  // namespace directfanz::worker
