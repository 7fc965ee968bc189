#include "media/codec/h264.hpp"

#include "media/codec/decoder_config.hpp"
#include "media/codec/sps.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace directfanz::h264 {
namespace {

constexpr std::array<std::string_view, 4> kChromaFormats{"monochrome", "4:2:0", "4:2:2", "4:4:4"};

Result<void> check_playable(Sps const& sps) {
    if (sps.bit_depth_luma_minus8 != 0 || sps.bit_depth_chroma_minus8 != 0) {
        return fail(
            ErrorKind::unsupported, "H.264",
            fmt::format("the video has {} bits a sample, which browsers do not play; set "
                        "the encoder to 8 bits (NV12 or I420, profile High or lower)",
                        8 + std::max(sps.bit_depth_luma_minus8, sps.bit_depth_chroma_minus8)));
    }
    if (sps.chroma_format_idc != 1) {
        return fail(ErrorKind::unsupported, "H.264",
                    fmt::format("the video's colour format is {}, which browsers do not play; set "
                                "the encoder to 4:2:0 (NV12 or I420, profile High or lower)",
                                kChromaFormats[sps.chroma_format_idc]));
    }
    return {};
}

}  // namespace

Result<Track> describe(Blob decoder_config) {
    auto config = parse_decoder_config(decoder_config.view());
    if (!config) return std::unexpected(config.error());
    if (config->nal_length_size != 4) {
        return fail(ErrorKind::unsupported, "H.264",
                    fmt::format("NAL unit lengths have {} bytes; only 4 are carried",
                                config->nal_length_size));
    }
    auto const sps = parse_sps(config->sps.front());
    if (!sps) return std::unexpected(sps.error());
    if (auto const playable = check_playable(*sps); !playable) {
        return std::unexpected(playable.error());
    }

    // Decoders are chosen by the record, pictures by the SPS: where they differ the SPS is right.
    if (config->profile != sps->profile_idc ||
        config->profile_compatibility != sps->constraint_flags || config->level != sps->level_idc) {
        config->profile = sps->profile_idc;
        config->profile_compatibility = sps->constraint_flags;
        config->level = sps->level_idc;
        decoder_config = write_decoder_config(*config);
    }

    Track track;
    track.kind = MediaKind::video;
    track.codec = Codec::h264;
    track.timescale = kVideoTimescale;
    track.decoder_config = std::move(decoder_config);
    track.codec_string = fmt::format("avc1.{:02x}{:02x}{:02x}", sps->profile_idc,
                                     sps->constraint_flags, sps->level_idc);
    track.format = VideoFormat{
        .width = sps->display_width(), .height = sps->height(), .frame_rate = sps->frame_rate()};
    return track;
}

Result<FourByteConfig> with_four_byte_lengths(Blob decoder_config) {
    auto config = parse_decoder_config(decoder_config.view());
    if (!config) return std::unexpected(config.error());
    unsigned const length_size = config->nal_length_size;
    if (length_size == 4) return FourByteConfig{std::move(decoder_config), length_size};
    config->nal_length_size = 4;
    return FourByteConfig{write_decoder_config(*config), length_size};
}

}  // namespace directfanz::h264
