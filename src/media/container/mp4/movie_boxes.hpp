#pragma once

#include "media/container/mp4/box_io.hpp"
#include "media/container/mp4/sample_entries.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Boxes of a movie that has its media in fragments: what stands in a CMAF header. Each is defined
/// in ISO/IEC 14496-12.
namespace directfanz::mp4 {

/// No rotation or scaling, in 16.16 and 2.30 fixed point (8.2.2).
inline constexpr std::array<std::uint32_t, 9> kUnityMatrix{0x10000, 0, 0, 0,         0x10000,
                                                           0,       0, 0, 0x40000000};

/// 8.2.2.
struct MovieHeaderBox {
    static constexpr FourCc kType = fourcc("mvhd");
    std::uint8_t version = 0;
    std::uint32_t flags = 0;
    std::uint64_t creation_time = 0;
    std::uint64_t modification_time = 0;
    std::uint32_t timescale = 0;
    std::uint64_t duration = 0;
    /// 16.16 and 8.8 fixed point: 1.0.
    std::uint32_t rate = 0x10000;
    std::uint16_t volume = 0x100;
    std::array<std::uint32_t, 9> matrix = kUnityMatrix;
    std::uint32_t next_track_id = 0;

    void fields(BoxIo& io);
    bool operator==(MovieHeaderBox const&) const = default;
};

/// 8.8.3.
struct TrackExtendsBox {
    static constexpr FourCc kType = fourcc("trex");
    std::uint8_t version = 0;
    std::uint32_t flags = 0;
    std::uint32_t track_id = 0;
    std::uint32_t default_sample_description_index = 0;
    std::uint32_t default_sample_duration = 0;
    std::uint32_t default_sample_size = 0;
    std::uint32_t default_sample_flags = 0;

    void fields(BoxIo& io);
    bool operator==(TrackExtendsBox const&) const = default;
};

/// 8.8.1.
struct MovieExtendsBox {
    static constexpr FourCc kType = fourcc("mvex");
    std::vector<TrackExtendsBox> tracks;

    void fields(BoxIo& io);
    bool operator==(MovieExtendsBox const&) const = default;
};

/// 8.3.2.
struct TrackHeaderBox {
    static constexpr FourCc kType = fourcc("tkhd");
    static constexpr std::uint32_t kEnabled = 1;
    static constexpr std::uint32_t kInMovie = 2;

    std::uint8_t version = 0;
    std::uint32_t flags = kEnabled | kInMovie;
    std::uint64_t creation_time = 0;
    std::uint64_t modification_time = 0;
    std::uint32_t track_id = 0;
    std::uint64_t duration = 0;
    std::int16_t layer = 0;
    std::int16_t alternate_group = 0;
    /// 8.8 fixed point.
    std::uint16_t volume = 0;
    std::array<std::uint32_t, 9> matrix = kUnityMatrix;
    /// 16.16 fixed point, as shown.
    std::uint32_t width = 0;
    std::uint32_t height = 0;

    void fields(BoxIo& io);
    bool operator==(TrackHeaderBox const&) const = default;
};

/// 8.6.6.
struct EditListBox {
    static constexpr FourCc kType = fourcc("elst");
    struct Entry {
        std::uint64_t segment_duration;
        /// -1 is an empty edit.
        std::int64_t media_time;
        std::int16_t media_rate_integer;
        std::int16_t media_rate_fraction;

        bool operator==(Entry const&) const = default;
    };

    std::uint8_t version = 0;
    std::uint32_t flags = 0;
    std::vector<Entry> entries;

    void fields(BoxIo& io);
    bool operator==(EditListBox const&) const = default;
};

/// 8.6.5.
struct EditBox {
    static constexpr FourCc kType = fourcc("edts");
    std::optional<EditListBox> list;

    void fields(BoxIo& io);
    bool operator==(EditBox const&) const = default;
};

/// 8.4.2.
struct MediaHeaderBox {
    static constexpr FourCc kType = fourcc("mdhd");
    /// "und", three letters of five bits.
    static constexpr std::uint16_t kUndetermined = 0x55C4;

    std::uint8_t version = 0;
    std::uint32_t flags = 0;
    std::uint64_t creation_time = 0;
    std::uint64_t modification_time = 0;
    std::uint32_t timescale = 0;
    std::uint64_t duration = 0;
    std::uint16_t language = kUndetermined;

    void fields(BoxIo& io);
    bool operator==(MediaHeaderBox const&) const = default;
};

/// 8.4.3.
struct HandlerBox {
    static constexpr FourCc kType = fourcc("hdlr");
    static constexpr FourCc kVideo = fourcc("vide");
    static constexpr FourCc kSound = fourcc("soun");

    std::uint8_t version = 0;
    std::uint32_t flags = 0;
    FourCc handler_type{};
    std::string name;

    void fields(BoxIo& io);
    bool operator==(HandlerBox const&) const = default;
};

/// 12.1.2.
struct VideoMediaHeaderBox {
    static constexpr FourCc kType = fourcc("vmhd");
    std::uint8_t version = 0;
    std::uint32_t flags = 1;
    std::uint16_t graphics_mode = 0;
    std::array<std::uint16_t, 3> opcolor{};

