#pragma once

#include "base/result.hpp"
#include "media/codec/track.hpp"

/// ISO/IEC 14496-3 headers: just what packaging and playlists need.
namespace directfanz::aac {

/// Builds the track of an AudioSpecificConfig. HE-AAC is recognised signalled explicitly,
/// hierarchically or by the backward-compatible extension.
Result<Track> describe(Blob audio_specific_config);

}  // namespace directfanz::aac
