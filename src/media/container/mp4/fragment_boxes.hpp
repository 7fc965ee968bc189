#pragma once

#include "media/container/mp4/box_io.hpp"

#include <cstdint>
#include <optional>
#include <vector>

/// Boxes of a movie fragment, ISO/IEC 14496-12, 8.8.
namespace directfanz::mp4 {

/// 8.8.5.
struct MovieFragmentHeaderBox {
    static constexpr FourCc kType = fourcc("mfhd");
    std::uint8_t version = 0;
    std::uint32_t flags = 0;
    std::uint32_t sequence_number = 0;

    void fields(BoxIo& io);
    bool operator==(MovieFragmentHeaderBox const&) const = default;
};

/// 8.8.7. The flags tell which of its fields are there.
struct TrackFragmentHeaderBox {
    static constexpr FourCc kType = fourcc("tfhd");
    static constexpr std::uint32_t kBaseDataOffsetPresent = 0x000001;
    static constexpr std::uint32_t kSampleDescriptionIndexPresent = 0x000002;
    static constexpr std::uint32_t kDefaultSampleDurationPresent = 0x000008;
    static constexpr std::uint32_t kDefaultSampleSizePresent = 0x000010;
    static constexpr std::uint32_t kDefaultSampleFlagsPresent = 0x000020;
    static constexpr std::uint32_t kDurationIsEmpty = 0x010000;
    static constexpr std::uint32_t kDefaultBaseIsMoof = 0x020000;

    std::uint8_t version = 0;
    std::uint32_t flags = 0;
    std::uint32_t track_id = 0;
    std::uint64_t base_data_offset = 0;
    std::uint32_t sample_description_index = 0;
    std::uint32_t default_sample_duration = 0;
    std::uint32_t default_sample_size = 0;
    std::uint32_t default_sample_flags = 0;

    bool has(std::uint32_t flag) const { return (flags & flag) != 0; }
    void fields(BoxIo& io);
    bool operator==(TrackFragmentHeaderBox const&) const = default;
};

/// 8.8.12.
struct TrackFragmentDecodeTimeBox {
    static constexpr FourCc kType = fourcc("tfdt");
    std::uint8_t version = 1;
    std::uint32_t flags = 0;
    std::uint64_t base_media_decode_time = 0;

    void fields(BoxIo& io);
    bool operator==(TrackFragmentDecodeTimeBox const&) const = default;
};

/// 8.8.8. The flags tell which of its fields, and its samples', are there.
struct TrackRunBox {
    static constexpr FourCc kType = fourcc("trun");
    static constexpr std::uint32_t kDataOffsetPresent = 0x000001;
    static constexpr std::uint32_t kFirstSampleFlagsPresent = 0x000004;
    static constexpr std::uint32_t kSampleDurationPresent = 0x000100;
    static constexpr std::uint32_t kSampleSizePresent = 0x000200;
    static constexpr std::uint32_t kSampleFlagsPresent = 0x000400;
    static constexpr std::uint32_t kSampleCompositionTimeOffsetsPresent = 0x000800;

    struct Entry {
        std::uint32_t duration;
        std::uint32_t size;
        std::uint32_t flags;
        /// Unsigned on the wire in version 0.
        std::int32_t composition_time_offset;

        bool operator==(Entry const&) const = default;
    };

    std::uint8_t version = 1;
    std::uint32_t flags = 0;
    /// From the start of the moof.
    std::int32_t data_offset = 0;
    std::uint32_t first_sample_flags = 0;
    std::vector<Entry> samples;

    bool has(std::uint32_t flag) const { return (flags & flag) != 0; }
    void fields(BoxIo& io);
    bool operator==(TrackRunBox const&) const = default;
};

/// 8.8.6.
struct TrackFragmentBox {
    static constexpr FourCc kType = fourcc("traf");
    TrackFragmentHeaderBox header;
    std::optional<TrackFragmentDecodeTimeBox> decode_time;
    std::vector<TrackRunBox> runs;

    void fields(BoxIo& io);
    bool operator==(TrackFragmentBox const&) const = default;
};

/// 8.8.4.
struct MovieFragmentBox {
    static constexpr FourCc kType = fourcc("moof");
    MovieFragmentHeaderBox header;
    std::vector<TrackFragmentBox> tracks;

    void fields(BoxIo& io);
    bool operator==(MovieFragmentBox const&) const = default;
};

}  // namespace directfanz::mp4