    void fields(BoxIo& io);
    bool operator==(VideoMediaHeaderBox const&) const = default;
};

/// 12.2.2.
struct SoundMediaHeaderBox {
    static constexpr FourCc kType = fourcc("smhd");
    std::uint8_t version = 0;
    std::uint32_t flags = 0;
    /// 8.8 fixed point, -1.0 is left.
    std::int16_t balance = 0;

    void fields(BoxIo& io);
    bool operator==(SoundMediaHeaderBox const&) const = default;
};

/// 8.7.2.
struct DataEntryUrlBox {
    static constexpr FourCc kType = fourcc("url ");
    /// The media is in this file, or in those that follow it; there is no location.
    static constexpr std::uint32_t kSelfContained = 1;

    std::uint8_t version = 0;
    std::uint32_t flags = kSelfContained;
    std::string location;

    void fields(BoxIo& io);
    bool operator==(DataEntryUrlBox const&) const = default;
};

/// 8.7.2.
struct DataReferenceBox {
    static constexpr FourCc kType = fourcc("dref");
    std::uint8_t version = 0;
    std::uint32_t flags = 0;
    std::vector<DataEntryUrlBox> entries;

    void fields(BoxIo& io);
    bool operator==(DataReferenceBox const&) const = default;
};

/// 8.7.1.
struct DataInformationBox {
    static constexpr FourCc kType = fourcc("dinf");
    DataReferenceBox references;

    void fields(BoxIo& io);
    bool operator==(DataInformationBox const&) const = default;
};

/// 8.6.1.2.
struct TimeToSampleBox {
    static constexpr FourCc kType = fourcc("stts");
    struct Entry {
        std::uint32_t sample_count;
        std::uint32_t sample_delta;

        bool operator==(Entry const&) const = default;
    };

    std::uint8_t version = 0;
    std::uint32_t flags = 0;
    std::vector<Entry> entries;

    void fields(BoxIo& io);
    bool operator==(TimeToSampleBox const&) const = default;
};

/// 8.7.4.
struct SampleToChunkBox {
    static constexpr FourCc kType = fourcc("stsc");
    struct Entry {
        std::uint32_t first_chunk;
        std::uint32_t samples_per_chunk;
        std::uint32_t sample_description_index;

        bool operator==(Entry const&) const = default;
    };

    std::uint8_t version = 0;
    std::uint32_t flags = 0;
    std::vector<Entry> entries;

    void fields(BoxIo& io);
    bool operator==(SampleToChunkBox const&) const = default;
};

/// 8.7.3.2.
struct SampleSizeBox {
    static constexpr FourCc kType = fourcc("stsz");
    std::uint8_t version = 0;
    std::uint32_t flags = 0;
    /// Of all samples; 0 if each has its own.
    std::uint32_t sample_size = 0;
    /// How many have that size; only if it is not 0.
    std::uint32_t sample_count = 0;
    std::vector<std::uint32_t> sizes;

    void fields(BoxIo& io);
    bool operator==(SampleSizeBox const&) const = default;
};

/// 8.7.5.
struct ChunkOffsetBox {
    static constexpr FourCc kType = fourcc("stco");
    std::uint8_t version = 0;
    std::uint32_t flags = 0;
    std::vector<std::uint32_t> offsets;

    void fields(BoxIo& io);
    bool operator==(ChunkOffsetBox const&) const = default;
};

/// 8.5.1.
struct SampleTableBox {
    static constexpr FourCc kType = fourcc("stbl");
    SampleDescriptionBox descriptions;
    TimeToSampleBox times;
    SampleToChunkBox chunks;
    SampleSizeBox sizes;
    ChunkOffsetBox offsets;

    void fields(BoxIo& io);
    bool operator==(SampleTableBox const&) const = default;
};

/// 8.4.4.
struct MediaInformationBox {
    static constexpr FourCc kType = fourcc("minf");
    std::optional<VideoMediaHeaderBox> video;
    std::optional<SoundMediaHeaderBox> sound;
    DataInformationBox data;
    SampleTableBox samples;

    void fields(BoxIo& io);
    bool operator==(MediaInformationBox const&) const = default;
};

/// 8.4.1.
struct MediaBox {
    static constexpr FourCc kType = fourcc("mdia");
    MediaHeaderBox header;
    HandlerBox handler;
    MediaInformationBox information;

    void fields(BoxIo& io);
    bool operator==(MediaBox const&) const = default;
};

/// 8.3.1.
struct TrackBox {
    static constexpr FourCc kType = fourcc("trak");
    TrackHeaderBox header;
    std::optional<EditBox> edits;
    MediaBox media;

    void fields(BoxIo& io);
    bool operator==(TrackBox const&) const = default;
};

/// 8.2.1.
struct MovieBox {
    static constexpr FourCc kType = fourcc("moov");
    MovieHeaderBox header;
    std::vector<TrackBox> tracks;
    std::optional<MovieExtendsBox> extends;

    void fields(BoxIo& io);
    bool operator==(MovieBox const&) const = default;
};

}  // namespace directfanz::mp4
