#include "media/codec/sps.hpp"

#include "base/bit_reader.hpp"
#include "media/codec/nal_unit.hpp"

#include <array>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace directfanz::h264 {
namespace {

constexpr std::uint32_t kMaxSeqParameterSetId = 31;     // 7.4.2.1.1
constexpr std::uint32_t kMaxRefFramesInPocCycle = 255;  // 7.4.2.1.1
constexpr std::uint32_t kMaxCpbCount = 32;              // E.2.2
constexpr std::uint32_t kExtendedSar = 255;             // table E-1
constexpr double kMaxFrameRate = 1000;                  // a higher claim is noise
constexpr std::uint32_t kMaxAspectRatio = 4;            // a wider sample is noise too

// Table E-1, aspect_ratio_idc 0 to 16.
constexpr std::array<std::pair<std::uint16_t, std::uint16_t>, 17> kSampleAspectRatios{{
    {0, 0},
    {1, 1},
    {12, 11},
    {10, 11},
    {16, 11},
    {40, 33},
    {24, 11},
    {20, 11},
    {32, 11},
    {80, 33},
    {18, 11},
    {15, 11},
    {64, 33},
    {160, 99},
    {4, 3},
    {3, 2},
    {2, 1},
}};

// The profiles whose SPS carries chroma format, bit depth and scaling lists (7.3.2.1.1).
bool has_chroma_format(std::uint8_t profile_idc) {
    switch (profile_idc) {
        case 100:
        case 110:
        case 122:
        case 244:
        case 44:
        case 83:
        case 86:
        case 118:
        case 128:
        case 138:
        case 139:
        case 134:
        case 135:
            return true;
        default:
            return false;
    }
}

// scaling_list(), 7.3.2.1.1.1.
void skip_scaling_list(BitReader& bits, int size) {
    int last = 8;
    int next = 8;
    for (int i = 0; i < size && bits.ok(); ++i) {
        if (next != 0) next = (last + bits.signed_exp_golomb() % 256 + 256) % 256;
        if (next != 0) last = next;
    }
}

void skip_scaling_matrix(BitReader& bits, std::uint32_t chroma_format_idc) {
    int const lists = chroma_format_idc == 3 ? 12 : 8;
    for (int i = 0; i < lists && bits.ok(); ++i) {
        bool const seq_scaling_list_present_flag = bits.flag();
        if (seq_scaling_list_present_flag) skip_scaling_list(bits, i < 6 ? 16 : 64);
    }
}

// hrd_parameters(), E.1.2. False if a count breaks its range.
bool skip_hrd(BitReader& bits) {
    auto const cpb_cnt_minus1 = bits.unsigned_exp_golomb();
    if (cpb_cnt_minus1 >= kMaxCpbCount) return false;
    bits.skip(4 + 4);  // bit_rate_scale, cpb_size_scale
    for (std::uint32_t i = 0; i <= cpb_cnt_minus1; ++i) {
        bits.unsigned_exp_golomb();  // bit_rate_value_minus1
        bits.unsigned_exp_golomb();  // cpb_size_value_minus1
        bits.skip(1);                // cbr_flag
    }
    // initial_cpb_removal_delay_length_minus1, cpb_removal_delay_length_minus1,
    // dpb_output_delay_length_minus1, time_offset_length
    bits.skip(5 + 5 + 5 + 5);
    return true;
}

void read_aspect_ratio(BitReader& bits, Vui& vui) {
    auto const aspect_ratio_idc = bits.bits(8);
    if (aspect_ratio_idc == kExtendedSar) {
        vui.sar_width = static_cast<std::uint16_t>(bits.bits(16));
        vui.sar_height = static_cast<std::uint16_t>(bits.bits(16));
    } else if (aspect_ratio_idc < kSampleAspectRatios.size()) {
        std::tie(vui.sar_width, vui.sar_height) = kSampleAspectRatios[aspect_ratio_idc];
    }
}

void read_video_signal_type(BitReader& bits, Vui& vui) {
    bits.skip(3);  // video_format
    vui.video_full_range_flag = bits.flag();
    bool const colour_description_present_flag = bits.flag();
    if (!colour_description_present_flag) return;
    auto& colour = vui.colour_description.emplace();
    colour.colour_primaries = static_cast<std::uint8_t>(bits.bits(8));
    colour.transfer_characteristics = static_cast<std::uint8_t>(bits.bits(8));
    colour.matrix_coefficients = static_cast<std::uint8_t>(bits.bits(8));
}

// vui_parameters(), E.1.1. Encoders cut it short often enough that what was read up to there is
// kept: nothing in it is needed to decode.
Vui read_vui(BitReader& bits) {
    Vui vui;
    if (bits.flag()) read_aspect_ratio(bits, vui);       // aspect_ratio_info_present_flag
    if (bits.flag()) bits.skip(1);                       // overscan_info_present_flag
    if (bits.flag()) read_video_signal_type(bits, vui);  // video_signal_type_present_flag
    if (bits.flag()) {                                   // chroma_loc_info_present_flag
        bits.unsigned_exp_golomb();
        bits.unsigned_exp_golomb();
    }
    if (bits.flag()) {  // timing_info_present_flag
        TimingInfo timing;
        timing.num_units_in_tick = bits.bits(32);
        timing.time_scale = bits.bits(32);
        timing.fixed_frame_rate_flag = bits.flag();
        if (bits.ok()) vui.timing = timing;
    }
    bool const nal_hrd_parameters_present_flag = bits.flag();
    if (nal_hrd_parameters_present_flag && !skip_hrd(bits)) return vui;
    bool const vcl_hrd_parameters_present_flag = bits.flag();
    if (vcl_hrd_parameters_present_flag && !skip_hrd(bits)) return vui;
    if (nal_hrd_parameters_present_flag || vcl_hrd_parameters_present_flag) {
        bits.skip(1);  // low_delay_hrd_flag
    }
    bits.skip(1);                    // pic_struct_present_flag
    if (bits.flag()) {               // bitstream_restriction_flag
        bits.skip(1);                // motion_vectors_over_pic_boundaries_flag
        bits.unsigned_exp_golomb();  // max_bytes_per_pic_denom
        bits.unsigned_exp_golomb();  // max_bits_per_mb_denom
        bits.unsigned_exp_golomb();  // log2_max_mv_length_horizontal
        bits.unsigned_exp_golomb();  // log2_max_mv_length_vertical
        BitstreamRestriction restriction;
        restriction.max_num_reorder_frames = bits.unsigned_exp_golomb();
        restriction.max_dec_frame_buffering = bits.unsigned_exp_golomb();
        if (bits.ok()) vui.bitstream_restriction = restriction;
    }
    return vui;
}

std::unexpected<Error> broken(std::string what) {
    return fail(ErrorKind::invalid, "H.264 SPS",
                std::move(what) + "; the encoder's stream header is damaged");
}

// pic_order_cnt_type and what hangs on it, 7.3.2.1.1. False if a count breaks its range.
bool read_picture_order_count(BitReader& bits, Sps& sps) {
    sps.pic_order_cnt_type = bits.unsigned_exp_golomb();
    if (sps.pic_order_cnt_type == 0) {
        bits.unsigned_exp_golomb();  // log2_max_pic_order_cnt_lsb_minus4
    } else if (sps.pic_order_cnt_type == 1) {
        bits.skip(1);              // delta_pic_order_always_zero_flag
        bits.signed_exp_golomb();  // offset_for_non_ref_pic
        bits.signed_exp_golomb();  // offset_for_top_to_bottom_field
        auto const num_ref_frames_in_pic_order_cnt_cycle = bits.unsigned_exp_golomb();
        if (num_ref_frames_in_pic_order_cnt_cycle > kMaxRefFramesInPocCycle) return false;
        for (std::uint32_t i = 0; i < num_ref_frames_in_pic_order_cnt_cycle; ++i) {
            bits.signed_exp_golomb();  // offset_for_ref_frame
        }
    }
    return sps.pic_order_cnt_type <= 2;
}

// CropUnitX and CropUnitY, equations 7-19 to 7-22.
std::pair<std::uint32_t, std::uint32_t> crop_units(Sps const& sps) {
    std::uint32_t const fields = sps.frame_mbs_only_flag ? 1 : 2;
    if (sps.separate_colour_plane_flag || sps.chroma_format_idc == 0) return {1, fields};
    std::uint32_t const sub_width_c = sps.chroma_format_idc == 3 ? 1 : 2;
    std::uint32_t const sub_height_c = sps.chroma_format_idc == 1 ? 2 : 1;
    return {sub_width_c, sub_height_c * fields};
}

std::uint32_t coded_width(Sps const& sps) {
    return (sps.pic_width_in_mbs_minus1 + 1) * 16;
}

std::uint32_t coded_height(Sps const& sps) {
    return (sps.pic_height_in_map_units_minus1 + 1) * 16 * (sps.frame_mbs_only_flag ? 1 : 2);
}

Result<void> check_picture_size(Sps const& sps) {
    // The counts first, so that no later product overflows.
    constexpr std::uint32_t limit = kMaxPictureSide / 16;
    if (sps.pic_width_in_mbs_minus1 >= limit || sps.pic_height_in_map_units_minus1 >= limit ||
        coded_height(sps) > kMaxPictureSide) {
        return fail(ErrorKind::too_large, "H.264 SPS",
                    fmt::format("the picture has {} by {} macroblocks; at most {}x{} pixels are "
                                "taken: lower the encoder's output resolution",
                                std::uint64_t{sps.pic_width_in_mbs_minus1} + 1,
                                std::uint64_t{sps.pic_height_in_map_units_minus1} + 1,
                                kMaxPictureSide, kMaxPictureSide));
    }
    auto const [unit_x, unit_y] = crop_units(sps);
    auto const crop_x =
        (std::uint64_t{sps.frame_crop_left_offset} + sps.frame_crop_right_offset) * unit_x;
    auto const crop_y =
        (std::uint64_t{sps.frame_crop_top_offset} + sps.frame_crop_bottom_offset) * unit_y;
    if (crop_x >= coded_width(sps) || crop_y >= coded_height(sps)) {
        return broken(fmt::format("a picture of {}x{} is cropped by {}x{}", coded_width(sps),
                                  coded_height(sps), crop_x, crop_y));
    }
    return {};
}

}  // namespace

