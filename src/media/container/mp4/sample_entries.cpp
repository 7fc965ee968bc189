#include "media/container/mp4/sample_entries.hpp"

namespace directfanz::mp4 {
namespace {

// Tags of ISO/IEC 14496-1, table 1.
constexpr std::uint8_t kEsDescriptorTag = 3;
constexpr std::uint8_t kDecoderConfigTag = 4;
constexpr std::uint8_t kDecoderSpecificInfoTag = 5;
constexpr std::uint8_t kSyncLayerConfigTag = 6;

constexpr std::uint32_t k72Dpi = 0x480000;  // 16.16 fixed point

// streamType 5 (audio) in six bits, upStream 0, reserved 1.
constexpr std::uint8_t kAudioStream = 5 << 2 | 1;

// SLConfigDescriptor, predefined: for MP4 files (14496-14, 3.1.2).
constexpr std::uint8_t kReservedForMp4 = 2;

}  // namespace

void AvcConfigurationBox::fields(BoxIo& io) {
    io.rest(record);
}

void PixelAspectRatioBox::fields(BoxIo& io) {
    io.number(h_spacing);
    io.number(v_spacing);
}

void ColourInformationBox::fields(BoxIo& io) {
    io.number(colour_type);
    if (colour_type != kCodePoints) {
        io.rest(profile);
        return;
    }
    io.number(colour_primaries);
    io.number(transfer_characteristics);
    io.number(matrix_coefficients);
    io.number(range);
}

void AvcSampleEntry::fields(BoxIo& io) {
    io.reserved(6);
    io.number(data_reference_index);
    io.reserved(16);  // pre_defined, reserved
    io.number(width);
    io.number(height);
    io.constant(k72Dpi, 4);
    io.constant(k72Dpi, 4);
    io.reserved(4);
    io.constant(1, 2);       // frame_count: of pictures in a sample
    io.reserved(32);         // compressorname
    io.constant(0x18, 2);    // depth: colour without alpha
    io.constant(0xFFFF, 2);  // pre_defined
    io.child(configuration);
    io.child(aspect_ratio);
    io.child(colour);
}

void EsDescriptorBox::fields(BoxIo& io) {
    io.full_box(version, flags, {});
    io.descriptor(kEsDescriptorTag, [this, &io] {
        io.number(es_id);
        io.reserved(1);  // no dependency, URL or OCR; streamPriority 0
        io.descriptor(kDecoderConfigTag, [this, &io] {
            io.number(object_type_indication);
            io.constant(kAudioStream, 1);
            io.number(buffer_size_db, 3);
            io.number(max_bitrate);
            io.number(average_bitrate);
            io.descriptor(kDecoderSpecificInfoTag, [this, &io] { io.rest(decoder_specific_info); });
        });
        io.descriptor(kSyncLayerConfigTag, [&io] { io.constant(kReservedForMp4, 1); });
    });
}

void Mp4AudioSampleEntry::fields(BoxIo& io) {
    io.reserved(6);
    io.number(data_reference_index);
    io.reserved(8);
    io.number(channel_count);
    io.constant(16, 2);  // samplesize
    io.reserved(4);      // pre_defined, reserved
    io.number(sample_rate);
    io.child(descriptor);
}

void SampleDescriptionBox::fields(BoxIo& io) {
    io.full_box(version, flags, {});
    io.constant(avc.size() + mp4_audio.size(), 4);
    io.children(avc);
    io.children(mp4_audio);
}

}  // namespace directfanz::mp4
