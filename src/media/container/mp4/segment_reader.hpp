#pragma once

#include "base/blob.hpp"
#include "base/result.hpp"
#include "media/codec/sample.hpp"
#include "media/codec/track.hpp"
#include "media/container/mp4/movie_boxes.hpp"

#include <cstdint>
#include <vector>

/// The way back from segment.hpp, and from others' fragmented files: samples and their times.
namespace directfanz::mp4 {

/// What a header tells of its first track of H.264 or AAC.
struct Init {
    Track track;
    TrackExtendsBox defaults;
};

/// Errors: invalid for what is damaged, unsupported for other codecs.
Result<Init> read_init(ByteView file);

/// One movie fragment.
struct Chunk {
    std::uint32_t sequence_number = 0;
    /// Their payloads share the bytes that were read.
    std::vector<Sample> samples;
};

/// The chunks of a part, a segment or a file that has both, in order; of `init`'s track alone.
/// Sample times are in the track's timescale, edit lists are not applied. Errors: invalid for what
/// is damaged or reaches outside of `data`, too_large for more than kMaxEntries samples.
Result<std::vector<Chunk>> read_chunks(Blob const& data, Init const& init);

}  // namespace directfanz::mp4
