#include "media/codec/audio_specific_config.hpp"

#include "base/bit_reader.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace directfanz::aac {
namespace {

// Table 1.18, samplingFrequencyIndex.
constexpr std::array<std::uint32_t, 13> kSamplingFrequencies{
    96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350};
constexpr std::uint32_t kExplicitFrequency = 15;

// Table 1.19, channelConfiguration; 0 here is reserved, or told by a program_config_element.
constexpr std::array<std::uint8_t, 16> kChannels{0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8, 0};

// What the table above spans; explicit frequencies may not leave it.
constexpr std::uint32_t kMinFrequency = 7350;
constexpr std::uint32_t kMaxFrequency = 96000;

constexpr std::uint32_t kSbrSyncExtension = 0x2b7;
constexpr std::uint32_t kPsSyncExtension = 0x548;

std::unexpected<Error> broken(std::string what) {
    return fail(ErrorKind::invalid, "AAC configuration", std::move(what));
}

std::string_view name(ObjectType type) {
    switch (type) {
        case ObjectType::aac_main:
            return "AAC Main";
        case ObjectType::aac_ssr:
            return "AAC SSR";
        case ObjectType::aac_ltp:
            return "AAC LTP";
        case ObjectType::er_aac_ld:
            return "AAC-LD";
        case ObjectType::er_aac_eld:
            return "AAC-ELD";
        case ObjectType::usac:
            return "xHE-AAC (USAC)";
        default:
            return "an uncommon MPEG-4 audio codec";
    }
}

// GetAudioObjectType(), 1.6.2.1.
ObjectType read_object_type(BitReader& bits) {
    auto const type = bits.bits(5);
    auto const escape = static_cast<std::uint32_t>(ObjectType::escape);
    return static_cast<ObjectType>(type == escape ? 32 + bits.bits(6) : type);
}

// In Hz; 0 for a reserved index.
std::uint32_t read_frequency(BitReader& bits) {
    auto const index = bits.bits(4);
    if (index == kExplicitFrequency) return bits.bits(24);
    return index < kSamplingFrequencies.size() ? kSamplingFrequencies[index] : 0;
}

// program_config_element(), 4.4.1.1: how many channels its elements carry. `total_bits` is the size
// of the configuration, to whose start byte_alignment() refers.
unsigned read_program_config(BitReader& bits, std::size_t total_bits) {
    bits.skip(4 + 2 + 4);  // element_instance_tag, object_type, sampling_frequency_index
    auto const num_front = bits.bits(4);
    auto const num_side = bits.bits(4);
    auto const num_back = bits.bits(4);
    auto const num_lfe = bits.bits(2);
    auto const num_assoc_data = bits.bits(3);
    auto const num_valid_cc = bits.bits(4);
    if (bits.flag()) bits.skip(4);  // mono_mixdown_element_number
    if (bits.flag()) bits.skip(4);  // stereo_mixdown_element_number
    if (bits.flag()) bits.skip(3);  // matrix_mixdown_idx, pseudo_surround_enable
    unsigned channels = num_lfe;
    for (std::uint32_t i = 0; i < num_front + num_side + num_back; ++i) {
        bool const is_cpe = bits.flag();
        channels += is_cpe ? 2 : 1;
        bits.skip(4);  // element_tag_select
    }
    bits.skip(num_lfe * 4 + num_assoc_data * 4 + num_valid_cc * 5);
    bits.skip(bits.ok() ? (8 - (total_bits - bits.bits_left()) % 8) % 8 : 0);
    auto const comment_field_bytes = bits.bits(8);
    bits.skip(comment_field_bytes * 8);
    return channels;
}

// The extension behind the core's configuration that old decoders overlook (1.6.2.1).
void read_backward_compatible_sbr(BitReader& bits, AudioSpecificConfig& config) {
    if (bits.bits_left() < 16 || bits.bits(11) != kSbrSyncExtension) return;
    if (read_object_type(bits) != ObjectType::sbr) return;
    bool const sbr_present_flag = bits.flag();
    if (!sbr_present_flag) return;
    auto const frequency = read_frequency(bits);
    if (!bits.ok()) return;
    config.sbr = SbrSignalling::backward_compatible;
    config.extension_sampling_frequency = frequency;
    if (bits.bits_left() >= 12 && bits.bits(11) == kPsSyncExtension) {
        config.parametric_stereo = bits.flag();
    }
}

Result<void> check(AudioSpecificConfig const& config) {
    if (config.sampling_frequency < kMinFrequency || config.sampling_frequency > kMaxFrequency) {
        return broken(
            fmt::format("it names a sampling frequency of {} Hz, or a reserved one; set "
                        "the encoder to 44100 or 48000 Hz",
                        config.sampling_frequency));
    }
    // SBR doubles the frequency, or leaves it in downsampled mode (4.6.18.2.6).
    if (config.extension_sampling_frequency != config.sampling_frequency &&
        (config.extension_sampling_frequency != 2 * config.sampling_frequency ||
         config.extension_sampling_frequency > kMaxFrequency)) {
        return broken(
            fmt::format("SBR from {} to {} Hz does not exist; set the encoder to "
                        "AAC-LC",
                        config.sampling_frequency, config.extension_sampling_frequency));
    }
    if (config.channels == 0) {
        return broken(
            fmt::format("channel configuration {} is reserved or empty; set the encoder "
                        "to stereo",
                        config.channel_configuration));
    }
    return {};
}

}  // namespace

Result<AudioSpecificConfig> parse_audio_specific_config(ByteView bytes) {
    if (bytes.size() < 2) {
        return broken(
            fmt::format("it has {} bytes, which is fewer than the 2 of the shortest one; "
                        "restart the encoder or set it to AAC-LC",
                        bytes.size()));
    }
    BitReader bits(bytes);
    AudioSpecificConfig config;
    config.object_type = read_object_type(bits);
    config.sampling_frequency = read_frequency(bits);
    config.extension_sampling_frequency = config.sampling_frequency;
    config.channel_configuration = static_cast<std::uint8_t>(bits.bits(4));
    if (config.object_type == ObjectType::sbr || config.object_type == ObjectType::ps) {
        config.sbr = SbrSignalling::hierarchical;
        config.parametric_stereo = config.object_type == ObjectType::ps;
        config.extension_sampling_frequency = read_frequency(bits);
        config.object_type = read_object_type(bits);
    }
    if (bits.ok() && config.object_type != ObjectType::aac_lc) {
        return fail(ErrorKind::unsupported, "AAC",
                    fmt::format("the audio's object type is {}, {}; set the encoder to AAC-LC",
                                static_cast<int>(config.object_type), name(config.object_type)));
    }

    // GASpecificConfig(), 4.4.1.
    bool const frame_length_flag = bits.flag();
    config.frame_length = frame_length_flag ? 960 : 1024;
    bool const depends_on_core_coder = bits.flag();
    if (depends_on_core_coder) bits.skip(14);  // coreCoderDelay
    bool const extension_flag = bits.flag();
    config.channels = config.channel_configuration == 0
                          ? read_program_config(bits, bytes.size() * 8)
                          : kChannels[config.channel_configuration];
    if (extension_flag) bits.skip(1);  // extensionFlag3
    if (!bits.ok()) {
        return broken(fmt::format("its {} bytes end too early; restart the encoder", bytes.size()));
    }
    if (config.sbr == SbrSignalling::absent) read_backward_compatible_sbr(bits, config);
    if (auto const checked = check(config); !checked) return std::unexpected(checked.error());
    return config;
}

}  // namespace directfanz::aac
