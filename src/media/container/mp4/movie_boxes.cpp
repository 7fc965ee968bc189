#include "media/container/mp4/movie_boxes.hpp"

namespace directfanz::mp4 {
namespace {

// Version 1 widens times and durations to 64 bits.
unsigned time_size(std::uint8_t version) {
    return version == 0 ? 4 : 8;
}

void matrix_fields(BoxIo& io, std::array<std::uint32_t, 9>& matrix) {
    for (auto& value : matrix) io.number(value);
}

}  // namespace

void MovieHeaderBox::fields(BoxIo& io) {
    io.full_box(version, flags, {.newest_version = 1});
    io.number(creation_time, time_size(version));
    io.number(modification_time, time_size(version));
    io.number(timescale);
    io.number(duration, time_size(version));
    io.number(rate);
    io.number(volume);
    io.reserved(2 + 8);
    matrix_fields(io, matrix);
    io.reserved(24);  // pre_defined
    io.number(next_track_id);
}

void TrackExtendsBox::fields(BoxIo& io) {
    io.full_box(version, flags, {});
    io.number(track_id);
    io.number(default_sample_description_index);
    io.number(default_sample_duration);
    io.number(default_sample_size);
    io.number(default_sample_flags);
}

void MovieExtendsBox::fields(BoxIo& io) {
    io.children(tracks);
}

void TrackHeaderBox::fields(BoxIo& io) {
    io.full_box(version, flags, {.newest_version = 1, .known_flags = 0xF});
    io.number(creation_time, time_size(version));
    io.number(modification_time, time_size(version));
    io.number(track_id);
    io.reserved(4);
    io.number(duration, time_size(version));
    io.reserved(8);
    io.number(layer);
    io.number(alternate_group);
    io.number(volume);
    io.reserved(2);
    matrix_fields(io, matrix);
    io.number(width);
    io.number(height);
}

void EditListBox::fields(BoxIo& io) {
    io.full_box(version, flags, {.newest_version = 1, .known_flags = 1});
    auto const size = time_size(version);
    io.table(entries, 4, 2 * size + 4, [&io, size](Entry& entry) {
        io.number(entry.segment_duration, size);
        io.number(entry.media_time, size);
        io.number(entry.media_rate_integer);
        io.number(entry.media_rate_fraction);
    });
}

void EditBox::fields(BoxIo& io) {
    io.child(list);
}

void MediaHeaderBox::fields(BoxIo& io) {
    io.full_box(version, flags, {.newest_version = 1});
    io.number(creation_time, time_size(version));
    io.number(modification_time, time_size(version));
    io.number(timescale);
    io.number(duration, time_size(version));
    io.number(language);
    io.reserved(2);  // pre_defined
}

void HandlerBox::fields(BoxIo& io) {
    io.full_box(version, flags, {});
    io.reserved(4);  // pre_defined
    io.number(handler_type);
    io.reserved(12);
    io.text(name);
}

void VideoMediaHeaderBox::fields(BoxIo& io) {
    io.full_box(version, flags, {.newest_version = 0, .known_flags = 1});
    io.number(graphics_mode);
    for (auto& colour : opcolor) io.number(colour);
}

void SoundMediaHeaderBox::fields(BoxIo& io) {
    io.full_box(version, flags, {});
    io.number(balance);
    io.reserved(2);
}

void DataEntryUrlBox::fields(BoxIo& io) {
    io.full_box(version, flags, {.newest_version = 0, .known_flags = kSelfContained});
    if ((flags & kSelfContained) == 0) io.text(location);
}

void DataReferenceBox::fields(BoxIo& io) {
    io.full_box(version, flags, {});
    io.constant(entries.size(), 4);
    io.children(entries);
}

void DataInformationBox::fields(BoxIo& io) {
    io.child(references);
}

void TimeToSampleBox::fields(BoxIo& io) {
    io.full_box(version, flags, {});
    io.table(entries, 4, 8, [&io](Entry& entry) {
        io.number(entry.sample_count);
        io.number(entry.sample_delta);
    });
}

void SampleToChunkBox::fields(BoxIo& io) {
    io.full_box(version, flags, {});
    io.table(entries, 4, 12, [&io](Entry& entry) {
        io.number(entry.first_chunk);
        io.number(entry.samples_per_chunk);
        io.number(entry.sample_description_index);
    });
}

void SampleSizeBox::fields(BoxIo& io) {
    io.full_box(version, flags, {});
    io.number(sample_size);
    if (sample_size != 0) {
        io.number(sample_count);
    } else {
        io.table(sizes, 4, 4, [&io](std::uint32_t& size) { io.number(size); });
    }
}

void ChunkOffsetBox::fields(BoxIo& io) {
    io.full_box(version, flags, {});
    io.table(offsets, 4, 4, [&io](std::uint32_t& offset) { io.number(offset); });
}

void SampleTableBox::fields(BoxIo& io) {
    io.child(descriptions);
    io.child(times);
    io.child(chunks);
    io.child(sizes);
    io.child(offsets);
}

void MediaInformationBox::fields(BoxIo& io) {
    io.child(video);
    io.child(sound);
    io.child(data);
    io.child(samples);
}

void MediaBox::fields(BoxIo& io) {
    io.child(header);
    io.child(handler);
    io.child(information);
}

void TrackBox::fields(BoxIo& io) {
    io.child(header);
    io.child(edits);
    io.child(media);
}

void MovieBox::fields(BoxIo& io) {
    io.child(header);
    io.children(tracks);
    io.child(extends);
}

}  // namespace directfanz::mp4
