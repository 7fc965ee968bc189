#include "media/codec/decoder_config.hpp"

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "media/codec/nal_unit.hpp"
#include "media/codec/sps.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace directfanz::h264 {
namespace {

constexpr std::size_t kMaxSps = 31;   // numOfSequenceParameterSets has five bits
constexpr std::size_t kMaxPps = 255;  // numOfPictureParameterSets has eight
constexpr std::size_t kMaxParameterSetSize = std::numeric_limits<std::uint16_t>::max();

std::unexpected<Error> broken(std::string what) {
    return fail(ErrorKind::invalid, "H.264 decoder configuration", std::move(what));
}

// The profiles to which the record's second half belongs (5.3.3.1.2).
bool is_high(std::uint8_t profile) {
    return profile == 100 || profile == 110 || profile == 122 || profile == 144 || profile == 244 ||
           profile == 44;
}

std::vector<Bytes> read_units(ByteReader& reader, unsigned count) {
    std::vector<Bytes> units;
    for (unsigned i = 0; i < count && reader.ok(); ++i) {
        auto const unit = reader.bytes(reader.u16());
        units.emplace_back(unit.begin(), unit.end());
    }
    return units;
}

void write_units(ByteWriter& writer, std::vector<Bytes> const& units) {
    for (auto const& unit : units) {
        writer.u16(static_cast<std::uint16_t>(unit.size()));
        writer.bytes(unit);
    }
}

bool has_empty(std::vector<Bytes> const& units) {
    return std::ranges::any_of(units, [](Bytes const& unit) { return unit.empty(); });
}

}  // namespace

Result<DecoderConfig> parse_decoder_config(ByteView record) {
    ByteReader reader(record);
    auto const version = reader.u8();
    if (!reader.ok()) return broken("it is empty; restart the encoder");
    if (version != 1) {
        return broken(
            fmt::format("its version is {}, not 1: this is no "
                        "AVCDecoderConfigurationRecord; the encoder may be sending "
                        "Annex B start codes",
                        version));
    }
    DecoderConfig config;
    config.profile = reader.u8();
    config.profile_compatibility = reader.u8();
    config.level = reader.u8();
    config.nal_length_size = static_cast<std::uint8_t>((reader.u8() & 3) + 1);
    config.sps = read_units(reader, reader.u8() & 31U);
    config.pps = read_units(reader, reader.u8());
    if (!reader.ok()) {
        return broken(fmt::format("its {} bytes end inside a parameter set; restart the encoder",
                                  record.size()));
    }
    if (config.sps.empty() || config.pps.empty() || has_empty(config.sps) ||
        has_empty(config.pps)) {
        return broken(
            "it lacks an SPS or a PPS, without which nothing can be decoded; restart "
            "the encoder");
    }
    if (config.nal_length_size == 3) {
        return broken("NAL unit lengths of 3 bytes do not exist");
    }
    // Many writers leave the second half out, some pad instead: it is taken only if it is whole.
    if (is_high(config.profile) && reader.remaining() >= 4) {
        DecoderConfig::HighProfile high;
        high.chroma_format = reader.u8() & 3;
        high.bit_depth_luma_minus8 = reader.u8() & 7;
        high.bit_depth_chroma_minus8 = reader.u8() & 7;
        high.sps_extensions = read_units(reader, reader.u8());
        if (reader.ok()) config.high_profile = std::move(high);
    }
    return config;
}

Blob write_decoder_config(DecoderConfig const& config) {
    ByteWriter writer;
    writer.u8(1);
    writer.u8(config.profile);
    writer.u8(config.profile_compatibility);
    writer.u8(config.level);
    writer.u8(static_cast<std::uint8_t>(0xFC | (config.nal_length_size - 1)));
    writer.u8(static_cast<std::uint8_t>(0xE0 | config.sps.size()));
    write_units(writer, config.sps);
    writer.u8(static_cast<std::uint8_t>(config.pps.size()));
    write_units(writer, config.pps);
    if (config.high_profile) {
        auto const& high = *config.high_profile;
        writer.u8(static_cast<std::uint8_t>(0xFC | high.chroma_format));
        writer.u8(static_cast<std::uint8_t>(0xF8 | high.bit_depth_luma_minus8));
        writer.u8(static_cast<std::uint8_t>(0xF8 | high.bit_depth_chroma_minus8));
        writer.u8(static_cast<std::uint8_t>(high.sps_extensions.size()));
        write_units(writer, high.sps_extensions);
    }
    return writer.take_blob();
}

Result<Blob> decoder_config_of(std::span<ByteView const> sps, std::span<ByteView const> pps) {
    if (sps.empty() || pps.empty()) {
        return broken(fmt::format("the stream has sent {} SPS and {} PPS; one of each is needed",
                                  sps.size(), pps.size()));
    }
    auto const too_long = [](ByteView nal) { return nal.size() > kMaxParameterSetSize; };
    if (sps.size() > kMaxSps || pps.size() > kMaxPps || std::ranges::any_of(sps, too_long) ||
        std::ranges::any_of(pps, too_long)) {
        return fail(ErrorKind::too_large, "H.264 decoder configuration",
                    fmt::format("{} SPS and {} PPS do not fit: at most {} and {}, of {} bytes "
                                "each",
                                sps.size(), pps.size(), kMaxSps, kMaxPps, kMaxParameterSetSize));
    }
    auto const first = parse_sps(sps.front());
    if (!first) return std::unexpected(first.error());

    DecoderConfig config;
    config.profile = first->profile_idc;
    config.profile_compatibility = first->constraint_flags;
    config.level = first->level_idc;
    for (auto const nal : sps) config.sps.emplace_back(nal.begin(), nal.end());
    for (auto const nal : pps) config.pps.emplace_back(nal.begin(), nal.end());
    if (is_high(config.profile)) {
        config.high_profile = {
            .chroma_format = static_cast<std::uint8_t>(first->chroma_format_idc),
            .bit_depth_luma_minus8 = static_cast<std::uint8_t>(first->bit_depth_luma_minus8),
            .bit_depth_chroma_minus8 = static_cast<std::uint8_t>(first->bit_depth_chroma_minus8),
            .sps_extensions = {}};
    }
    return write_decoder_config(config);
}

}  // namespace directfanz::h264
