#include "worker/thumbnailer.hpp"

#include "worker/made_source_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::worker {

namespace {

using namespace ::directfanz::worker::testing;

Received thumbnails(Source const& source, wire::Setup setup, bool forced = true) {
    setup.thumbnail_interval = 5 * kVideoTimescale;
    setup.thumbnail_width = setup.thumbnail_width == 0 ? 160 : setup.thumbnail_width;
    Received received;
    Pipeline pipeline([&](wire::FromWorker const& message) { received.take(message); });
    EXPECT_TRUE(pipeline.handle(setup));
    EXPECT_TRUE(pipeline.handle(source.config));
    for (auto const& sample : source.samples) {
        EXPECT_TRUE(pipeline.handle(
            wire::VideoSample{.sample = sample, .force_key = forced && sample.sync}));
    }
    EXPECT_TRUE(pipeline.handle(wire::End{}));
    return received;
}

TEST(Thumbnailer, MakesAJpegAndAWebpAtOnceAndEveryFiveSeconds) {
    auto const times = regular_times(320, 3000);
    auto const received = thumbnails(make_source({.times = times}), two_rungs());
    ASSERT_EQ(received.thumbnails.size(), 6U);
    for (std::size_t i = 0; i < 6; ++i) {
        auto const& thumbnail = received.thumbnails[i];
        EXPECT_EQ(thumbnail.pts, times[i / 2 * 150]);
        EXPECT_EQ(thumbnail.width, 160U);
        EXPECT_EQ(thumbnail.height, 90U);
        auto const text = thumbnail.picture.text();
        if (i % 2 == 0) {
            EXPECT_EQ(thumbnail.format, wire::PictureFormat::jpeg);
            EXPECT_THAT(std::string(text), ::testing::StartsWith("\xFF\xD8\xFF"));
            EXPECT_THAT(std::string(text), ::testing::EndsWith("\xFF\xD9"));
        } else {
            EXPECT_EQ(thumbnail.format, wire::PictureFormat::webp);
            EXPECT_THAT(std::string(text), ::testing::StartsWith("RIFF"));
            EXPECT_EQ(text.substr(8, 4), "WEBP");
        }
    }
}

TEST(Thumbnailer, IsNeverWiderThanThePicture) {
    auto setup = two_rungs();
    setup.thumbnail_width = 640;
    auto const received = thumbnails(make_source({.times = regular_times(5, 3000)}), setup);
    ASSERT_EQ(received.thumbnails.size(), 2U);
    EXPECT_EQ(received.thumbnails[0].width, 320U);
    EXPECT_EQ(received.thumbnails[0].height, 180U);
}

TEST(Thumbnailer, APortraitStaysOne) {
    auto const source = make_source({.width = 180, .height = 320, .times = regular_times(5, 3000)});
    auto setup = two_rungs();
    setup.rungs.clear();
    auto const received = thumbnails(source, setup);
    ASSERT_EQ(received.thumbnails.size(), 2U);
    EXPECT_EQ(received.thumbnails[0].width, 160U);
    EXPECT_EQ(received.thumbnails[0].height, 284U);
}

TEST(Thumbnailer, WithoutRungsTheKeyPicturesAloneAreDecoded) {
    auto const times = regular_times(400, 3000);
    std::set<std::size_t> keys;
    for (std::size_t i = 0; i < 400; i += 60) keys.insert(i);
    auto setup = two_rungs();
    setup.rungs.clear();
    auto const received =
        thumbnails(make_source({.b_frames = 2, .times = times, .keys = keys}), setup);
    EXPECT_EQ(received.statistics.back().frames_decoded, 7U);
    EXPECT_EQ(received.statistics.back().frames_encoded, 0U);
    ASSERT_EQ(received.thumbnails.size(), 6U);
    EXPECT_EQ(received.thumbnails[0].pts, times[0]);
    EXPECT_EQ(received.thumbnails[2].pts, times[180]);
    EXPECT_EQ(received.thumbnails[4].pts, times[360]);
    EXPECT_TRUE(received.samples.empty());
}

TEST(Thumbnailer, WithoutRungsTheWorkerIsHeardOfOnceASecondWhereverTheKeyPicturesAre) {
    auto setup = two_rungs();
    setup.rungs.clear();
    auto const received =
        thumbnails(make_source({.times = regular_times(240, 3000), .keys = {0}}), setup);
    EXPECT_EQ(received.statistics.back().frames_decoded, 1U);
    EXPECT_GE(received.statistics.size(), 8U) << "or the server takes it for hung";
}

}  // namespace

}  // namespace directfanz::worker
