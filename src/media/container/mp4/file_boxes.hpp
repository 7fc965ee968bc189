#pragma once

#include "media/container/mp4/box_io.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// Boxes at the top of a file or segment. Each is defined in ISO/IEC 14496-12 unless noted.
namespace directfanz::mp4 {

struct Brands {
    FourCc major_brand{};
    std::uint32_t minor_version = 0;
    std::vector<FourCc> compatible_brands;

    void fields(BoxIo& io);
    bool operator==(Brands const&) const = default;
};

/// 4.3.
struct FileTypeBox : Brands {
    static constexpr FourCc kType = fourcc("ftyp");
};

/// 8.16.2.
struct SegmentTypeBox : Brands {
    static constexpr FourCc kType = fourcc("styp");
};

/// 8.1.1. Views of bytes that somebody else owns.
struct MediaDataBox {
    static constexpr FourCc kType = fourcc("mdat");
    std::vector<ByteView> pieces;

    void fields(BoxIo& io);
};

/// 8.16.5: when the encoder took in what is at a media time.
struct ProducerReferenceTimeBox {
    static constexpr FourCc kType = fourcc("prft");
    std::uint8_t version = 1;
    std::uint32_t flags = 0;
    std::uint32_t reference_track_id = 0;
    /// NTP: seconds since 1900 in the upper half.
    std::uint64_t ntp_timestamp = 0;
    std::uint64_t media_time = 0;

    void fields(BoxIo& io);
    bool operator==(ProducerReferenceTimeBox const&) const = default;
};

/// ISO/IEC 23009-1, 5.10.3.3.
struct EventMessageBox {
    static constexpr FourCc kType = fourcc("emsg");
    std::uint8_t version = 1;
    std::uint32_t flags = 0;
    std::string scheme_id_uri;
    std::string value;
    std::uint32_t timescale = 0;
    /// Version 0: after the segment's earliest presentation time. Version 1: on the track's
    /// timeline.
    std::uint64_t presentation_time = 0;
    std::uint32_t event_duration = 0;
    std::uint32_t id = 0;
    Bytes message_data;

    void fields(BoxIo& io);
    bool operator==(EventMessageBox const&) const = default;
};

}  // namespace directfanz::mp4
