#include "media/codec/h264.hpp"

#include "media/codec/decoder_config.hpp"
#include "media/codec/h264_captures_test.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace directfanz::h264 {
namespace {

Blob record(std::string_view hex) {
    return Blob(captures::from_hex(hex));
}

TEST(H264, DescribesATrack) {
    auto const track = describe(record(captures::kHigh1080p60));
    ASSERT_TRUE(track) << directfanz::describe(track.error());
    EXPECT_EQ(track->kind, MediaKind::video);
    EXPECT_EQ(track->codec, Codec::h264);
    EXPECT_EQ(track->timescale, 90'000U);
    EXPECT_EQ(track->codec_string, "avc1.64002a");
    EXPECT_EQ(track->video(), (VideoFormat{.width = 1920, .height = 1080, .frame_rate = 60}));
    EXPECT_EQ(track->decoder_config, record(captures::kHigh1080p60));
}

TEST(H264, PutsConstraintFlagsIntoTheCodecString) {
    EXPECT_EQ(describe(record(captures::kBaseline360p))->codec_string, "avc1.42c01e");
    EXPECT_EQ(describe(record(captures::kCropped480p))->codec_string, "avc1.4d401f");
}

TEST(H264, GivesTheSizeAsShown) {
    auto const track = describe(record(captures::kInterlaced576i));
    ASSERT_TRUE(track);
    EXPECT_EQ(track->video().width, 768U);
    EXPECT_EQ(track->video().height, 576U);
}

TEST(H264, CorrectsARecordThatContradictsItsSps) {
    auto bytes = captures::from_hex(captures::kHigh1080p60);
    bytes[1] = 66;
    bytes[3] = 10;
    auto const track = describe(Blob(bytes));
    ASSERT_TRUE(track);
    EXPECT_EQ(track->codec_string, "avc1.64002a");
    EXPECT_EQ(track->decoder_config.view()[1], 100);
    EXPECT_EQ(track->decoder_config.view()[3], 42);
}

TEST(H264, RefusesWhatBrowsersDoNotPlayAndSaysWhatToDo) {
    struct Case {
        std::string_view capture;
        std::string_view named;
    };
    for (auto const& c :
         {Case{captures::kHigh10, "10 bits"}, Case{captures::kHigh422, "4:2:2"},
          Case{captures::kMonochrome, "monochrome"}, Case{captures::kHigh444, "4:4:4"},
          Case{captures::kGstreamer444, "10 bits"}}) {
        auto const track = describe(record(c.capture));
        ASSERT_FALSE(track) << c.named;
        EXPECT_EQ(track.error().kind, ErrorKind::unsupported);
        EXPECT_NE(track.error().message.find(c.named), std::string::npos) << track.error().message;
        EXPECT_NE(track.error().message.find("NV12"), std::string::npos) << track.error().message;
    }
}

TEST(H264, RefusesShortLengthsUntilTheyAreConverted) {
    auto bytes = captures::from_hex(captures::kBaseline360p);
    bytes[4] = 0xFD;
    auto const refused = describe(Blob(bytes));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);

    auto const converted = with_four_byte_lengths(Blob(bytes));
    ASSERT_TRUE(converted);
    EXPECT_EQ(converted->length_size, 2U);
    EXPECT_EQ(converted->decoder_config, record(captures::kBaseline360p));
    EXPECT_TRUE(describe(converted->decoder_config));
}

TEST(H264, LeavesARecordWithFourByteLengthsAlone) {
    auto const original = record(captures::kBaseline360p);
    auto const same = with_four_byte_lengths(original);
    ASSERT_TRUE(same);
    EXPECT_EQ(same->length_size, 4U);
    EXPECT_EQ(same->decoder_config.data(), original.data());
}

TEST(H264, RefusesDamagedRecords) {
    EXPECT_EQ(describe(Blob()).error().kind, ErrorKind::invalid);
    EXPECT_EQ(with_four_byte_lengths(Blob()).error().kind, ErrorKind::invalid);
    auto bytes = captures::from_hex(captures::kBaseline360p);
    bytes[8] = 0x68;  // the SPS says that it is a PPS
    EXPECT_EQ(describe(Blob(bytes)).error().kind, ErrorKind::invalid);
}

TEST(Track, NamesKindsAndCodecs) {
    EXPECT_EQ(to_string(MediaKind::video), "video");
    EXPECT_EQ(to_string(MediaKind::audio), "audio");
    EXPECT_EQ(to_string(Codec::h264), "H.264");
    EXPECT_EQ(to_string(Codec::aac), "AAC");
}

}  // namespace
}  // namespace directfanz::h264
