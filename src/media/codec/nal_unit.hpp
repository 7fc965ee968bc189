#pragma once

#include "base/blob.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

/// NAL units (ITU-T H.264, 7.3.1) as MP4, FLV and RTMP carry them: an access unit is a row of
///
///     length: 4 bytes, big-endian | NAL unit: `length` bytes, the first of them its header
namespace directfanz::h264 {

/// Encoders cut a picture into a few dozen slices at most. More NAL units than this in one access
/// unit are an attack on whoever walks them.
inline constexpr std::size_t kMaxNalUnits = 4096;

/// nal_unit_type, table 7-1: those that matter outside a decoder.
enum class NalType : std::uint8_t {
    slice = 1,
    idr_slice = 5,
    sei = 6,
    sps = 7,
    pps = 8,
    access_unit_delimiter = 9,
    sps_extension = 13,
};

/// nal_unit_type of a NAL unit that is not empty.
inline NalType nal_type(ByteView nal) {
    return static_cast<NalType>(nal.front() & 0x1F);
}

/// Walks the NAL units of an access unit with four-byte lengths. Failure is sticky: at a length
/// that does not fit, an empty NAL unit, or beyond kMaxNalUnits, next() ends and ok() is false.
class NalUnits {
  public:
    explicit NalUnits(ByteView payload) : left_(payload) {}

    /// The next NAL unit, never empty, without its length.
    std::optional<ByteView> next();

    bool ok() const { return ok_; }

  private:
    ByteView left_;
    std::size_t count_ = 0;
    bool ok_ = true;
};

/// The payload of a NAL unit, header included, without its emulation_prevention_three_bytes
/// (7.4.1).
Bytes without_emulation_prevention(ByteView nal);

/// Whether the access unit holds a slice of an IDR picture, so that decoding can start here.
bool is_idr(ByteView payload);

/// Whether the access unit holds a slice at all: parameter sets alone are no picture.
bool has_picture(ByteView payload);

/// Turns NAL units behind lengths of `length_size` bytes (1 to 4) into those with four, and drops
/// empty ones. What has that form already is returned as it is, without a copy. Error: invalid if
/// the lengths do not add up.
Result<Blob> to_four_byte_lengths(Blob payload, unsigned length_size);

/// Parameter sets found in an access unit, in order; views into it.
struct ParameterSets {
    std::vector<ByteView> sps;
    std::vector<ByteView> pps;
};

ParameterSets parameter_sets_of(ByteView payload);

}  // namespace directfanz::h264
