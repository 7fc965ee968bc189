#include "media/transcode/transcoder.hpp"

#include "media/codec/aac.hpp"
#include "media/codec/decoder_config.hpp"
#include "media/codec/h264.hpp"
#include "media/transcode/workers_fixture.hpp"

#include <map>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Workers;

/// x264's own for 1280x720.
Track video_track() {
    static Bytes const sps{0x67, 0x64, 0x00, 0x1f, 0xac, 0xd9, 0x40, 0x50, 0x05,
                           0xbb, 0x01, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10, 0x00,
                           0x00, 0x03, 0x03, 0xc0, 0xf1, 0x83, 0x19, 0x60};
    static Bytes const pps{0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0};
    ByteView const all_sps[]{sps};
    ByteView const all_pps[]{pps};
    return h264::describe(h264::decoder_config_of(all_sps, all_pps).value()).value();
}

Track audio_track() {
    return aac::describe(Blob(Bytes{0x11, 0x90})).value();
}

/// HE-AAC, which is not passed through.
Track other_audio() {
    return aac::describe(Blob(Bytes{0x2b, 0x11, 0x88, 0x00})).value();
}

struct Recorder final : Transcoder::Listener {
    std::vector<std::string> expected;
    std::map<std::string, std::vector<Sample>, std::less<>> samples;
    std::vector<std::string> lost;
    int leading_tracks = 0;
    std::vector<Sample> leading_video;
    std::vector<Sample> leading_audio;
    int thumbnails = 0;
    std::string source_only;

    void on_rungs_expected(std::vector<ExpectedRung> const& rungs) override {
        expected.clear();
        for (auto const& rung : rungs) expected.push_back(rung.name);
    }
    void on_rung_track(std::string_view, Track) override {}
    void on_rung_sample(std::string_view name, Sample sample) override {
        samples[std::string(name)].push_back(std::move(sample));
    }
    void on_rung_lost(std::string_view name) override { lost.emplace_back(name); }
    void on_leading_track(Track) override { ++leading_tracks; }
    void on_leading_sample(MediaKind kind, Sample sample) override {
        (kind == MediaKind::video ? leading_video : leading_audio).push_back(std::move(sample));
    }
    void on_thumbnail(wire::Thumbnail) override { ++thumbnails; }
    void on_source_only(std::string const& why) override { source_only = why; }
};

struct TranscoderTest : ::testing::Test {
    static constexpr std::int64_t kFrame = 3'000;

    std::unique_ptr<Workers> workers = std::make_unique<Workers>(1);
    Recorder heard;
    std::shared_ptr<Transcoder> transcoder;
    std::int64_t next = 0;
    std::int64_t keys = 60;
    std::size_t bytes = 10'000;

    void start(std::string habits = "", Track const& audio = audio_track()) {
        workers->on_loop([&] {
            transcoder =
                std::make_shared<Transcoder>(workers->loop(), workers->pool, TranscodeSettings(),
                                             std::move(habits), heard, log::Context{});
            transcoder->start();
            transcoder->begin_input();
            transcoder->configure(video_track());
            transcoder->configure(audio);
        });
    }

