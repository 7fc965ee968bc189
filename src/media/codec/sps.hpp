#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>

namespace directfanz::h264 {

/// Neither side of a picture may be longer, in luma samples: more than level 6.2 decoders, and any
/// screen, take.
inline constexpr unsigned kMaxPictureSide = 8192;

/// Parts of vui_parameters(), ITU-T H.264 E.1.1, under the specification's names.
struct ColourDescription {
    std::uint8_t colour_primaries = 2;
    std::uint8_t transfer_characteristics = 2;
    std::uint8_t matrix_coefficients = 2;
};

struct TimingInfo {
    std::uint32_t num_units_in_tick = 0;
    std::uint32_t time_scale = 0;
    bool fixed_frame_rate_flag = false;
};

struct BitstreamRestriction {
    std::uint32_t max_num_reorder_frames = 0;
    std::uint32_t max_dec_frame_buffering = 0;
};

struct Vui {
    /// Width to height of one sample, by table E-1 or spelt out; 0:0 is unspecified.
    std::uint16_t sar_width = 0;
    std::uint16_t sar_height = 0;
    bool video_full_range_flag = false;
    std::optional<ColourDescription> colour_description;
    std::optional<TimingInfo> timing;
    std::optional<BitstreamRestriction> bitstream_restriction;
};

/// seq_parameter_set_data(), ITU-T H.264 7.3.2.1.1, under the specification's names; what serves
/// decoders alone is read over.
struct Sps {
    std::uint8_t profile_idc = 0;
    /// constraint_set0_flag (the highest bit) to constraint_set5_flag, reserved_zero_2bits.
    std::uint8_t constraint_flags = 0;
    std::uint8_t level_idc = 0;
    std::uint32_t seq_parameter_set_id = 0;
    std::uint32_t chroma_format_idc = 1;
    bool separate_colour_plane_flag = false;
    std::uint32_t bit_depth_luma_minus8 = 0;
    std::uint32_t bit_depth_chroma_minus8 = 0;
    std::uint32_t pic_order_cnt_type = 0;
    std::uint32_t max_num_ref_frames = 0;
    std::uint32_t pic_width_in_mbs_minus1 = 0;
    std::uint32_t pic_height_in_map_units_minus1 = 0;
    bool frame_mbs_only_flag = true;
    std::uint32_t frame_crop_left_offset = 0;
    std::uint32_t frame_crop_right_offset = 0;
    std::uint32_t frame_crop_top_offset = 0;
    std::uint32_t frame_crop_bottom_offset = 0;
    std::optional<Vui> vui;

    /// Of the cropped picture, in luma samples.
    unsigned width() const;
    unsigned height() const;
    /// Of the cropped picture on a screen with square pixels.
    unsigned display_width() const;
    /// By the VUI's timing, two fields a frame; 0 if it does not say or cannot be true.
    double frame_rate() const;
    /// Whether the samples are not square.
    bool has_aspect_ratio() const;
};

/// Parses an SPS NAL unit, its header included. Errors: invalid if it is cut short or breaks a
/// range, too_large beyond kMaxPictureSide.
Result<Sps> parse_sps(ByteView nal);

}  // namespace directfanz::h264
