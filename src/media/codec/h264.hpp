#pragma once

#include "base/result.hpp"
#include "media/codec/track.hpp"

#include <cstdint>
#include <vector>

/// ITU-T H.264 (ISO/IEC 14496-10) headers: just what packaging and playlists need.
/// See also nal_unit.hpp (access units), decoder_config.hpp (avcC), sps.hpp.
namespace directfanz::h264 {

/// Builds the track of an AVCDecoderConfigurationRecord: size, frame rate and codec string come
/// from its SPS. Where the record's own profile and level differ from the SPS, the track's
/// decoder_config is a corrected copy. Errors: invalid for a broken record or SPS, unsupported for
/// a NAL length that is not 4 bytes (convert with with_four_byte_lengths and to_four_byte_lengths
/// first) and for what no browser plays (anything but 4:2:0 in 8 bits).
Result<Track> describe(Blob decoder_config);

/// The record for samples that went through to_four_byte_lengths(); the same Blob if it says four
/// already. `length_size` is what the samples have now.
struct FourByteConfig {
    Blob decoder_config;
    unsigned length_size = 4;
};
Result<FourByteConfig> with_four_byte_lengths(Blob decoder_config);

}  // namespace directfanz::h264
