#pragma once

#include "base/clock.hpp"
#include "media/transcode/key_frame_rule.hpp"
#include "media/transcode/ladder.hpp"
#include "media/transcode/wire/messages.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace directfanz::transcode {

struct TranscodeSettings {
    std::vector<RungSetting> ladder = default_ladder();
    /// Bit/s; of audio that cannot be passed through.
    std::uint32_t audio_bitrate = 128'000;
    /// Bit/s; 0 for no such rendition.
    std::uint32_t audio_only_bitrate = 64'000;
    /// 0: none.
    milliseconds thumbnail_interval{5000};
    /// Of a worker process, in bytes.
    std::uint64_t memory_limit = std::uint64_t{1} << 30;
};

inline constexpr std::uint32_t kThumbnailWidth = 640;

/// Names of the renditions: what the source has untouched, and what comes beside it.
inline constexpr std::string_view kLeadingVideo = "video";
inline constexpr std::string_view kLeadingAudio = "audio";
inline constexpr std::string_view kAudioOnly = "audioonly";

/// What a worker is told to make of one source.
struct Plan {
    Mode mode = Mode::follow;
    /// Largest first; with Mode::grid the first one is the leading video.
    std::vector<Rung> rungs;
    /// Bit/s; 0: passed through.
    std::uint32_t audio_bitrate = 0;
    std::uint32_t audio_only_bitrate = 0;

    bool operator==(Plan const&) const = default;
};

enum class Audio : std::uint8_t { none, passed, encoded };

/// A source without rungs of its own has no audio-only rendition either: it is small already.
Plan make_plan(Mode mode, SourcePicture const& source, Audio audio,
               TranscodeSettings const& settings);

/// `encoder` as the worker knows it.
wire::Setup to_setup(Plan const& plan, TranscodeSettings const& settings, std::string encoder,
                     std::string title);

/// The rendition's name of a rung's number on the wire.
std::string_view name_of(Plan const& plan, std::uint8_t rung);

}  // namespace directfanz::transcode
