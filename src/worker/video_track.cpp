#include "worker/video_track.hpp"

#include "worker/title_card.hpp"

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
/// How long a silent source's last picture is shown before the card.
constexpr std::int64_t kCardAfter = std::int64_t{2} * kVideoTimescale;
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

VideoTrack::VideoTrack(wire::Setup const& setup, Output output, ByteView font)
    : setup_(setup),
      output_(std::move(output)),
      font_(font),
      ladder_(setup.rungs, encoder_kind(setup.encoder).value_or(EncoderKind::x264), output_),
      thumbnailer_(setup, output_) {}

Result<void> VideoTrack::configure(wire::TrackConfig const& config) {
    if (auto const drained = drain(); !drained) return drained;
    decoder_config_ = config.decoder_config;
    return open_decoder(VideoDecoder::Pace::live);
}

Result<void> VideoTrack::open_decoder(VideoDecoder::Pace pace) {
    auto decoder = VideoDecoder::open(decoder_config_.view(), pace);
    if (!decoder) return std::unexpected(decoder.error());
    decoder_.emplace(std::move(*decoder));
    pace_ = pace;
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
    if (keys_only && !sample.sync) {
        // The server knows by what it hears that this process lives.
        report_at(sample.pts());
        return {};
    }
    if (sample.sync && !keys_only) {
        // What is replayed keeps viewers waiting.
        auto const pace = video.replay ? VideoDecoder::Pace::hurry : VideoDecoder::Pace::live;
        if (pace != pace_) {
            if (auto const drained = drain_decoder(); !drained) return drained;
            if (auto const opened = open_decoder(pace); !opened) return opened;
        }
    }
    expected_[sample.pts()] = {.key = video.force_key, .replay = video.replay};
    // What nothing refers to is decoded to be seen, and this was.
    decoder_->skip_unreferenced(video.replay);
    decoder_->send(sample.payload.view(), sample.pts(), sample.sync);
    if (keys_only) {
        // The decoder would keep it back until later pictures come.
        auto const collected = drain_decoder();
        decoder_->restart();
        return collected ? drain_filter() : collected;
    }
    if (auto const collected = collect(); !collected) return collected;
    while (expected_.size() > kMaxExpected) {
        if (auto const held = hold(expected_.begin()->first + 1); !held) return held;
    }
    return {};
}

Result<void> VideoTrack::drain_decoder() {
    decoder_->drain();
    return collect();
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
        // What is in the filter still is earlier.
        if (auto const drained = drain_filter(); !drained) return drained;
        return hold(frame->pts + 1);
    }
    return filtered(std::move(frame));
}

Result<void> VideoTrack::filtered(Frame frame) {
    auto needs = needs_of(*frame);
    // Progressive pictures among interlaced ones go the same way: it knows the difference.
    if (filter_) needs.deinterlace = needs.deinterlace || filter_->deinterlaces();
    if (filter_ && !filter_->fits(*frame, needs)) {
        if (auto const drained = drain_filter(); !drained) return drained;
        needs = needs_of(*frame);
    }
    if (!needs.any()) return picture(std::move(frame));
    if (!filter_) {
        auto const none = setup_.rungs.empty();
        auto opened = FrameFilter::open(
            *frame, needs, static_cast<int>(none ? setup_.thumbnail_width : setup_.rungs[0].width),
            static_cast<int>(none ? 0 : setup_.rungs[0].height));
        if (!opened) return std::unexpected(opened.error());
        filter_.emplace(std::move(*opened));
        output_(wire::Log{.level = wire::LogLevel::info,
                          .words = needs.tone_map ? "the source is HDR: it is tone-mapped"
                                                  : "the source is interlaced: its pictures are "
                                                    "deinterlaced"});
    }
    if (auto const sent = filter_->send(std::move(frame)); !sent) return sent;
    return collect_filtered();
}

Result<void> VideoTrack::collect_filtered() {
    while (auto frame = filter_->receive()) {
        if (auto const shown = picture(std::move(frame)); !shown) return shown;
    }
    return {};
}

Result<void> VideoTrack::drain_filter() {
    if (!filter_) return {};
    filter_->drain();
    auto const collected = collect_filtered();
    filter_.reset();
    return collected;
}

Result<void> VideoTrack::picture(Frame frame) {
    auto const pts = frame->pts;
    if (auto const held = hold(pts); !held) return held;
    auto const found = expected_.extract(pts);
    last_picture_ = std::move(frame);
    last_picture_time_ = pts;
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
        auto const started = thumbnailer_.start(small != nullptr ? *small : frame, pts);
        if (!started) return started;
    }
    report_at(pts);
    return {};
}

Result<void> VideoTrack::stalled(wire::Stalled const& stalled) {
    if (last_picture_ == nullptr) return {};
    if (stalled.flush) {
        // What the decoder keeps back until more comes has its place, and may begin a segment.
        if (auto const held = hold(std::numeric_limits<std::int64_t>::max()); !held) return held;
        if (auto const flushed = ladder_.flush(); !flushed) return flushed;
    }
    auto const interval = std::clamp(
        interval_ > 0 ? interval_ : static_cast<std::int64_t>(kVideoTimescale / frame_rate()),
        kShortestInterval, kLongestInterval);
    key_owed_ = key_owed_ || stalled.force_key;
    auto const after = std::max(last_shown_.value_or(stalled.after), stalled.after);
    for (auto pts = after + interval; pts < stalled.until; pts += interval) {
        auto const silent = pts - last_picture_time_ >= kCardAfter;
        if (silent && card_ == nullptr && !setup_.rungs.empty()) {
            auto const& top = setup_.rungs.front();
            card_ = title_card(static_cast<int>(top.width), static_cast<int>(top.height),
                               setup_.title, font_);
            av_frame_copy_props(card_.get(), last_picture_.get());
            card_->sample_aspect_ratio = {1, 1};
            card_->color_range = AVCOL_RANGE_MPEG;
        }
        auto const& shown = silent && card_ != nullptr ? *card_ : *last_picture_;
        if (auto const done = show(shown, pts, std::exchange(key_owed_, false)); !done) return done;
    }
    return {};
}

Result<void> VideoTrack::drain() {
    if (!decoder_) return {};
    if (auto const drained = drain_decoder(); !drained) return drained;
    decoder_->restart();
    if (auto const drained = drain_filter(); !drained) return drained;
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

Result<void> VideoTrack::shed(wire::Shed const& shed) {
    statistics_.shed_level = shed.level;
    return ladder_.shed(shed);
}

Result<void> VideoTrack::end() {
    if (auto const drained = drain(); !drained) return drained;
    if (auto const flushed = ladder_.flush(); !flushed) return flushed;
    if (auto const made = thumbnailer_.wait(); !made) return made;
    report();
    return {};
}

void VideoTrack::report_at(std::int64_t pts) {
    if (!next_report_) next_report_ = pts;
    if (pts < *next_report_) return;
    next_report_ = pts + kReportInterval;
    report();
}

void VideoTrack::report() {
    statistics_.newest_out = ladder_.newest().value_or(statistics_.newest_out);
    statistics_.cpu = cpu_microseconds();
    statistics_.frames_encoded = ladder_.frames();
    output_(statistics_);
}

}  // namespace directfanz::worker