    void frames(int count) {
        for (auto i = 0; i < count; ++i, ++next) {
            workers->on_loop([&] {
                transcoder->push(MediaKind::video, {.dts = next * kFrame,
                                                    .sync = next % keys == 0,
                                                    .payload = Blob(Bytes(bytes))});
                transcoder->push(MediaKind::audio,
                                 {.dts = next * 1'600, .sync = true, .payload = Blob(Bytes(10))});
            });
            if (i % 10 == 0) workers->run_for(milliseconds(1));
        }
    }

    bool shown(std::vector<Sample> const& samples) {
        return workers->run_until(
            [&] { return !samples.empty() && samples.back().pts() == (next - 1) * kFrame; });
    }

    ~TranscoderTest() override {
        transcoder.reset();
        workers.reset();
    }
};

TEST_F(TranscoderTest, MeasuresAndThenMakesTheLadder) {
    start();
    frames(10);
    EXPECT_EQ(transcoder->state(), TranscodeState::measuring);
    frames(50);
    EXPECT_EQ(transcoder->state(), TranscodeState::running);
    EXPECT_THAT(heard.expected, ElementsAre("480p", "360p", "audioonly"));
    ASSERT_TRUE(shown(heard.samples["480p"]));
    ASSERT_TRUE(shown(heard.samples["360p"]));
    EXPECT_EQ(heard.samples["480p"].size(), 60U) << "what was held while measuring comes, too";
    EXPECT_TRUE(transcoder->passes(MediaKind::video));
    EXPECT_TRUE(transcoder->passes(MediaKind::audio));
    EXPECT_THAT(heard.leading_video, IsEmpty());
    EXPECT_GT(heard.thumbnails, 0);
}

TEST_F(TranscoderTest, KeyFramesOfTheRungsAreTheSources) {
    start();
    keys = 45;
    frames(100);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    for (std::size_t i = 0; i < 100; ++i)
        EXPECT_EQ(heard.samples["480p"][i].sync, i % 45 == 0) << i;
}

TEST_F(TranscoderTest, ASourceWithFewBitsHasFewRungs) {
    bytes = 4'000;
    start();
    frames(60);
    EXPECT_THAT(heard.expected, ElementsAre("360p", "audioonly"));
}

TEST_F(TranscoderTest, KeyFramesThatAreTooFarApartMakeItTheGrid) {
    keys = 10'000;
    start();
    frames(121);
    EXPECT_EQ(transcoder->mode(), Mode::follow);
    EXPECT_TRUE(transcoder->passes(MediaKind::video));
    frames(20);
    EXPECT_EQ(transcoder->mode(), Mode::grid);
    EXPECT_FALSE(transcoder->passes(MediaKind::video));
    EXPECT_TRUE(transcoder->passes(MediaKind::audio));
    ASSERT_TRUE(shown(heard.leading_video));
    EXPECT_EQ(heard.leading_tracks, 1);
    EXPECT_EQ(heard.leading_video.front().pts(), 122 * kFrame) << "the source was shown before";
    EXPECT_EQ(heard.leading_video.size(), 19U);
    ASSERT_TRUE(shown(heard.samples["480p"]));
}

TEST_F(TranscoderTest, AudioThatCannotBePassedIsEncoded) {
    start("", other_audio());
    EXPECT_FALSE(transcoder->passes(MediaKind::audio));
    frames(60);
    EXPECT_TRUE(workers->run_until([&] { return heard.leading_audio.size() >= 59; }));
    EXPECT_TRUE(transcoder->passes(MediaKind::video));
}

TEST_F(TranscoderTest, BeyondTheMachinesLimitThereIsTheSourceAlone) {
    auto const taken = workers->pool.reserve();
    start("", other_audio());
    frames(60);
    EXPECT_EQ(transcoder->state(), TranscodeState::source_only);
    EXPECT_THAT(heard.source_only, HasSubstr("1 broadcasts at a time"));
    EXPECT_TRUE(transcoder->passes(MediaKind::video));
    EXPECT_TRUE(transcoder->passes(MediaKind::audio)) << "better than none";
    EXPECT_THAT(heard.expected, IsEmpty());
}

TEST_F(TranscoderTest, TheNextPublisherIsTriedAgain) {
    auto taken = workers->pool.reserve();
    start();
    frames(60);
    ASSERT_EQ(transcoder->state(), TranscodeState::source_only);
    taken.reset();
    workers->on_loop([&] { transcoder->begin_input(); });
    frames(60);
    EXPECT_EQ(transcoder->state(), TranscodeState::running);
    ASSERT_TRUE(shown(heard.samples["480p"]));
}

TEST_F(TranscoderTest, APauseIsNoPartOfWhatIsMeasured) {
    start();
    frames(10);
    workers->on_loop([&] { transcoder->begin_input(); });
    next = 600;
    frames(60);
    EXPECT_THAT(heard.expected, ElementsAre("480p", "360p", "audioonly"));
    ASSERT_TRUE(shown(heard.samples["480p"]));
    EXPECT_EQ(heard.samples["480p"].front().pts(), 600 * kFrame);
}

TEST_F(TranscoderTest, WhatCrashesWorkersIsShownAsItComes) {
    start("crashes");
    auto const give_up = steady_now() + seconds(40);
    while (heard.source_only.empty() && steady_now() < give_up) frames(10);
    EXPECT_THAT(heard.source_only, HasSubstr("failed 3 times"));
    EXPECT_THAT(heard.lost, ::testing::Contains("480p"));
    EXPECT_TRUE(transcoder->passes(MediaKind::video));
    EXPECT_TRUE(workers->pool.reserve()) << "its place is free";
    frames(10);
    workers->run_for(milliseconds(300));
}

TEST_F(TranscoderTest, AnotherSizeIsAnotherLadder) {
    start();
    frames(60);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    auto larger = video_track();
    larger.format = VideoFormat{.width = 1920, .height = 1080};
    workers->on_loop([&] { transcoder->configure(larger); });
    EXPECT_EQ(transcoder->state(), TranscodeState::measuring);
    EXPECT_THAT(heard.lost, ElementsAre("480p", "360p"));
    bytes = 20'000;
    frames(100);
    EXPECT_THAT(heard.expected, ElementsAre("720p", "480p", "360p", "audioonly"));
    ASSERT_TRUE(shown(heard.samples["720p"]));
}

TEST_F(TranscoderTest, APublisherThatComesBackGoesOnWithTheSameWorker) {
    start();
    frames(60);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    workers->on_loop([&] { transcoder->begin_input(); });
    next = 600;
    frames(60);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    EXPECT_EQ(heard.samples["480p"][60].pts(), 600 * kFrame);
    EXPECT_TRUE(heard.samples["480p"][60].sync);
    EXPECT_EQ(transcoder->mode(), Mode::follow);
}

}  // namespace
}  // namespace directfanz::transcode
