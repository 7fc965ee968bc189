#include "worker/video_track.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <sys/resource.h>

extern "C" {
#include <libavutil/frame.h>
}

namespace directfanz::worker {

namespace {

/// H.264 puts at most 16 pictures out of order; what is longer in the decoder never comes out.
constexpr std::size_t kMaxExpected = 24;
constexpr std::int64_t kReportInterval = kVideoTimescale;
/// Between pictures that are repeated.
constexpr std::int64_t kShortestInterval = kVideoTimescale / 120;
constexpr std::int64_t kLongestInterval = kVideoTimescale / 5;
constexpr double kUsualFrameRate = 30;
/// Of frame rates that streams claim; others are nonsense.
constexpr double kLeastFrameRate = 1;
constexpr double kMostFrameRate = 240;

std::uint64_t cpu_microseconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    auto const of = [](timeval const& t) {
        return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000U +
               static_cast<std::uint64_t>(t.tv_usec);
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}

}  // namespace

VideoTrack::VideoTrack(wire::Setup const& setup, Output output)
    : setup_(setup),
      output_(std::move(output)),
      ladder_(setup.rungs, output_),
      thumbnailer_(setup, output_) {}

Result<void> VideoTrack::configure(wire::TrackConfig const& config) {
    if (auto const drained = drain(); !drained) return drained;
    auto decoder = VideoDecoder::open(config.decoder_config.view());
    if (!decoder) return std::unexpected(decoder.error());
    decoder_.emplace(std::move(*decoder));
    return {};
}

Result<void> VideoTrack::sample(wire::VideoSample const& video) {
    auto const& sample = video.sample;
    if (!decoder_) return {};
    if (last_dts_ && sample.dts > *last_dts_) interval_ = sample.dts - *last_dts_;
    if (sample.duration > 0) interval_ = sample.duration;
    last_dts_ = sample.dts;
    statistics_.newest_in = std::max(statistics_.newest_in, sample.pts());
    auto const keys_only = setup_.rungs.empty();
    if (keys_only && !sample.sync) return {};
    expected_[sample.pts()] = {.key = video.force_key, .replay = video.replay};
    decoder_->send(sample.payload.view(), sample.pts(), sample.sync);
    if (keys_only) {
        // The decoder would keep it back until later pictures come.
        decoder_->drain();
        auto const collected = collect();
        decoder_->restart();
        return collected;
    }
    if (auto const collected = collect(); !collected) return collected;
    while (expected_.size() > kMaxExpected) {
        if (auto const held = hold(expected_.begin()->first + 1); !held) return held;
    }
    return {};
}

Result<void> VideoTrack::collect() {
    while (auto frame = decoder_->receive()) {
        if (auto const done = decoded(std::move(frame)); !done) return done;
    }
    return {};
}

Result<void> VideoTrack::decoded(Frame frame) {
    ++statistics_.frames_decoded;
    if (VideoDecoder::damaged(*frame)) {
        ++statistics_.frames_corrupt;
        return hold(frame->pts + 1);
    }
    return picture(std::move(frame));
}

Result<void> VideoTrack::picture(Frame frame) {
    auto const pts = frame->pts;
    if (auto const held = hold(pts); !held) return held;
    auto const found = expected_.extract(pts);
    last_picture_ = std::move(frame);
    if (found.empty() || found.mapped().replay) return {};
    return show(*last_picture_, pts, found.mapped().key);
}

Result<void> VideoTrack::hold(std::int64_t before) {
    while (!expected_.empty() && expected_.begin()->first < before) {
        auto const [pts, expected] = *expected_.begin();
        expected_.erase(expected_.begin());
        if (last_picture_ == nullptr || expected.replay) continue;
        if (auto const shown = show(*last_picture_, pts, expected.key); !shown) return shown;
    }
    return {};
}

bool VideoTrack::on_grid(std::int64_t pts) const {
    if (setup_.key_interval == 0 || !last_shown_) return false;
    return floor_divide(pts, setup_.key_interval) !=
           floor_divide(*last_shown_, setup_.key_interval);
}

double VideoTrack::frame_rate() const {
    auto rate = decoder_ ? decoder_->frame_rate() : 0;
    if (rate < kLeastFrameRate || rate > kMostFrameRate)
        rate = interval_ > 0 ? static_cast<double>(kVideoTimescale) / static_cast<double>(interval_)
                             : 0;
    return rate < kLeastFrameRate || rate > kMostFrameRate ? kUsualFrameRate : rate;
}

Result<void> VideoTrack::show(AVFrame const& frame, std::int64_t pts, bool key) {
    // What a silent source's repeated pictures have taken the place of.
    if (last_shown_ && pts <= *last_shown_) return {};
    PictureTime const time{.pts = pts, .key = key || on_grid(pts)};
    last_shown_ = pts;
    if (auto const shown = ladder_.show(frame, time, frame_rate()); !shown) return shown;
    if (thumbnailer_.due(pts)) {
        auto const* const small = ladder_.smallest(thumbnailer_.width());
        auto const made = thumbnailer_.make(small != nullptr ? *small : frame, pts);
        if (!made) return made;
    }
    if (!next_report_) next_report_ = pts;
    if (pts >= *next_report_) {
        next_report_ = pts + kReportInterval;
        report();
    }
    return {};
}

Result<void> VideoTrack::stalled(wire::Stalled const& stalled) {
    if (last_picture_ == nullptr || !last_shown_) return {};
    auto const interval = std::clamp(
        interval_ > 0 ? interval_ : static_cast<std::int64_t>(kVideoTimescale / frame_rate()),
        kShortestInterval, kLongestInterval);
    auto key = stalled.force_key;
    for (auto pts = *last_shown_ + interval; pts < stalled.until; pts += interval) {
        if (auto const shown = show(*last_picture_, pts, key); !shown) return shown;
        key = false;
    }
    return {};
}

Result<void> VideoTrack::drain() {
    if (!decoder_) return {};
    decoder_->drain();
    if (auto const collected = collect(); !collected) return collected;
    decoder_->restart();
    return hold(std::numeric_limits<std::int64_t>::max());
}

Result<void> VideoTrack::discontinuity() {
    if (auto const drained = drain(); !drained) return drained;
    last_shown_.reset();
    last_dts_.reset();
    next_report_.reset();
    thumbnailer_.restart();
    statistics_.newest_in = std::numeric_limits<std::int64_t>::min();
    return ladder_.flush();
}

Result<void> VideoTrack::shed(std::uint8_t level) {
    statistics_.shed_level = level;
    return ladder_.shed(level);
}

Result<void> VideoTrack::end() {
    if (auto const drained = drain(); !drained) return drained;
    if (auto const flushed = ladder_.flush(); !flushed) return flushed;
    report();
    return {};
}

void VideoTrack::report() {
    statistics_.newest_out = ladder_.newest().value_or(statistics_.newest_out);
    statistics_.cpu = cpu_microseconds();
    statistics_.frames_encoded = ladder_.frames();
    output_(statistics_);
}

}  // namespace directfanz::worker
