#include "worker/hardware_encoder.hpp"

#include "media/codec/decoder_config.hpp"
#include "media/codec/h264.hpp"
#include "worker/made_source_test.hpp"
#include "worker/video_decoder.hpp"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

extern "C" {
#include <libavutil/frame.h>
}

namespace directfanz::worker {

namespace {

using ::testing::HasSubstr;

/// No card here: what is common to all is tried with an encoder of libavcodec that needs none.
HardwareEncoder::Dialect stand_in(HardwareEncoder::Dialect::Pictures pictures) {
    return {.codec = "libx264",
            .options = {{"preset", "ultrafast"}, {"tune", "zerolatency"}, {"forced-idr", "1"}},
            .pictures = pictures};
}

Frame grey(int width, int height, int luma) {
    auto frame = new_frame();
    frame->format = AV_PIX_FMT_YUV420P;
    frame->width = width;
    frame->height = height;
    EXPECT_GE(av_frame_get_buffer(frame.get(), 0), 0);
    for (int y = 0; y < height; ++y)
        std::memset(frame->data[0] + y * frame->linesize[0], luma, static_cast<std::size_t>(width));
    for (int y = 0; y < height / 2; ++y) {
        std::memset(frame->data[1] + y * frame->linesize[1], 90,
                    static_cast<std::size_t>(width / 2));
        std::memset(frame->data[2] + y * frame->linesize[2], 160,
                    static_cast<std::size_t>(width / 2));
    }
    return frame;
}

class HardwareEncoderPictures
    : public ::testing::TestWithParam<HardwareEncoder::Dialect::Pictures> {};

TEST_P(HardwareEncoderPictures, ComeOutAsTheyWentInWithKeyPicturesWhereTheyAreAskedFor) {
    auto encoder = HardwareEncoder::open(
        stand_in(GetParam()), {.width = 160, .height = 96, .bitrate = 500'000, .frame_rate = 30});
    ASSERT_TRUE(encoder) << describe(encoder.error());
    auto const track = h264::describe((*encoder)->decoder_config());
    ASSERT_TRUE(track);
    EXPECT_EQ(track->video().width, 160U);
    std::vector<Sample> samples;
    auto const take = [&samples](Result<std::vector<Sample>> made) {
        ASSERT_TRUE(made);
        for (auto& sample : *made) samples.push_back(std::move(sample));
    };
    for (int i = 0; i < 40; ++i) {
        auto const key = i == 0 || i == 17;
        auto const picture = grey(160, 96, 60 + 3 * i);
        take((*encoder)->encode(*picture, 9'000 + i * 3'000,
                                key ? PictureType::key : PictureType::any));
    }
    take((*encoder)->flush());
    ASSERT_EQ(samples.size(), 40U);
    auto decoder = VideoDecoder::open((*encoder)->decoder_config().view());
    ASSERT_TRUE(decoder);
    int shown = 0;
    auto const look = [&] {
        while (auto const frame = decoder->receive()) {
            EXPECT_EQ(frame->pts, 9'000 + shown * 3'000);
            EXPECT_NEAR(frame->data[0][frame->linesize[0] * 48 + 80], 60 + 3 * shown, 6);
            EXPECT_NEAR(frame->data[1][frame->linesize[1] * 24 + 40], 90, 6);
            EXPECT_NEAR(frame->data[2][frame->linesize[2] * 24 + 40], 160, 6);
            ++shown;
        }
    };
    for (std::size_t i = 0; i < samples.size(); ++i) {
        EXPECT_EQ(samples[i].sync, i == 0 || i == 17) << i;
        EXPECT_EQ(samples[i].dts, 9'000 + static_cast<std::int64_t>(i) * 3'000);
        EXPECT_EQ(samples[i].duration, 0U) << "the next one is not known yet";
        decoder->send(samples[i].payload.view(), samples[i].pts(), samples[i].sync);
        look();
    }
    decoder->drain();
    look();
    EXPECT_EQ(shown, 40);
}

INSTANTIATE_TEST_SUITE_P(Formats, HardwareEncoderPictures,
                         ::testing::Values(HardwareEncoder::Dialect::Pictures::planar,
                                           HardwareEncoder::Dialect::Pictures::interleaved),
                         [](auto const& instance) {
                             return instance.param == HardwareEncoder::Dialect::Pictures::planar
                                        ? "Planar"
                                        : "Interleaved";
                         });

TEST(HardwareEncoder, SaysWhichEncoderIsMissing) {
    auto const missing = HardwareEncoder::open({.codec = "h264_of_no_library"}, {});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(missing.error().message, HasSubstr("not in this libavcodec"));
}

TEST(HardwareEncoder, IsInThisLibavcodecOfEveryKind) {
    for (auto const kind : {EncoderKind::nvenc, EncoderKind::qsv, EncoderKind::vaapi}) {
        EXPECT_THAT(describe_encoder(kind), HasSubstr("h264_" + std::string(to_string(kind))));
        EXPECT_EQ(encoder_kind(to_string(kind)), kind);
        auto const encoder = open_encoder(
            kind, {.width = 1280, .height = 720, .bitrate = 2'800'000, .frame_rate = 30});
        // On a machine with such a card it works; on others it says so, and never that it does not
        // know the encoder.
        if (encoder) continue;
        EXPECT_EQ(encoder.error().kind, ErrorKind::unavailable);
        EXPECT_THAT(encoder.error().message, ::testing::Not(HasSubstr("not in this libavcodec")));
    }
    EXPECT_FALSE(encoder_kind("av1"));
}

TEST(ByteStream, StartCodesOfBothLengthsBecomeLengths) {
    Bytes const stream{0, 0, 0,    1, 0x09, 0xf0, 0, 0, 1, 0x06, 5, 0, 0,
                       0, 1, 0x65, 1, 2,    3,    0, 0, 1, 0x41, 4, 0, 0};
    EXPECT_EQ(without_start_codes(stream),
              Blob(Bytes{0, 0, 0, 4, 0x65, 1, 2, 3, 0, 0, 0, 2, 0x41, 4}))
        << "delimiters and SEI are left out, and zeros at the end";
    EXPECT_TRUE(without_start_codes({}).empty());
    EXPECT_TRUE(without_start_codes(Bytes{1, 2, 3}).empty());
    EXPECT_FALSE(decoder_config_of_byte_stream(stream)) << "no parameter sets";
}

}  // namespace

}  // namespace directfanz::worker
