#pragma once

#include "base/result.hpp"
#include "media/codec/track.hpp"

/// ISO/IEC 14496-3 headers: just what packaging and playlists need.
/// See also audio_specific_config.hpp.
namespace directfanz::aac {

/// Builds the track of an AudioSpecificConfig; its timescale is the output's sample rate. HE-AAC is
/// recognised signalled explicitly, hierarchically or by the backward-compatible extension; where
/// it is not signalled, nothing tells it from AAC-LC. Errors: invalid for a broken configuration,
/// unsupported for other codecs than AAC-LC, HE-AAC and HE-AAC v2.
Result<Track> describe(Blob audio_specific_config);

}  // namespace directfanz::aac
