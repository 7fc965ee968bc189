#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Which renditions a source is transcoded to. Pure rules.
namespace directfanz::transcode {

/// What a machine of two cores still does in real time, and what a quality menu can show.
inline constexpr std::size_t kMaxRungs = 6;

/// Pictures with a shorter side than this say nothing; none is larger than 8K.
inline constexpr unsigned kMinRungHeight = 90;
inline constexpr unsigned kMaxRungHeight = 4'320;

/// Bit/s.
inline constexpr std::uint32_t kMinRungBitrate = 50'000;
inline constexpr std::uint32_t kMaxRungBitrate = 100'000'000;

/// A step of the ladder as it is configured.
struct RungSetting {
    /// Of the picture's shorter side: a portrait's "720p" is 720 wide.
    unsigned height = 0;
    /// Bit/s.
    std::uint32_t bitrate = 0;

    bool operator==(RungSetting const&) const = default;
};

/// 1080p at 4.5, 720p at 2.8, 480p at 1.2 and 360p at 0.7 Mbit/s.
std::vector<RungSetting> default_ladder();

/// "1080p:4500k 720p:2.8m, 480p:1200000": in any order; empty text is an empty ladder. Error:
/// invalid, in words, for what check_ladder() refuses, too.
Result<std::vector<RungSetting>> parse_ladder(std::string_view text);

/// As parse_ladder() reads it: "1080p:4500k 720p:2800k".
std::string to_string(std::span<RungSetting const> ladder);

/// Sorts `ladder`, largest first. Error: invalid, when it cannot work: too many rungs, two of one
/// size, an odd or absurd size, a bit rate that does not fall with the size.
Result<std::vector<RungSetting>> check_ladder(std::vector<RungSetting> ladder);

struct SourcePicture {
    /// As shown; 0 if not known.
    unsigned width = 0;
    unsigned height = 0;
    /// Frames per second; 0 if not known.
    double frame_rate = 0;
    /// Bit/s; 0 if not known.
    std::uint32_t bitrate = 0;
};

/// A rendition to be encoded.
struct Rung {
    /// The rendition's: "720p".
    std::string name;
    unsigned width = 0;
    unsigned height = 0;
    /// Bit/s.
    std::uint32_t bitrate = 0;
    /// Every second picture only.
    bool half_rate = false;

    bool operator==(Rung const&) const = default;
};

/// The rungs below the source, largest first: none larger, none that adds nothing (nearly the
/// source's size, or no fewer bits than the source), even sizes in the source's shape.
std::vector<Rung> rungs_below(SourcePicture const& source, std::span<RungSetting const> ladder);

/// The rendition that stands in for a source whose own key frames cannot be used: the source's
/// size, but no more than the ladder's largest, with the bits of the rung of its size.
Rung top_rung(SourcePicture const& source, std::span<RungSetting const> ladder, std::string name);

}  // namespace directfanz::transcode
