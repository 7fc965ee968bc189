#pragma once

#include "base/clock.hpp"
#include "media/packager/packager.hpp"

#include <optional>
#include <span>

/// What a broadcast promises for all its life: EXT-X-TARGETDURATION and PART-TARGET. Players that
/// see either change give the stream up.
namespace directfanz::packager {

/// What the first seconds told.
struct Measured {
    /// From the first key frame to the one where a segment would end; none if it did not come in
    /// time.
    std::optional<microseconds> segment;
    /// Distances between video frames; empty without video.
    std::span<microseconds const> frames;
    /// Duration of one audio frame; 0 without audio.
    microseconds audio_frame{};
};

struct Targets {
    seconds target_duration{};
    microseconds part_target{};
    /// The typical distance between video frames; 0 without video.
    microseconds frame{};
};

/// Segments longer than the target duration by more than this are cut inside the group of pictures.
/// EXTINF rounds to the nearest second (rfc8216bis 4.4.3.1), so 499 ms would be legal; the rest is
/// for audio, whose frames end up to 128 ms (8 kHz) behind the mark.
inline constexpr milliseconds kLongestExcess{300};

/// The longest segment that is cut for a target duration.
constexpr microseconds longest_segment(seconds target_duration) {
    return target_duration + kLongestExcess;
}

Targets choose_targets(PackagerSettings const& settings, Measured const& measured);

}  // namespace directfanz::packager
