#include "media/container/mp4/fragment_boxes.hpp"

namespace directfanz::mp4 {

void MovieFragmentHeaderBox::fields(BoxIo& io) {
    io.full_box(version, flags, {});
    io.number(sequence_number);
}

void TrackFragmentHeaderBox::fields(BoxIo& io) {
    io.full_box(version, flags, {.newest_version = 0, .known_flags = 0x03003B});
    io.number(track_id);
    if (has(kBaseDataOffsetPresent)) io.number(base_data_offset);
    if (has(kSampleDescriptionIndexPresent)) io.number(sample_description_index);
    if (has(kDefaultSampleDurationPresent)) io.number(default_sample_duration);
    if (has(kDefaultSampleSizePresent)) io.number(default_sample_size);
    if (has(kDefaultSampleFlagsPresent)) io.number(default_sample_flags);
}

void TrackFragmentDecodeTimeBox::fields(BoxIo& io) {
    io.full_box(version, flags, {.newest_version = 1});
    io.number(base_media_decode_time, version == 0 ? 4 : 8);
}

void TrackRunBox::fields(BoxIo& io) {
    io.full_box(version, flags, {.newest_version = 1, .known_flags = 0x000F05});
    // The count stands before the fields that the flags add, so it is put down by itself.
    std::uint32_t const per_sample =
        (has(kSampleDurationPresent) ? 4 : 0) + (has(kSampleSizePresent) ? 4 : 0) +
        (has(kSampleFlagsPresent) ? 4 : 0) + (has(kSampleCompositionTimeOffsetsPresent) ? 4 : 0);
    io.count_ahead(samples, 4, per_sample);
    if (has(kDataOffsetPresent)) io.number(data_offset);
    if (has(kFirstSampleFlagsPresent)) io.number(first_sample_flags);
    for (auto& sample : samples) {
        if (!io.ok()) return;
        if (has(kSampleDurationPresent)) io.number(sample.duration);
        if (has(kSampleSizePresent)) io.number(sample.size);
        if (has(kSampleFlagsPresent)) io.number(sample.flags);
        if (has(kSampleCompositionTimeOffsetsPresent)) io.number(sample.composition_time_offset);
    }
}

void TrackFragmentBox::fields(BoxIo& io) {
    io.child(header);
    io.child(decode_time);
    io.children(runs);
}

void MovieFragmentBox::fields(BoxIo& io) {
    io.child(header);
    io.children(tracks);
}

}  // namespace directfanz::mp4
