#pragma once

#include "base/blob.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace directfanz::h264 {

/// AVCDecoderConfigurationRecord, ISO/IEC 14496-15, 5.3.3.1:
///
///     configurationVersion 8 = 1 | AVCProfileIndication 8 | profile_compatibility 8
///     AVCLevelIndication 8 | reserved 6 | lengthSizeMinusOne 2
///     reserved 3 | numOfSequenceParameterSets 5 | { length 16, NAL unit }*
///     numOfPictureParameterSets 8               | { length 16, NAL unit }*
///     of the high profiles, where the writer did not forget it:
///     reserved 6 | chroma_format 2 | reserved 5 | bit_depth_luma_minus8 3
///     reserved 5 | bit_depth_chroma_minus8 3
///     numOfSequenceParameterSetExt 8            | { length 16, NAL unit }*
struct DecoderConfig {
    struct HighProfile {
        std::uint8_t chroma_format = 1;
        std::uint8_t bit_depth_luma_minus8 = 0;
        std::uint8_t bit_depth_chroma_minus8 = 0;
        std::vector<Bytes> sps_extensions;

        bool operator==(HighProfile const&) const = default;
    };

    std::uint8_t profile = 0;
    std::uint8_t profile_compatibility = 0;
    std::uint8_t level = 0;
    /// Of the lengths before NAL units, in bytes: 1, 2 or 4.
    std::uint8_t nal_length_size = 4;
    /// NAL units, headers included.
    std::vector<Bytes> sps;
    std::vector<Bytes> pps;
    std::optional<HighProfile> high_profile;

    bool operator==(DecoderConfig const&) const = default;
};

/// Errors: invalid for a record that is cut short, has no SPS or PPS, or is not one at all.
Result<DecoderConfig> parse_decoder_config(ByteView record);

/// The record's bytes. At most 31 SPS and 255 PPS, none longer than 65,535 bytes.
Blob write_decoder_config(DecoderConfig const& config);

/// Builds the record of a stream that carries its parameter sets in band; four-byte lengths.
/// Errors: invalid if there is no SPS or PPS or the first SPS is damaged, too_large for more or
/// longer ones than the record holds.
Result<Blob> decoder_config_of(std::span<ByteView const> sps, std::span<ByteView const> pps);

}  // namespace directfanz::h264
