#include "media/codec/silent_aac.hpp"

#include "base/bit_writer.hpp"

#include <string_view>

namespace directfanz::aac {
namespace {

constexpr std::string_view kLowComplexity = "mp4a.40.2";

// ISO/IEC 14496-3, table 4.85.
constexpr std::uint32_t kSingleChannel = 0;
constexpr std::uint32_t kChannelPair = 1;
constexpr std::uint32_t kEnd = 7;

/// Table 4.6: one long sine window, of whose bands none is coded.
void ics_info(BitWriter& out) {
    out.bits(0, 1 + 2 + 1);  // ics_reserved_bit, window_sequence, window_shape
    out.bits(0, 6);          // max_sfb
    out.bits(0, 1);          // predictor_data_present
}

/// Table 4.50, without its ics_info().
constexpr unsigned kGainBits = 8;
constexpr unsigned kToolBits = 3;  // pulse, temporal noise shaping, gain control: none

}  // namespace

std::optional<Blob> silent_frame(Track const& track) {
    if (track.kind != MediaKind::audio || track.codec_string != kLowComplexity) return std::nullopt;
    auto const channels = track.audio().channels;
    if (channels < 1 || channels > 2) return std::nullopt;
    BitWriter out;
    // raw_data_block(), table 4.3; element_instance_tag 0.
    out.bits(channels == 1 ? kSingleChannel : kChannelPair, 3);
    out.bits(0, 4);
    if (channels == 1) {
        out.bits(0, kGainBits);
        ics_info(out);
        out.bits(0, kToolBits);
    } else {
        out.flag(true);  // common_window
        ics_info(out);
        out.bits(0, 2);  // ms_mask_present
        out.bits(0, kGainBits + kToolBits);
        out.bits(0, kGainBits + kToolBits);
    }
    out.bits(kEnd, 3);
    return Blob(out.take());
}

}  // namespace directfanz::aac
