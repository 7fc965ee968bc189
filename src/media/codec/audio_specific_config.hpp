#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>

namespace directfanz::aac {

/// audioObjectType, ISO/IEC 14496-3 table 1.17: those this program tells apart.
enum class ObjectType : std::uint8_t {
    null = 0,
    aac_main = 1,
    aac_lc = 2,
    aac_ssr = 3,
    aac_ltp = 4,
    sbr = 5,
    aac_scalable = 6,
    twin_vq = 7,
    er_aac_lc = 17,
    er_aac_ltp = 19,
    er_aac_scalable = 20,
    er_twin_vq = 21,
    er_bsac = 22,
    er_aac_ld = 23,
    ps = 29,
    escape = 31,
    er_aac_eld = 39,
    usac = 42,
};

/// How a configuration says that SBR (or PS) follows (14496-3, 1.6.5).
enum class SbrSignalling {
    absent,               ///< not at all; decoders may still find it (implicit)
    hierarchical,         ///< its object type comes first, the core's behind it
    backward_compatible,  ///< behind the core's configuration, where old decoders do not look
};

/// AudioSpecificConfig, ISO/IEC 14496-3, 1.6.2.1; for AAC-LC with or without SBR and PS.
struct AudioSpecificConfig {
    ObjectType object_type = ObjectType::aac_lc;
    /// Of the core, in Hz.
    std::uint32_t sampling_frequency = 0;
    std::uint8_t channel_configuration = 0;
    /// Of the core, by the channel configuration or a program_config_element.
    unsigned channels = 0;
    /// Samples a frame of the core holds: 1024 or 960 (frameLengthFlag).
    unsigned frame_length = 1024;
    SbrSignalling sbr = SbrSignalling::absent;
    bool parametric_stereo = false;
    /// Of the output with SBR, in Hz; otherwise that of the core.
    std::uint32_t extension_sampling_frequency = 0;
};

/// Errors: invalid for one that is cut short or breaks a rule, unsupported for another object type
/// than AAC-LC.
Result<AudioSpecificConfig> parse_audio_specific_config(ByteView config);

}  // namespace directfanz::aac