unsigned Sps::width() const {
    return coded_width(*this) -
           crop_units(*this).first * (frame_crop_left_offset + frame_crop_right_offset);
}

unsigned Sps::height() const {
    return coded_height(*this) -
           crop_units(*this).second * (frame_crop_top_offset + frame_crop_bottom_offset);
}

bool Sps::has_aspect_ratio() const {
    return vui && vui->sar_width != 0 && vui->sar_height != 0 &&
           vui->sar_width != vui->sar_height &&
           vui->sar_width <= kMaxAspectRatio * vui->sar_height &&
           vui->sar_height <= kMaxAspectRatio * vui->sar_width;
}

unsigned Sps::display_width() const {
    if (!has_aspect_ratio()) return width();
    auto const scaled = std::uint64_t{width()} * vui->sar_width;
    auto const rounded = (scaled + vui->sar_height / 2) / vui->sar_height;
    return rounded == 0 ? 1 : static_cast<unsigned>(rounded);
}

double Sps::frame_rate() const {
    if (!vui || !vui->timing || vui->timing->num_units_in_tick == 0) return 0;
    auto const rate = vui->timing->time_scale / (2.0 * vui->timing->num_units_in_tick);
    return rate <= kMaxFrameRate ? rate : 0;
}

Result<Sps> parse_sps(ByteView nal) {
    if (nal.empty() || nal_type(nal) != NalType::sps) {
        return broken(nal.empty() ? std::string("it is empty")
                                  : fmt::format("a NAL unit of type {} stands in its place",
                                                static_cast<int>(nal_type(nal))));
    }
    auto const payload = without_emulation_prevention(nal);
    BitReader bits(payload);
    bits.skip(8);  // forbidden_zero_bit, nal_ref_idc, nal_unit_type

    Sps sps;
    sps.profile_idc = static_cast<std::uint8_t>(bits.bits(8));
    sps.constraint_flags = static_cast<std::uint8_t>(bits.bits(8));
    sps.level_idc = static_cast<std::uint8_t>(bits.bits(8));
    sps.seq_parameter_set_id = bits.unsigned_exp_golomb();
    if (has_chroma_format(sps.profile_idc)) {
        sps.chroma_format_idc = bits.unsigned_exp_golomb();
        if (sps.chroma_format_idc == 3) sps.separate_colour_plane_flag = bits.flag();
        sps.bit_depth_luma_minus8 = bits.unsigned_exp_golomb();
        sps.bit_depth_chroma_minus8 = bits.unsigned_exp_golomb();
        bits.skip(1);  // qpprime_y_zero_transform_bypass_flag
        bool const seq_scaling_matrix_present_flag = bits.flag();
        if (seq_scaling_matrix_present_flag) skip_scaling_matrix(bits, sps.chroma_format_idc);
    }
    bits.unsigned_exp_golomb();  // log2_max_frame_num_minus4
    bool const order_count_in_range = read_picture_order_count(bits, sps);
    sps.max_num_ref_frames = bits.unsigned_exp_golomb();
    bits.skip(1);  // gaps_in_frame_num_value_allowed_flag
    sps.pic_width_in_mbs_minus1 = bits.unsigned_exp_golomb();
    sps.pic_height_in_map_units_minus1 = bits.unsigned_exp_golomb();
    sps.frame_mbs_only_flag = bits.flag();
    if (!sps.frame_mbs_only_flag) bits.skip(1);  // mb_adaptive_frame_field_flag
    bits.skip(1);                                // direct_8x8_inference_flag
    bool const frame_cropping_flag = bits.flag();
    if (frame_cropping_flag) {
        sps.frame_crop_left_offset = bits.unsigned_exp_golomb();
        sps.frame_crop_right_offset = bits.unsigned_exp_golomb();
        sps.frame_crop_top_offset = bits.unsigned_exp_golomb();
        sps.frame_crop_bottom_offset = bits.unsigned_exp_golomb();
    }
    bool const vui_parameters_present_flag = bits.flag();

    if (!bits.ok()) return broken(fmt::format("its {} bytes end too early", nal.size()));
    if (!order_count_in_range || sps.seq_parameter_set_id > kMaxSeqParameterSetId ||
        sps.chroma_format_idc > 3 || sps.bit_depth_luma_minus8 > 6 ||
        sps.bit_depth_chroma_minus8 > 6) {
        return broken("a field is out of the range that ITU-T H.264 7.4.2.1.1 gives it");
    }
    if (auto const checked = check_picture_size(sps); !checked) {
        return std::unexpected(checked.error());
    }
    if (vui_parameters_present_flag) sps.vui = read_vui(bits);
    return sps;
}

}  // namespace directfanz::h264
