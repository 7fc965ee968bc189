#include "media/container/flv/tag.hpp"

#include "base/byte_writer.hpp"

#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::flv {
namespace {

using ::testing::HasSubstr;

Blob body(std::initializer_list<int> bytes) {
    Bytes made;
    for (auto const byte : bytes) made.push_back(static_cast<std::uint8_t>(byte));
    return Blob(std::move(made));
}

/// first byte, whatever stands before the FourCC, FourCC, payload.
Blob enhanced(int first, std::string_view four_cc, std::initializer_list<int> payload = {},
              std::initializer_list<int> prefix = {}) {
    ByteWriter writer;
    writer.u8(static_cast<std::uint8_t>(first));
    for (auto const byte : prefix) writer.u8(static_cast<std::uint8_t>(byte));
    writer.text(four_cc);
    for (auto const byte : payload) writer.u8(static_cast<std::uint8_t>(byte));
    return writer.take_blob();
}

Bytes bytes_of(Blob const& blob) {
    return Bytes(blob.view().begin(), blob.view().end());
}

TEST(FlvVideo, SequenceHeaderIsAConfiguration) {
    auto const packet = parse_video(body({0x17, 0, 0, 0, 0, 1, 0x64, 0, 0x1F}));
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->kind, PacketKind::config);
    EXPECT_EQ(bytes_of(packet->data), (Bytes{1, 0x64, 0, 0x1F}));
}

TEST(FlvVideo, FrameCarriesKeyFlagAndCompositionTime) {
    auto const packet = parse_video(body({0x17, 1, 0, 0, 0x50, 9, 8}));
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->kind, PacketKind::frame);
    EXPECT_TRUE(packet->key_frame);
    EXPECT_EQ(packet->composition_time, 80);
    EXPECT_EQ(bytes_of(packet->data), (Bytes{9, 8}));
}

// rtmp.md 12.
TEST(FlvVideo, CompositionTimeIsSigned) {
    auto const old_form = parse_video(body({0x27, 1, 0xFF, 0xFF, 0xD8, 9}));
    ASSERT_TRUE(old_form);
    EXPECT_EQ(old_form->composition_time, -40);
    EXPECT_FALSE(old_form->key_frame);
    auto const enhanced_form = parse_video(enhanced(0xA1, "avc1", {0xFF, 0xFF, 0xD8, 9}));
    ASSERT_TRUE(enhanced_form);
    EXPECT_EQ(enhanced_form->composition_time, -40);
}

TEST(FlvVideo, PayloadIsASliceOfTheMessage) {
    auto const message = body({0x17, 1, 0, 0, 0, 1, 2, 3});
    auto const packet = parse_video(message);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->data.data(), message.data() + 5);
}

TEST(FlvVideo, EndOfSequenceHasNoPayload) {
    auto const old_form = parse_video(body({0x17, 2, 0, 0, 0}));
    ASSERT_TRUE(old_form);
    EXPECT_EQ(old_form->kind, PacketKind::end);
    auto const enhanced_form = parse_video(enhanced(0x92, "avc1"));
    ASSERT_TRUE(enhanced_form);
    EXPECT_EQ(enhanced_form->kind, PacketKind::end);
}

TEST(FlvVideo, EmptyMessagesAndPlayerCommandsCarryNothing) {
    for (auto const& message : {Blob{}, body({0x57, 0}), body({0xD1, 0})}) {
        auto const packet = parse_video(message);
        ASSERT_TRUE(packet);
        EXPECT_EQ(packet->kind, PacketKind::none);
    }
}

TEST(FlvVideo, WhatEndsBeforeItsPayloadIsInvalid) {
    for (auto const& message :
         {body({0x17}), body({0x17, 1, 0}), body({0x17, 1, 0, 0, 0}), body({0x17, 0, 0, 0, 0}),
          enhanced(0x91, "avc"), enhanced(0x91, "avc1"), enhanced(0x91, "avc1", {0, 0}),
          enhanced(0x91, "avc1", {0, 0, 0}), enhanced(0x93, "avc1"), enhanced(0x90, "avc1")}) {
        auto const packet = parse_video(message);
        ASSERT_FALSE(packet) << message.size();
        EXPECT_EQ(packet.error().kind, ErrorKind::invalid);
    }
}

TEST(FlvVideo, UnknownAvcPacketTypeIsInvalid) {
    auto const packet = parse_video(body({0x17, 9, 0, 0, 0, 1}));
    ASSERT_FALSE(packet);
    EXPECT_EQ(packet.error().kind, ErrorKind::invalid);
}

