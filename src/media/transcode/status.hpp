#pragma once

#include "media/transcode/key_frame_rule.hpp"
#include "media/transcode/ladder.hpp"
#include "media/transcode/overload_policy.hpp"

#include <string>
#include <vector>

namespace directfanz::transcode {

/// What a broadcast's transcoder is doing.
enum class TranscodeState : std::uint8_t {
    measuring,    ///< it does not know the source yet
    running,      ///< renditions are made
    source_only,  ///< none are, for a reason that was told
};

struct RungStatus {
    Rung rung;
    /// Left out at present, since the machine is too slow.
    bool shed = false;

    bool operator==(RungStatus const&) const = default;
};

struct TranscodeStatus {
    TranscodeState state = TranscodeState::measuring;
    Mode mode = Mode::follow;
    /// "x264".
    std::string encoder;
    /// The largest first; with Mode::grid the first is what stands in the source's place.
    std::vector<RungStatus> rungs;
    ShedLevel shed_level = 0;
    /// The source is silent: what is shown is its last picture, or the card.
    bool standing_in = false;
    /// Of source_only, in words for the streamer.
    std::string reason;

    bool operator==(TranscodeStatus const&) const = default;
};

}  // namespace directfanz::transcode
