#pragma once

#include "media/codec/track.hpp"

#include <cstdint>

namespace directfanz::transcode {

enum class AudioPath : std::uint8_t {
    pass,    ///< players take it as it is
    encode,  ///< to AAC-LC
};

/// AAC-LC at 48 or 44.1 kHz, mono or stereo, is passed through; all else is encoded to it.
AudioPath audio_path(Track const& track);

}  // namespace directfanz::transcode
