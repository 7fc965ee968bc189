#include "media/packager/targets.hpp"

#include <algorithm>
#include <vector>

namespace directfanz::packager {

namespace {

/// Segments may outgrow the first one by at least this before they are cut inside. More would make
/// a target duration of 3 s out of a two-second group of pictures, and every plain player (three
/// target durations behind) a second and a half later for nothing.
constexpr milliseconds kHeadroom{250};

constexpr milliseconds kShortestPartTarget{200};
constexpr milliseconds kLongestPartTarget{1000};

/// Parts must reach 85 % of PART-TARGET (rfc8216bis 4.4.4.9); a little more, for jitter.
constexpr int kFillPercent = 86;

seconds choose_target_duration(PackagerSettings const& settings,
                               std::optional<microseconds> segment) {
    if (!segment) return std::max(settings.longest_target_duration, seconds(1));
    auto const wanted =
        std::chrono::ceil<seconds>(*segment + microseconds(kHeadroom - kLongestExcess));
    return std::clamp(wanted, seconds(1), std::max(settings.longest_target_duration, seconds(1)));
}

microseconds median(std::span<microseconds const> values) {
    if (values.empty()) return {};
    std::vector<microseconds> sorted(values.begin(), values.end());
    auto const middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return *middle;
}

/// The typical frame distance: the mean of those near the median, since RTMP's milliseconds make
/// 33, 33, 34 of 33.3.
microseconds typical(std::span<microseconds const> frames) {
    auto const middle = median(frames);
    microseconds sum{};
    std::int64_t count = 0;
    for (auto const frame : frames) {
        if (frame * 2 < middle || frame > middle * 3 / 2) continue;
        sum += frame;
        ++count;
    }
    return count > 0 ? sum / count : middle;
}

/// The longest that `count` frames in a row took, so that jitter does not push the last one out of
/// each part; but outliers do not count.
microseconds longest_run(std::span<microseconds const> frames, std::size_t count,
                         microseconds usual) {
    auto const nominal = usual * static_cast<std::int64_t>(count);
    auto longest = nominal;
    microseconds sum{};
    for (std::size_t i = 0; i < frames.size(); ++i) {
        sum += frames[i];
        if (i >= count) sum -= frames[i - count];
        if (i + 1 >= count && sum <= nominal * 11 / 10) longest = std::max(longest, sum);
    }
    return longest;
}

bool fills(microseconds target, microseconds frame) {
    if (frame <= microseconds(0)) return true;
    return target / frame * frame * 100 >= target * kFillPercent;
}

microseconds round_up(microseconds value) {
    return std::chrono::ceil<milliseconds>(value);
}

microseconds choose_part_target(PackagerSettings const& settings, Measured const& measured,
                                microseconds frame) {
    microseconds const wanted =
        std::clamp(settings.part_duration, kShortestPartTarget, kLongestPartTarget);

    // Whole video frames first, since the picture decides how late a viewer is; whole audio frames
    // where there is no video, or where audio could not fill any target that suits the video.
    std::vector<microseconds> candidates;
    if (frame > microseconds(0)) {
        for (std::size_t n = 1; n == 1 || frame * static_cast<std::int64_t>(n) <= wanted * 2; ++n)
            candidates.push_back(round_up(longest_run(measured.frames, n, frame)));
    }
    auto const by_video = candidates.size();
    if (measured.audio_frame > microseconds(0)) {
        for (std::int64_t n = 1; n == 1 || measured.audio_frame * n <= wanted * 2; ++n)
            candidates.push_back(round_up(measured.audio_frame * n));
    }

    auto best = wanted;
    auto best_cost = microseconds::max();
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        auto const target = candidates[i];
        if (target > kLongestPartTarget) continue;
        auto cost = std::chrono::abs(target - wanted);
        if (target < kShortestPartTarget) cost += seconds(10);
        if (!fills(target, frame)) cost += seconds(5);
        if (!fills(target, measured.audio_frame)) cost += seconds(5);
        if (by_video > 0 && i >= by_video) cost += seconds(1);
        if (cost < best_cost) {
            best = target;
            best_cost = cost;
        }
    }
    // Less than one frame a second: no part can be honest about it, the longest comes nearest.
    if (frame > kLongestPartTarget) best = kLongestPartTarget;
    return best;
}

}  // namespace

Targets choose_targets(PackagerSettings const& settings, Measured const& measured) {
    auto const frame = typical(measured.frames);
    return {.target_duration = choose_target_duration(settings, measured.segment),
            .part_target = choose_part_target(settings, measured, frame),
            .frame = frame};
}

}  // namespace directfanz::packager
