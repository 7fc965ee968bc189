#pragma once

#include "base/bytes.hpp"

#include <string>

/// Codecs that FLV and Enhanced RTMP can name, and the sentences that refuse those not carried.
namespace directfanz::flv {

/// For the CodecID of an old video tag (E.4.3.1), such as 4 for VP6.
std::string refusal_of_video_codec(unsigned codec_id);
/// For the SoundFormat of an old audio tag (E.4.2.1), such as 2 for MP3.
std::string refusal_of_audio_format(unsigned sound_format);
/// For FourCCs of Enhanced RTMP, such as "hvc1".
std::string refusal_of_video_four_cc(ByteView four_cc);
std::string refusal_of_audio_four_cc(ByteView four_cc);

}  // namespace directfanz::flv
