#include "media/container/flv/tag.hpp"

#include "base/byte_reader.hpp"
#include "media/container/flv/codec_names.hpp"

#include <string_view>
#include <utility>

namespace directfanz::flv {
namespace {

constexpr std::string_view kVideoWhere = "flv video tag";
constexpr std::string_view kAudioWhere = "flv audio tag";

constexpr unsigned kCodecAvc = 7;
constexpr unsigned kSoundAac = 10;
constexpr unsigned kSoundEnhanced = 9;
constexpr unsigned kFrameKey = 1;
constexpr unsigned kFrameCommand = 5;

/// VideoPacketType and AudioPacketType of Enhanced RTMP: one numbering, with holes in each.
enum PacketType : unsigned {
    sequence_start = 0,
    coded_frames = 1,
    sequence_end = 2,
    coded_frames_x = 3,  ///< composition time is zero and not written
    metadata = 4,        ///< video; of audio it is MultichannelConfig
    multitrack = 5,      ///< of audio
    video_multitrack = 6,
    mod_ex = 7,
};

std::unexpected<Error> cut_short(std::string_view where) {
    return fail(ErrorKind::invalid, where, "the tag ends before its payload");
}

/// Passes over ModEx prefixes; returns the packet type behind them.
unsigned skip_modifiers(ByteReader& reader, unsigned packet_type) {
    for (int i = 0; packet_type == mod_ex; ++i) {
        if (i == kMaxModifiers) reader.set_failed();
        std::size_t size = reader.u8() + 1U;
        if (size == 256) size = reader.u16() + 1U;
        reader.skip(size);
        packet_type = reader.u8() & 0x0FU;
        if (!reader.ok()) break;
    }
    return packet_type;
}

Blob rest_of(Blob const& body, ByteReader const& reader) {
    return body.slice(reader.position());
}

Result<VideoPacket> parse_enhanced_video(Blob const& body, ByteReader reader, unsigned frame_type,
                                         unsigned packet_type) {
    packet_type = skip_modifiers(reader, packet_type);
    if (!reader.ok()) return cut_short(kVideoWhere);
    if (packet_type == metadata || frame_type == kFrameCommand) return VideoPacket{};
    if (packet_type == video_multitrack) {
        return fail(ErrorKind::unsupported, kVideoWhere,
                    "The publisher sends several video tracks at once (multitrack), which this "
                    "server does not take yet. Switch multitrack video off and send one track.");
    }
    auto const four_cc = reader.bytes(4);
    if (!reader.ok()) return cut_short(kVideoWhere);
    if (as_text(four_cc) != "avc1") {
        return fail(ErrorKind::unsupported, kVideoWhere, refusal_of_video_four_cc(four_cc));
    }
    VideoPacket packet{.key_frame = frame_type == kFrameKey};
    switch (packet_type) {
        case sequence_start:
            packet.kind = PacketKind::config;
            break;
        case coded_frames:
            packet.kind = PacketKind::frame;
            packet.composition_time = reader.i24();
            break;
        case coded_frames_x:
            packet.kind = PacketKind::frame;
            break;
        case sequence_end:
            packet.kind = PacketKind::end;
            return packet;
        default:
            return VideoPacket{};
    }
    if (!reader.ok() || reader.at_end()) return cut_short(kVideoWhere);
    packet.data = rest_of(body, reader);
    return packet;
}

Result<AudioPacket> parse_enhanced_audio(Blob const& body, ByteReader reader,
                                         unsigned packet_type) {
    packet_type = skip_modifiers(reader, packet_type);
    if (!reader.ok()) return cut_short(kAudioWhere);
    if (packet_type == multitrack) {
        return fail(ErrorKind::unsupported, kAudioWhere,
                    "The publisher sends several audio tracks at once (multitrack), which this "
                    "server does not take yet. Choose one audio track.");
    }
    auto const four_cc = reader.bytes(4);
    if (!reader.ok()) return cut_short(kAudioWhere);
    if (as_text(four_cc) != "mp4a") {
        return fail(ErrorKind::unsupported, kAudioWhere, refusal_of_audio_four_cc(four_cc));
    }
    switch (packet_type) {
        case sequence_start:
        case coded_frames:
            if (reader.at_end()) return cut_short(kAudioWhere);
            return AudioPacket{
                packet_type == sequence_start ? PacketKind::config : PacketKind::frame,
                rest_of(body, reader)};
        case sequence_end:
            return AudioPacket{PacketKind::end, {}};
        default:
            return AudioPacket{};
    }
}

}  // namespace

Result<VideoPacket> parse_video(Blob const& body) {
    if (body.empty()) return VideoPacket{};
    ByteReader reader(body.view());
    auto const first = reader.u8();
    auto const frame_type = (first >> 4) & 7U;
    if ((first & 0x80U) != 0) return parse_enhanced_video(body, reader, frame_type, first & 0x0FU);

    if (frame_type == kFrameCommand) return VideoPacket{};
    if (auto const codec = first & 0x0FU; codec != kCodecAvc) {
        return fail(ErrorKind::unsupported, kVideoWhere, refusal_of_video_codec(codec));
    }
    auto const avc_packet_type = reader.u8();
    VideoPacket packet{.key_frame = frame_type == kFrameKey, .composition_time = reader.i24()};
    if (!reader.ok()) return cut_short(kVideoWhere);
    switch (avc_packet_type) {
        case 0:
            packet.kind = PacketKind::config;
            packet.composition_time = 0;
            break;
        case 1:
            packet.kind = PacketKind::frame;
            break;
        case 2:
            packet.kind = PacketKind::end;
            packet.composition_time = 0;
            return packet;
        default:
            return fail(ErrorKind::invalid, kVideoWhere, "unknown AVC packet type");
    }
    if (reader.at_end()) return cut_short(kVideoWhere);
    packet.data = rest_of(body, reader);
    return packet;
}

Result<AudioPacket> parse_audio(Blob const& body) {
    if (body.empty()) return AudioPacket{};
    ByteReader reader(body.view());
    auto const first = reader.u8();
    unsigned const format = first >> 4U;
    if (format == kSoundEnhanced) return parse_enhanced_audio(body, reader, first & 0x0FU);
    if (format != kSoundAac) {
        return fail(ErrorKind::unsupported, kAudioWhere, refusal_of_audio_format(format));
    }
    auto const aac_packet_type = reader.u8();
    if (!reader.ok() || reader.at_end()) return cut_short(kAudioWhere);
    if (aac_packet_type > 1) {
        return fail(ErrorKind::invalid, kAudioWhere, "unknown AAC packet type");
    }
    return AudioPacket{aac_packet_type == 0 ? PacketKind::config : PacketKind::frame,
                       rest_of(body, reader)};
}

}  // namespace directfanz::flv
