#include "media/live/encoder_advisor.hpp"

#include <algorithm>
#include <cmath>

namespace directfanz::live {
namespace {

/// An encoder's rates: others are converted.
constexpr std::uint32_t kRates[] = {44'100, 48'000};

/// Key frames where the picture changes lie closer now and then.
constexpr seconds kKeyFramesKept{20};
constexpr seconds kGapKept{60};
constexpr seconds kSoundMissing{10};
constexpr seconds kSilentFor{15};
constexpr seconds kLoudFor{5};
constexpr seconds kLoudKept{10};

double in_seconds(microseconds time) {
    return std::chrono::duration<double>(time).count();
}

double in_milliseconds(microseconds time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

void EncoderAdvisor::begin() {
    auto const longest = longest_segment_;
    *this = {};
    longest_segment_ = longest;
}

std::vector<Advice> EncoderAdvisor::consider(Source const& source, SourceSample const& sample) {
    auto const before = said_;
    now_ += sample.elapsed;
    samples_.push_back(sample);
    auto length = microseconds(0);
    for (auto const& kept : samples_) length += kept.elapsed;
    while (length > kPeriod && samples_.size() > 1) {
        length -= samples_.front().elapsed;
        samples_.pop_front();
    }

    if (source.video) {
        judge_key_frames(sample);
        judge_gaps(sample);
        judge_frames();
        judge_bitrate(source);
    }
    judge_sound(source, sample);

    std::erase_if(said_, [this](auto const& item) { return item.second.until < now_; });
    std::vector<Advice> fresh;
    for (auto const& [kind, said] : said_)
        if (!before.contains(kind)) fresh.push_back(said.advice);
    return fresh;
}

std::vector<Advice> EncoderAdvisor::advice() const {
    std::vector<Advice> list;
    for (auto const& [kind, said] : said_) list.push_back(said.advice);
    return list;
}

void EncoderAdvisor::say(AdviceKind kind, double measured, seconds kept) {
    said_[kind] = {.advice = {.kind = kind, .measured = std::llround(measured)},
                   .until = now_ + kept};
}

void EncoderAdvisor::judge_key_frames(SourceSample const& sample) {
    auto const distance =
        std::max(sample.key_frame_distance.value_or(milliseconds(0)), sample.since_key_frame);
    // What a camera's clock and rounding add is not too far.
    constexpr milliseconds kTolerance{100};
    auto const longest = std::min<microseconds>(kLongestKeyFrameDistance, longest_segment_);
    if (distance > longest + kTolerance)
        say(AdviceKind::key_frames_too_far_apart, in_milliseconds(distance), kKeyFramesKept);
}

void EncoderAdvisor::judge_gaps(SourceSample const& sample) {
    if (sample.longest_gap < kLongGap) return;
    auto const told = said_.find(AdviceKind::long_frame_gap);
    auto const longer =
        told == said_.end() ? 0. : static_cast<double>(told->second.advice.measured);
    say(AdviceKind::long_frame_gap, std::max(longer, in_milliseconds(sample.longest_gap)),
        kGapKept);
}

void EncoderAdvisor::judge_frames() {
    double frames = 0;
    double dropped = 0;
    double late = 0;
    auto length = microseconds(0);
    for (auto const& sample : samples_) {
        frames += sample.frames;
        // A pause is told of by itself.
        if (sample.longest_gap < kLongGap) dropped += sample.dropped_frames;
        late += sample.late_frames;
        length += sample.elapsed;
    }
    if (length < kEnough || frames == 0) return;
    auto const missing = 100 * dropped / (frames + dropped);
    if (missing >= kDroppedPercent) say(AdviceKind::frames_dropped, missing);
    auto const behind = 100 * late / frames;
    if (behind >= kLatePercent) say(AdviceKind::frames_late, behind);
}

void EncoderAdvisor::judge_bitrate(Source const& source) {
    double bits = 0;
    auto length = microseconds(0);
    for (auto const& sample : samples_) {
        bits += static_cast<double>(sample.video_bytes) * 8;
        length += sample.elapsed;
    }
    if (length < kEnough || source.video->video().height > kFullHeight) return;
    auto const rate = bits / in_seconds(length);
    if (rate > kHighestBitrate) say(AdviceKind::bitrate_too_high, rate / 1'000);
}

void EncoderAdvisor::judge_sound(Source const& source, SourceSample const& sample) {
    if (!source.audio) {
        if (source.video && now_ >= kSoundMissing) say(AdviceKind::sound_missing, in_seconds(now_));
        return;
    }
    auto const rate = source.audio->audio().sample_rate;
    if (std::ranges::find(kRates, rate) == std::end(kRates)) say(AdviceKind::sample_rate, rate);

    // Unknown is neither.
    auto const silent = sample.audio_level && *sample.audio_level < kSilent;
    silent_for_ = silent ? silent_for_ + sample.elapsed : microseconds(0);
    if (silent_for_ >= kSilentFor) say(AdviceKind::sound_silent, in_seconds(silent_for_));
    auto const loud = sample.audio_level && *sample.audio_level > kTooLoud;
    loud_for_ = loud ? loud_for_ + sample.elapsed : microseconds(0);
    if (loud_for_ >= kLoudFor) say(AdviceKind::sound_too_loud, *sample.audio_level, kLoudKept);
}

}  // namespace directfanz::live