TEST(EnhancedVideo, TakesH264UnderItsFourCc) {
    auto const start = parse_video(enhanced(0x90, "avc1", {1, 2, 3}));
    ASSERT_TRUE(start);
    EXPECT_EQ(start->kind, PacketKind::config);
    EXPECT_EQ(bytes_of(start->data), (Bytes{1, 2, 3}));

    auto const frame = parse_video(enhanced(0x91, "avc1", {0, 0, 33, 7, 8}));
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->kind, PacketKind::frame);
    EXPECT_TRUE(frame->key_frame);
    EXPECT_EQ(frame->composition_time, 33);
    EXPECT_EQ(bytes_of(frame->data), (Bytes{7, 8}));

    auto const without_offset = parse_video(enhanced(0xA3, "avc1", {7, 8}));
    ASSERT_TRUE(without_offset);
    EXPECT_EQ(without_offset->kind, PacketKind::frame);
    EXPECT_FALSE(without_offset->key_frame);
    EXPECT_EQ(without_offset->composition_time, 0);
    EXPECT_EQ(bytes_of(without_offset->data), (Bytes{7, 8}));
}

TEST(EnhancedVideo, MetadataAndUnknownPacketsAreSkipped) {
    for (auto const& message : {enhanced(0x94, "avc1", {2, 0, 1, 'x'}), enhanced(0x9F, "avc1", {1}),
                                enhanced(0x94, "hvc1", {2})}) {
        auto const packet = parse_video(message);
        ASSERT_TRUE(packet);
        EXPECT_EQ(packet->kind, PacketKind::none);
    }
}

TEST(EnhancedVideo, ModifiersBeforeTheFourCcAreSkipped) {
    // One modifier of three bytes (nanosecond offset), then CodedFramesX.
    auto const packet = parse_video(enhanced(0x97, "avc1", {5}, {2, 0, 1, 2, 0x03}));
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->kind, PacketKind::frame);
    EXPECT_EQ(bytes_of(packet->data), Bytes{5});
}

TEST(EnhancedVideo, LongModifiersAreSkipped) {
    ByteWriter writer;
    writer.u8(0x97);
    writer.u8(255);
    writer.u16(299);
    writer.zeros(300);
    writer.u8(0x03);
    writer.text("avc1");
    writer.u8(5);
    auto const packet = parse_video(writer.take_blob());
    ASSERT_TRUE(packet);
    EXPECT_EQ(bytes_of(packet->data), Bytes{5});
}

TEST(EnhancedVideo, ModifiersWithoutEndAreInvalid) {
    ByteWriter writer;
    writer.u8(0x97);
    for (int i = 0; i <= kMaxModifiers; ++i) {
        writer.u8(0);
        writer.u8(0);
        writer.u8(0x07);
    }
    auto const packet = parse_video(writer.take_blob());
    ASSERT_FALSE(packet);
    EXPECT_EQ(packet.error().kind, ErrorKind::invalid);
}

struct Refusal {
    Blob body;
    std::string name;
};

TEST(FlvVideo, OtherCodecsAreRefusedWithTheirNamesAndAdvice) {
    for (auto const& [message, name] :
         {Refusal{body({0x12, 1}), "Sorenson"}, Refusal{body({0x13, 1}), "Screen Video"},
          Refusal{body({0x14, 1}), "VP6"}, Refusal{body({0x15, 1}), "VP6 with alpha"},
          Refusal{body({0x16, 1}), "Screen Video 2"}, Refusal{body({0x1C, 1}), "HEVC"},
          Refusal{body({0x1D, 1}), "AV1"}, Refusal{body({0x1A, 1}), "unknown codec (number 10)"},
          Refusal{enhanced(0x90, "hvc1", {1}), "HEVC"}, Refusal{enhanced(0x90, "av01", {1}), "AV1"},
          Refusal{enhanced(0x90, "vp09", {1}), "VP9"}, Refusal{enhanced(0x90, "vp08", {1}), "VP8"},
          Refusal{enhanced(0x90, "vvc1", {1}), "VVC"},
          Refusal{enhanced(0x90, "a\"\n1", {1}), "unknown codec (a??1)"}}) {
        auto const packet = parse_video(message);
        ASSERT_FALSE(packet) << name;
        EXPECT_EQ(packet.error().kind, ErrorKind::unsupported);
        EXPECT_THAT(packet.error().message, HasSubstr(name));
        EXPECT_THAT(packet.error().message, HasSubstr("H.264"));
    }
}

TEST(EnhancedVideo, MultitrackIsRefusedInWords) {
    auto const packet = parse_video(enhanced(0x96, "avc1", {0}, {0x00}));
    ASSERT_FALSE(packet);
    EXPECT_EQ(packet.error().kind, ErrorKind::unsupported);
    EXPECT_THAT(packet.error().message, HasSubstr("multitrack"));
}

