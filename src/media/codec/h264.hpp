#pragma once

#include "base/result.hpp"
#include "media/codec/track.hpp"

#include <cstdint>
#include <vector>

/// ITU-T H.264 (ISO/IEC 14496-10) headers: just what packaging and playlists need.
namespace directfanz::h264 {

/// Builds the track of an AVCDecoderConfigurationRecord: size, frame rate and codec string come
/// from its SPS. Errors: invalid for a broken record or SPS, unsupported for a NAL length that is
/// not 4 bytes (convert with to_four_byte_lengths first) and for what no browser plays (4:2:2, more
/// than 8 bits).
Result<Track> describe(Blob decoder_config);

}  // namespace directfanz::h264
