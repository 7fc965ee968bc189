#pragma once

#include "base/result.hpp"
#include "media/live/broadcast_listener.hpp"
#include "media/transcode/ladder.hpp"
#include "media/transcode/status.hpp"

#include <string>
#include <string_view>
#include <vector>

/// A stream's own ladder, in words and out of them.
namespace directfanz::live {

using Ladder = std::vector<transcode::RungSetting>;

/// "720p:2800k 480p:1200k" (transcode::parse_ladder); "none" for the source alone. Error: invalid,
/// in words for the streamer, for text that is no ladder, or for one that cannot work.
Result<Ladder> parse_ladder(std::string_view text);

/// As parse_ladder() reads it, the largest rung first: what to store.
std::string to_string(Ladder const& ladder);

/// For listeners.
LadderState ladder_state(transcode::TranscodeStatus const& status);

}  // namespace directfanz::live
