#pragma once

#include "base/blob.hpp"
#include "base/result.hpp"

#include <cstdint>

/// Bodies of FLV tags (Adobe Flash Video File Format Specification 10.1, annex E.4) as RTMP
/// messages carry them, in the old form and in that of Enhanced RTMP v1 and v2 (Veovera). In bits:
///
///     video, old:       0 | frame type 3 | codec 4 = 7 | AVC packet type 8 | composition time 24 |
///     data video, enhanced:  1 | frame type 3 | packet type 4 | ModEx* | FourCC 32 | … | data
///     audio, old:       format 4 = 10 | rate 2 | size 1 | channels 1 | AAC packet type 8 | data
///     audio, enhanced:  format 4 = 9  | packet type 4    | ModEx* | FourCC 32 | data
///     ModEx:            size - 1: 8 (255: and 16 more) | bytes | type 4 | packet type 4
namespace directfanz::flv {

enum class PacketKind : std::uint8_t {
    config,  ///< data is the decoder's configuration record
    frame,   ///< data is one access unit
    end,     ///< the sequence is over
    none,    ///< nothing that is carried: an empty body, colour metadata, a command to the player
};

struct VideoPacket {
    PacketKind kind = PacketKind::none;
    /// The frame type says key frame; the NAL units may say otherwise.
    bool key_frame = false;
    /// Presentation time less decode time in milliseconds; signed.
    std::int32_t composition_time = 0;
    /// A slice of the body: AVCDecoderConfigurationRecord, or NAL units behind their lengths.
    Blob data;
};

struct AudioPacket {
    PacketKind kind = PacketKind::none;
    /// A slice of the body: AudioSpecificConfig, or a raw AAC frame.
    Blob data;
};

/// At most this many ModEx prefixes before a packet; the specification names one kind.
inline constexpr int kMaxModifiers = 16;

/// Errors: invalid for a body that ends too early, unsupported for codecs other than H.264 and for
/// multitrack; the message then names the codec and what to choose instead.
Result<VideoPacket> parse_video(Blob const& body);

/// Errors as for video; the codec is AAC.
Result<AudioPacket> parse_audio(Blob const& body);

}  // namespace directfanz::flv
