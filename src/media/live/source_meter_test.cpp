#include "media/live/source_meter.hpp"

#include <gtest/gtest.h>

namespace directfanz::live {
namespace {

constexpr std::int64_t kFrame = kVideoTimescale / 25;

struct SourceMeterTest : testing::Test {
    SourceMeterTest() {
        meter.begin("OBS", start);
        meter.configure({MediaKind::video, Codec::h264, kVideoTimescale, Blob(Bytes(20, 1)),
                         "avc1.42c01f", VideoFormat{640, 360, 25}});
    }

    /// The frame with this number, `late` behind its time.
    void frame(std::int64_t number, milliseconds late = {}, bool key = false) {
        auto const now = start + number * milliseconds(40) + late;
        meter.push(MediaKind::video,
                   {.dts = number * kFrame, .sync = key, .payload = Blob(Bytes(100, 1))}, now);
    }

    SteadyTime const start = steady_now();
    SourceMeter meter;
};

TEST_F(SourceMeterTest, CountsWhatArrives) {
    for (int i = 0; i < 25; ++i) frame(i);
    meter.push(MediaKind::audio, {.payload = Blob(Bytes(30, 1))}, start);
    auto const taken = meter.take(start + seconds(1));
    EXPECT_EQ(taken.elapsed, seconds(1));
    EXPECT_EQ(taken.frames, 25U);
    EXPECT_EQ(taken.video_bytes, 2'500U);
    EXPECT_EQ(taken.audio_bytes, 30U);
    EXPECT_EQ(taken.late_frames, 0U);
    EXPECT_EQ(taken.dropped_frames, 0U);
    EXPECT_EQ(taken.key_frame_distance, std::nullopt);
    EXPECT_EQ(meter.source().encoder, "OBS");
    EXPECT_EQ(meter.source().video->video().width, 640U);
    EXPECT_EQ(meter.take(start + seconds(2)).frames, 0U);
}

TEST_F(SourceMeterTest, CountsFramesThatComeLate) {
    for (int i = 0; i < 10; ++i) frame(i);
    for (int i = 10; i < 15; ++i) frame(i, milliseconds(501));
    for (int i = 15; i < 20; ++i) frame(i, milliseconds(499));
    EXPECT_EQ(meter.take(start + seconds(1)).late_frames, 5U);
}

TEST_F(SourceMeterTest, AnEncoderThatIsBehindFromTheBeginningIsNotLate) {
    for (int i = 0; i < 10; ++i) frame(i, seconds(3));
    EXPECT_EQ(meter.take(start + seconds(1)).late_frames, 0U);
}

TEST_F(SourceMeterTest, CountsTheFramesThatAreMissing) {
    for (int i = 0; i < 10; ++i) frame(i);
    frame(13);
    frame(14);
    frame(16);
    EXPECT_EQ(meter.take(start + seconds(1)).dropped_frames, 4U);
}

TEST_F(SourceMeterTest, TakesAPauseForNoDroppedFrames) {
    for (int i = 0; i < 10; ++i) frame(i);
    frame(10 + 25 * 20);
    EXPECT_EQ(meter.take(start + seconds(30)).dropped_frames, 0U);
}

TEST_F(SourceMeterTest, MeasuresTheDistanceOfKeyFramesAndRemembersIt) {
    for (int i = 0; i <= 50; ++i) frame(i, {}, i % 50 == 0);
    EXPECT_EQ(meter.take(start + seconds(2)).key_frame_distance, seconds(2));
    for (int i = 51; i < 75; ++i) frame(i);
    EXPECT_EQ(meter.take(start + seconds(3)).key_frame_distance, seconds(2));
}

TEST_F(SourceMeterTest, TellsHowLoudTheSoundThatComesIs) {
    auto const sound = [&](seconds at) {
        meter.push(MediaKind::audio, {.payload = Blob(Bytes(30, 1))}, start + at);
        return meter.take(start + at).audio_level;
    };
    EXPECT_EQ(sound(seconds(1)), std::nullopt) << "nobody has decoded any";
    meter.heard(-21.5, start + seconds(1));
    EXPECT_EQ(sound(seconds(2)), -21.5);
    EXPECT_EQ(sound(seconds(3)), -21.5) << "the next level is under way";
    EXPECT_EQ(sound(seconds(4)), std::nullopt) << "the decoder has gone silent";
    meter.heard(-18, start + seconds(4));
    EXPECT_EQ(meter.take(start + seconds(5)).audio_level, std::nullopt) << "no sound came";
}

TEST_F(SourceMeterTest, ForgetsThePublisherBefore) {
    for (int i = 0; i <= 50; ++i) frame(i, {}, i % 50 == 0);
    meter.heard(-20, start + seconds(9));
    meter.begin("ffmpeg", start + seconds(9));
    meter.push(MediaKind::audio, {.payload = Blob(Bytes(30, 1))}, start + seconds(9));
    EXPECT_EQ(meter.source().encoder, "ffmpeg");
    EXPECT_FALSE(meter.source().video);
    auto const taken = meter.take(start + seconds(10));
    EXPECT_EQ(taken.frames, 0U);
    EXPECT_EQ(taken.elapsed, seconds(1));
    EXPECT_EQ(taken.key_frame_distance, std::nullopt);
    EXPECT_EQ(taken.audio_level, std::nullopt);
}

}  // namespace
}  // namespace directfanz::live
