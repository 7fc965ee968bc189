#include "media/transcode/source_meter.hpp"

#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

Track track(double claimed = 0) {
    return {.format = VideoFormat{.width = 1280, .height = 720, .frame_rate = claimed}};
}

void push_frames(SourceMeter& meter, int count, std::int64_t ticks) {
    for (auto i = 0; i < count; ++i) meter.push({.dts = i * ticks, .sync = i == 0});
}

TEST(SourceMeter, MeasuresFrames) {
    SourceMeter meter;
    push_frames(meter, 31, 3'000);
    ASSERT_TRUE(meter.done());
    auto const picture = meter.picture(track(1'000));
    EXPECT_EQ(picture.width, 1280U);
    EXPECT_EQ(picture.height, 720U);
    EXPECT_NEAR(picture.frame_rate, 30, 0.01);
}

TEST(SourceMeter, IsDoneWhenEnoughWasSeen) {
    SourceMeter meter;
    push_frames(meter, 24, 3'000);
    EXPECT_FALSE(meter.done());
    meter.push({.dts = 24 * 3'000});
    EXPECT_TRUE(meter.done());
}

TEST(SourceMeter, BeginsWithAKeyFrame) {
    SourceMeter meter;
    for (auto i = 0; i < 100; ++i) meter.push({.dts = i * 3'000});
    EXPECT_FALSE(meter.done());
    EXPECT_EQ(meter.picture(track(25)).frame_rate, 25);
}

TEST(SourceMeter, WithoutFramesGoesByTheHeaders) {
    EXPECT_EQ(SourceMeter().picture(track(25)).frame_rate, 25);
    SourceMeter one;
    push_frames(one, 1, 3'000);
    EXPECT_EQ(one.picture(track(25)).frame_rate, 25);
}

}  // namespace
}  // namespace directfanz::transcode
