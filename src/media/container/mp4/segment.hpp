#pragma once

#include "base/blob.hpp"
#include "media/codec/sample.hpp"
#include "media/codec/track.hpp"

#include <cstdint>
#include <span>

/// CMAF (ISO/IEC 23000-19): one track a file.
namespace directfanz::mp4 {

/// CMAF header: ftyp, moov (track id 1).
Blob init_segment(Track const& track);

/// CMAF chunk: moof, mdat, contiguous in memory. `samples` is not empty, each with its duration;
/// their decode times follow one another, the first is the tfdt and not negative. `sequence_number`
/// is mfhd's.
Blob chunk(Track const& track, std::uint32_t sequence_number, std::span<Sample const> samples);

}  // namespace directfanz::mp4