TEST(FlvAudio, TakesAac) {
    auto const config = parse_audio(body({0xAF, 0, 0x12, 0x10}));
    ASSERT_TRUE(config);
    EXPECT_EQ(config->kind, PacketKind::config);
    EXPECT_EQ(bytes_of(config->data), (Bytes{0x12, 0x10}));
    auto const frame = parse_audio(body({0xAF, 1, 0x21, 0x22}));
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->kind, PacketKind::frame);
    EXPECT_EQ(bytes_of(frame->data), (Bytes{0x21, 0x22}));
}

TEST(FlvAudio, TakesAacUnderItsFourCc) {
    auto const config = parse_audio(enhanced(0x90, "mp4a", {0x12, 0x10}));
    ASSERT_TRUE(config);
    EXPECT_EQ(config->kind, PacketKind::config);
    auto const frame = parse_audio(enhanced(0x91, "mp4a", {0x21}));
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->kind, PacketKind::frame);
    EXPECT_EQ(bytes_of(frame->data), Bytes{0x21});
    auto const end = parse_audio(enhanced(0x92, "mp4a"));
    ASSERT_TRUE(end);
    EXPECT_EQ(end->kind, PacketKind::end);
    auto const channels = parse_audio(enhanced(0x94, "mp4a", {0, 2}));
    ASSERT_TRUE(channels);
    EXPECT_EQ(channels->kind, PacketKind::none);
}

TEST(FlvAudio, EmptyMessagesCarryNothingAndShortOnesAreInvalid) {
    auto const empty = parse_audio(Blob{});
    ASSERT_TRUE(empty);
    EXPECT_EQ(empty->kind, PacketKind::none);
    for (auto const& message : {body({0xAF}), body({0xAF, 0}), body({0xAF, 1}), body({0xAF, 7, 1}),
                                enhanced(0x91, "mp4"), enhanced(0x90, "mp4a")}) {
        auto const packet = parse_audio(message);
        ASSERT_FALSE(packet);
        EXPECT_EQ(packet.error().kind, ErrorKind::invalid);
    }
}

// rtmp.md 17.
TEST(FlvAudio, OtherCodecsAreRefusedWithTheirNamesAndAdvice) {
    for (auto const& [message, name] :
         {Refusal{body({0x2F, 1}), "MP3"}, Refusal{body({0xEF, 1}), "MP3"},
          Refusal{body({0xB2, 1}), "Speex"}, Refusal{body({0x62, 1}), "Nellymoser"},
          Refusal{body({0x72, 1}), "A-law"}, Refusal{body({0x82, 1}), "mu-law"},
          Refusal{body({0x1F, 1}), "ADPCM"}, Refusal{body({0x3F, 1}), "PCM"},
          Refusal{body({0xDF, 1}), "Opus"}, Refusal{body({0xFF, 1}), "number 15"},
          Refusal{enhanced(0x90, "Opus", {1}), "Opus"},
          Refusal{enhanced(0x90, "fLaC", {1}), "FLAC"},
          Refusal{enhanced(0x90, "ac-3", {1}), "AC-3"},
          Refusal{enhanced(0x90, "ec-3", {1}), "E-AC-3"},
          Refusal{enhanced(0x90, ".mp3", {1}), "MP3"},
          Refusal{enhanced(0x95, "mp4a", {0}, {0}), "multitrack"}}) {
        auto const packet = parse_audio(message);
        ASSERT_FALSE(packet) << name;
        EXPECT_EQ(packet.error().kind, ErrorKind::unsupported);
        EXPECT_THAT(packet.error().message, HasSubstr(name));
    }
}

TEST(FlvTag, AnyBytesAreReadWithoutFaultAndPayloadsAreTails) {
    std::mt19937 random(1);
    for (int i = 0; i < 20'000; ++i) {
        Bytes bytes(random() % 24);
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
        Blob const message(std::move(bytes));
        auto const end = message.data() + message.size();
        if (auto const video = parse_video(message); video && !video->data.empty()) {
            EXPECT_EQ(video->data.data() + video->data.size(), end);
        }
        if (auto const audio = parse_audio(message); audio && !audio->data.empty()) {
            EXPECT_EQ(audio->data.data() + audio->data.size(), end);
        }
    }
}

TEST(FlvTag, EveryPrefixOfAGoodTagIsGoodOrInvalidButNeverAnotherCodec) {
    auto const whole = enhanced(0x97, "avc1", {0, 0, 1, 5, 6}, {2, 0, 1, 2, 0x01});
    for (std::size_t size = 1; size < whole.size(); ++size) {
        auto const packet = parse_video(whole.slice(0, size));
        if (!packet) EXPECT_EQ(packet.error().kind, ErrorKind::invalid) << size;
    }
}

}  // namespace
}  // namespace directfanz::flv
