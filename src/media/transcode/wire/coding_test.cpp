#include "media/transcode/wire/coding.hpp"

#include "base/property_test.hpp"
#include "media/transcode/wire/message_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::wire {

namespace {

using ::directfanz::testing::for_all_seeds;
using ::directfanz::testing::Generator;

std::string any_text(Generator& any) {
    return std::string(as_text(any.bytes(kMaxText)));
}

Sample any_sample(Generator& any) {
    return {.dts = static_cast<std::int64_t>(any.bits(64)),
            .composition_offset = static_cast<std::int32_t>(any.bits(32)),
            .duration = static_cast<std::uint32_t>(any.bits(32)),
            .sync = any.coin(),
            .payload = Blob(any.bytes(3000))};
}

std::uint32_t any_u32(Generator& any) {
    return static_cast<std::uint32_t>(any.bits(32));
}

std::uint8_t any_u8(Generator& any) {
    return static_cast<std::uint8_t>(any.bits(8));
}

Setup any_setup(Generator& any) {
    wire::Setup setup{.title = any_text(any),
                      .encoder = any_text(any),
                      .audio_bitrate = any_u32(any),
                      .audio_only_bitrate = any_u32(any),
                      .thumbnail_interval = any_u32(any),
                      .thumbnail_width = any_u32(any),
                      .key_interval = any_u32(any)};
    setup.rungs.resize(any.number<std::size_t>(0, kMaxRungs));
    for (auto& rung : setup.rungs) {
        rung = {.name = any_text(any),
                .width = any_u32(any),
                .height = any_u32(any),
                .bitrate = any_u32(any),
                .frame_divisor = any_u8(any)};
    }
    return setup;
}

template <typename Config>
Config any_config(Generator& any) {
    Config config;
    config.kind = any.coin() ? MediaKind::video : MediaKind::audio;
    config.codec = any.coin() ? Codec::h264 : Codec::aac;
    config.timescale = any_u32(any);
    config.width = any_u32(any);
    config.height = any_u32(any);
    config.decoder_config = Blob(any.bytes(500));
    return config;
}

ToWorker any_to_worker(Generator& any) {
    switch (any.number(0, 7)) {
        case 0:
            return any_setup(any);
        case 1:
            return any_config<TrackConfig>(any);
        case 2:
            return VideoSample{
                .sample = any_sample(any), .force_key = any.coin(), .replay = any.coin()};
        case 3:
            return AudioSample{.sample = any_sample(any), .replay = any.coin()};
        case 4:
            return Stalled{.until = static_cast<std::int64_t>(any.bits(64)),
                           .force_key = any.coin()};
        case 5:
            return Shed{.level = any_u8(any), .kept = any_u8(any)};
        case 6:
            return Discontinuity{};
        default:
            return End{};
    }
}

FromWorker any_from_worker(Generator& any) {
    switch (any.number(0, 6)) {
        case 0:
            return Ready{.encoder = any_text(any)};
        case 1: {
            auto config = any_config<RungConfig>(any);
            config.rung = any_u8(any);
            return config;
        }
        case 2:
            return RungSample{.rung = any_u8(any), .sample = any_sample(any)};
        case 3:
            return Thumbnail{.format = any.coin() ? PictureFormat::jpeg : PictureFormat::webp,
                             .width = any_u32(any),
                             .height = any_u32(any),
                             .pts = static_cast<std::int64_t>(any.bits(64)),
                             .picture = Blob(any.bytes(2000))};
        case 4:
            return Statistics{.newest_in = static_cast<std::int64_t>(any.bits(64)),
                              .newest_out = static_cast<std::int64_t>(any.bits(64)),
                              .cpu = any.bits(64),
                              .frames_decoded = any.bits(64),
                              .frames_encoded = any.bits(64),
                              .frames_corrupt = any.bits(64),
                              .shed_level = any_u8(any)};
        case 5:
            return SoundLevel{.level = static_cast<std::int32_t>(any_u32(any))};
        default:
            return Log{.level = any.coin() ? LogLevel::info : LogLevel::error,
                       .words = any_text(any)};
    }
}

Bytes whole(Encoded const& encoded) {
    auto bytes = encoded.head;
    bytes.insert(bytes.end(), encoded.payload.view().begin(), encoded.payload.view().end());
    return bytes;
}

template <typename Message>
Bytes bytes_of(Message const& message) {
    auto const encoded = encode(message);
    EXPECT_TRUE(encoded);
    return encoded ? whole(*encoded) : Bytes{};
}

Blob body_of(Bytes const& bytes) {
    return Blob::copy_of(ByteView(bytes).subspan(kLengthSize));
}

/// Reads `message` back from its bytes; it must be the only one.
template <typename Message>
Message back(Message const& message) {
    MessageReader<Message> reader;
    auto const read = reader.feed(bytes_of(message));
    EXPECT_TRUE(read);
    if (!read || read->size() != 1) {
        ADD_FAILURE() << "not one message";
        return {};
    }
    return read->front();
}

template <typename Message, typename Draw>
void check_streams(Draw draw) {
    for_all_seeds(
        [&](Generator& any) {
            std::vector<Bytes> sent;
            Bytes stream;
            for (auto n = any.number(1, 8); n > 0; --n) {
                sent.push_back(bytes_of<Message>(draw(any)));
                stream.insert(stream.end(), sent.back().begin(), sent.back().end());
            }
            MessageReader<Message> reader;
            std::vector<Bytes> received;
            for (auto const piece : any.fragments(stream, 700)) {
                auto const messages = reader.feed(piece);
                ASSERT_TRUE(messages) << describe(messages.error());
                for (auto const& message : *messages) received.push_back(bytes_of(message));
            }
            EXPECT_EQ(received, sent);
        },
        200);
}

TEST(WireCoding, EveryMessageToTheWorkerComesOutOfAnyPiecesAsItWentIn) {
    check_streams<ToWorker>(any_to_worker);
}

TEST(WireCoding, EveryMessageFromTheWorkerComesOutOfAnyPiecesAsItWentIn) {
    check_streams<FromWorker>(any_from_worker);
}

TEST(WireCoding, ASetupKeepsEachOfItsFields) {
    wire::Setup const setup{
        .title = "Ein Titel, ひとつ",
        .rungs =
            {{.name = "720p",
              .width = 1280,
              .height = 720,
              .bitrate = 2'800'000,
              .frame_divisor = 1},
             {.name = "360p", .width = 640, .height = 360, .bitrate = 700'000, .frame_divisor = 2}},
        .encoder = "x264",
        .audio_bitrate = 128'000,
        .audio_only_bitrate = 64'000,
        .thumbnail_interval = 450'000,
        .thumbnail_width = 640,
        .key_interval = 180'000};
    EXPECT_EQ(std::get<wire::Setup>(back<ToWorker>(setup)), setup);
}

TEST(WireCoding, AVideoSampleKeepsEachOfItsFields) {
    auto const read = std::get<VideoSample>(
        back<ToWorker>(VideoSample{.sample = {.dts = -5'000'000'000,
                                              .composition_offset = -3003,
                                              .duration = 1501,
                                              .sync = true,
                                              .payload = Blob(std::string("picture"))},
                                   .force_key = true,
                                   .replay = false}));
    EXPECT_EQ(read.sample.dts, -5'000'000'000);
    EXPECT_EQ(read.sample.composition_offset, -3003);
    EXPECT_EQ(read.sample.duration, 1501U);
    EXPECT_TRUE(read.sample.sync);
    EXPECT_EQ(read.sample.payload.text(), "picture");
    EXPECT_TRUE(read.force_key);
    EXPECT_FALSE(read.replay);
}

TEST(WireCoding, StatisticsKeepEachOfTheirFields) {
    Statistics const statistics{.newest_in = 1,
                                .newest_out = -2,
                                .cpu = 3,
                                .frames_decoded = 4,
                                .frames_encoded = 5,
                                .frames_corrupt = 6,
                                .shed_level = 7};
    EXPECT_EQ(std::get<Statistics>(back<FromWorker>(statistics)), statistics);
}

TEST(WireCoding, APayloadIsSentWithoutACopy) {
    Blob const payload(std::string(5000, 'x'));
    auto const encoded = encode(ToWorker(VideoSample{.sample = {.payload = payload}}));
    ASSERT_TRUE(encoded);
    EXPECT_EQ(encoded->payload.data(), payload.data());
    EXPECT_LT(encoded->head.size(), 40U);
}

TEST(WireCoding, EveryTruncationOfAMessageWithoutAPayloadIsRefused) {
    for (auto const& message : {FromWorker(Ready{.encoder = "x264 164"}), FromWorker(Statistics{}),
                                FromWorker(Log{.words = "words"})}) {
        auto const body = body_of(bytes_of(message));
        ASSERT_TRUE(decode<FromWorker>(body));
        for (std::size_t size = 0; size < body.size(); ++size)
            EXPECT_FALSE(decode<FromWorker>(body.slice(0, size))) << size;
    }
}

TEST(WireCoding, AMessageThatGoesOnBehindItsEndIsRefused) {
    auto bytes = bytes_of<ToWorker>(Shed{.level = 1});
    bytes.push_back(0);
    auto const read = decode<ToWorker>(body_of(bytes));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::invalid);
}

TEST(WireCoding, AnUnknownTypeIsRefused) {
    auto const read = decode<ToWorker>(Blob(Bytes{200}));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::invalid);
}

TEST(WireCoding, AFlagThatIsNeitherTrueNorFalseIsRefused) {
    auto bytes = bytes_of<ToWorker>(VideoSample{});
    bytes[kLengthSize + 1] = 2;
    EXPECT_FALSE(decode<ToWorker>(body_of(bytes)));
}

TEST(WireCoding, AKindBehindTheLastIsRefused) {
    auto bytes = bytes_of<FromWorker>(Thumbnail{});
    bytes[kLengthSize + 1] = 2;
    EXPECT_FALSE(decode<FromWorker>(body_of(bytes)));
}

TEST(WireCoding, AnotherVersionIsNamedInTheError) {
    auto const setup = decode<ToWorker>(body_of(bytes_of<ToWorker>(wire::Setup{.version = 77})));
    ASSERT_FALSE(setup);
    EXPECT_EQ(setup.error().kind, ErrorKind::unsupported);
    EXPECT_THAT(setup.error().message, ::testing::HasSubstr("77"));

    auto const ready = decode<FromWorker>(body_of(bytes_of<FromWorker>(Ready{.version = 78})));
    ASSERT_FALSE(ready);
    EXPECT_EQ(ready.error().kind, ErrorKind::unsupported);
}

TEST(WireCoding, AVersionWithOtherFieldsIsStillKnownForWhatItIs) {
    auto const setup = decode<ToWorker>(Blob(Bytes{0, 0, 0, 0, 99, 1, 2, 3}));
    ASSERT_FALSE(setup);
    EXPECT_EQ(setup.error().kind, ErrorKind::unsupported);
}

TEST(WireCoding, WhatIsBeyondALimitIsNotSent) {
    EXPECT_EQ(encode(ToWorker(wire::Setup{.title = std::string(kMaxText + 1, 'x')})).error().kind,
              ErrorKind::too_large);
    EXPECT_TRUE(encode(ToWorker(wire::Setup{.title = std::string(kMaxText, 'x')})));
    EXPECT_FALSE(encode(ToWorker(wire::Setup{.rungs = std::vector<Rung>(kMaxRungs + 1)})));
    EXPECT_FALSE(
        encode(ToWorker(TrackConfig{.decoder_config = Blob(Bytes(kMaxDecoderConfig + 1))})));
    EXPECT_FALSE(encode(ToWorker(VideoSample{.sample = {.payload = Blob(Bytes(kMaxMessage))}})));
}

TEST(WireCoding, ALengthBeyondALimitIsRefusedWhenRead) {
    auto bytes = bytes_of<FromWorker>(Log{.words = std::string(kMaxText, 'x')});
    // The text's length, behind type and level.
    bytes[kLengthSize + 2] = 0xFF;
    auto const read = decode<FromWorker>(body_of(bytes));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::too_large);
}

TEST(WireMessageReader, AMessageBeyondTheLimitIsRefusedAtItsLength) {
    MessageReader<FromWorker> reader;
    auto const read = reader.feed(Bytes{0x7F, 0xFF, 0xFF, 0xFF});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::too_large);
}

TEST(WireMessageReader, ALengthOfNothingIsRefused) {
    MessageReader<FromWorker> reader;
    EXPECT_FALSE(reader.feed(Bytes{0, 0, 0, 0}));
}

TEST(WireMessageReader, StaysBrokenAfterADamagedMessage) {
    MessageReader<ToWorker> reader;
    ASSERT_FALSE(reader.feed(Bytes{0, 0, 0, 1, 200}));
    auto const later = reader.feed(bytes_of<ToWorker>(End{}));
    ASSERT_FALSE(later);
    EXPECT_EQ(later.error().kind, ErrorKind::invalid);
}

}  // namespace

}  // namespace directfanz::wire
