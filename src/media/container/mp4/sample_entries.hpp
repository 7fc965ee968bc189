#pragma once

#include "media/container/mp4/box_io.hpp"

#include <cstdint>
#include <optional>
#include <vector>

/// What a decoder must know of a track, and the stsd that holds it.
namespace directfanz::mp4 {

/// ISO/IEC 14496-15, 5.4.2.1: an AVCDecoderConfigurationRecord.
struct AvcConfigurationBox {
    static constexpr FourCc kType = fourcc("avcC");
    Bytes record;

    void fields(BoxIo& io);
    bool operator==(AvcConfigurationBox const&) const = default;
};

/// ISO/IEC 14496-12, 12.1.4: the shape of one sample.
struct PixelAspectRatioBox {
    static constexpr FourCc kType = fourcc("pasp");
    std::uint32_t h_spacing = 1;
    std::uint32_t v_spacing = 1;

    void fields(BoxIo& io);
    bool operator==(PixelAspectRatioBox const&) const = default;
};

/// ISO/IEC 14496-12, 12.1.5.
struct ColourInformationBox {
    static constexpr FourCc kType = fourcc("colr");
    /// Code points of ISO/IEC 23091-2, as in the VUI of H.264.
    static constexpr FourCc kCodePoints = fourcc("nclx");

    FourCc colour_type = kCodePoints;
    std::uint16_t colour_primaries = 2;
    std::uint16_t transfer_characteristics = 2;
    std::uint16_t matrix_coefficients = 2;
    /// full_range_flag in the highest bit.
    std::uint8_t range = 0;
    /// Of another colour type.
    Bytes profile;

    void fields(BoxIo& io);
    bool operator==(ColourInformationBox const&) const = default;
};

/// VisualSampleEntry of H.264 whose parameter sets are here alone, ISO/IEC 14496-12, 12.1.3.
struct AvcSampleEntry {
    static constexpr FourCc kType = fourcc("avc1");
    std::uint16_t data_reference_index = 1;
    /// Of the cropped picture, in samples.
    std::uint16_t width = 0;
    std::uint16_t height = 0;
    AvcConfigurationBox configuration;
    std::optional<PixelAspectRatioBox> aspect_ratio;
    std::optional<ColourInformationBox> colour;

    void fields(BoxIo& io);
    bool operator==(AvcSampleEntry const&) const = default;
};

/// ISO/IEC 14496-14, 5.6: an ES_Descriptor (14496-1, 7.2.6.5) of MPEG-4 audio.
struct EsDescriptorBox {
    static constexpr FourCc kType = fourcc("esds");
    /// Table 5 of 14496-1: ISO/IEC 14496-3.
    static constexpr std::uint8_t kMpeg4Audio = 0x40;

    std::uint8_t version = 0;
    std::uint32_t flags = 0;
    std::uint16_t es_id = 0;
    std::uint8_t object_type_indication = kMpeg4Audio;
    /// In bytes and bit/s; 0 is unknown.
    std::uint32_t buffer_size_db = 0;
    std::uint32_t max_bitrate = 0;
    std::uint32_t average_bitrate = 0;
    /// DecoderSpecificInfo: an AudioSpecificConfig.
    Bytes decoder_specific_info;

    void fields(BoxIo& io);
    bool operator==(EsDescriptorBox const&) const = default;
};

/// AudioSampleEntry of AAC, ISO/IEC 14496-12, 12.2.3.
struct Mp4AudioSampleEntry {
    static constexpr FourCc kType = fourcc("mp4a");
    std::uint16_t data_reference_index = 1;
    std::uint16_t channel_count = 2;
    /// 16.16 fixed point; 0 if it does not fit, the descriptor tells it then.
    std::uint32_t sample_rate = 0;
    EsDescriptorBox descriptor;

    void fields(BoxIo& io);
    bool operator==(Mp4AudioSampleEntry const&) const = default;
};

/// ISO/IEC 14496-12, 8.5.2.
struct SampleDescriptionBox {
    static constexpr FourCc kType = fourcc("stsd");
    std::uint8_t version = 0;
    std::uint32_t flags = 0;
    std::vector<AvcSampleEntry> avc;
    std::vector<Mp4AudioSampleEntry> mp4_audio;

    void fields(BoxIo& io);
    bool operator==(SampleDescriptionBox const&) const = default;
};

}  // namespace directfanz::mp4
