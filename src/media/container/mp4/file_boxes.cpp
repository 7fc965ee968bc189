#include "media/container/mp4/file_boxes.hpp"

namespace directfanz::mp4 {

void Brands::fields(BoxIo& io) {
    io.number(major_brand);
    io.number(minor_version);
    io.items_to_end(compatible_brands, [&io](FourCc& brand) { io.number(brand); });
}

void MediaDataBox::fields(BoxIo& io) {
    io.rest(pieces);
}

void ProducerReferenceTimeBox::fields(BoxIo& io) {
    // The flags tell what the time refers to; version 0 keeps the media time in 32 bits.
    io.full_box(version, flags, {.newest_version = 1, .known_flags = 0x1F});
    io.number(reference_track_id);
    io.number(ntp_timestamp);
    io.number(media_time, version == 0 ? 4 : 8);
}

void EventMessageBox::fields(BoxIo& io) {
    io.full_box(version, flags, {.newest_version = 1});
    if (version == 0) {
        io.text(scheme_id_uri);
        io.text(value);
        io.number(timescale);
        io.number(presentation_time, 4);
        io.number(event_duration);
        io.number(id);
    } else {
        io.number(timescale);
        io.number(presentation_time);
        io.number(event_duration);
        io.number(id);
        io.text(scheme_id_uri);
        io.text(value);
    }
    io.rest(message_data);
}

}  // namespace directfanz::mp4
