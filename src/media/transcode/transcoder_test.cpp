#include "media/transcode/transcoder.hpp"

#include "media/codec/aac.hpp"
#include "media/transcode/workers_fixture.hpp"

#include <filesystem>
#include <map>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace directfanz::transcode {
namespace {

using testing::audio_track;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::video_track;
using testing::Workers;

/// HE-AAC, which is not passed through.
Track other_audio() {
    return aac::describe(Blob(Bytes{0x2b, 0x11, 0x88, 0x00})).value();
}

struct Recorder final : Transcoder::Listener {
    std::vector<std::string> expected;
    std::map<std::string, std::vector<Sample>, std::less<>> samples;
    std::vector<std::string> lost;
    /// Of each video track that led.
    std::vector<unsigned> leading_width;
    std::vector<Sample> leading_video;
    std::vector<Sample> leading_audio;
    int thumbnails = 0;
    std::vector<double> levels;
    std::string source_only;
    TranscodeStatus status;
    int breaks = 0;
    std::vector<microseconds> behind;
    bool ended = false;

    void on_rungs_expected(std::vector<ExpectedRung> const& rungs) override {
        expected.clear();
        for (auto const& rung : rungs) expected.push_back(rung.name);
    }
    void on_rung_track(std::string_view, Track) override {}
    void on_rung_sample(std::string_view name, Sample sample) override {
        samples[std::string(name)].push_back(std::move(sample));
    }
    void on_rung_lost(std::string_view name) override { lost.emplace_back(name); }
    void on_leading_track(Track track) override {
        if (track.kind == MediaKind::video) leading_width.push_back(track.video().width);
    }
    void on_leading_sample(MediaKind kind, Sample sample) override {
        (kind == MediaKind::video ? leading_video : leading_audio).push_back(std::move(sample));
    }
    void on_thumbnail(wire::Thumbnail) override { ++thumbnails; }
    void on_sound_level(double level) override { levels.push_back(level); }
    void on_break() override { ++breaks; }
    void on_source_behind(microseconds by) override { behind.push_back(by); }
    void on_status(TranscodeStatus const& told) override {
        status = told;
        source_only = told.reason;
    }
    void on_ended() override { ended = true; }
};

struct TranscoderTest : ::testing::Test {
    static constexpr std::int64_t kFrame = 3'000;

    std::unique_ptr<Workers> workers = std::make_unique<Workers>(1);
    Recorder heard;
    std::shared_ptr<Transcoder> transcoder;
    std::int64_t next = 0;
    std::int64_t keys = 60;
    std::size_t bytes = 10'000;

    void start(std::string habits = "", std::optional<Track> const& audio = audio_track()) {
        workers->on_loop([&] {
            transcoder =
                std::make_shared<Transcoder>(workers->loop(), workers->pool, TranscodeSettings(),
                                             std::move(habits), heard, log::Context{});
            transcoder->start();
            transcoder->begin_input(default_ladder());
            transcoder->configure(video_track());
            if (audio) transcoder->configure(*audio);
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
    EXPECT_EQ(heard.leading_video.size(), 60U) << "the source's own";
    EXPECT_EQ(heard.leading_audio.size(), 60U);
    EXPECT_GT(heard.thumbnails, 0);
    EXPECT_THAT(heard.levels, ::testing::Contains(-20.5));
}

TEST_F(TranscoderTest, KeyFramesOfTheRungsAreTheSources) {
    start();
    keys = 45;
    frames(100);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    for (std::size_t i = 0; i < 100; ++i)
        EXPECT_EQ(heard.samples["480p"][i].sync, i % 45 == 0) << i;
}

TEST_F(TranscoderTest, AnEncoderThatIsSetToFewBitsHasFewRungs) {
    start();
    workers->on_loop([&] { transcoder->claim_bitrate(1'000'000); });
    frames(60);
    EXPECT_THAT(heard.expected, ElementsAre("360p", "audioonly"));
}

TEST_F(TranscoderTest, AShowThatBeginsWithACardHasTheWholeLadder) {
    bytes = 50;
    start();
    frames(60);
    EXPECT_THAT(heard.expected, ElementsAre("480p", "360p", "audioonly"));
}

TEST_F(TranscoderTest, SoundThatComesLateTakesNoPictureAway) {
    start("", std::nullopt);
    frames(60);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    EXPECT_THAT(heard.expected, ElementsAre("480p", "360p"));
    workers->on_loop([&] { transcoder->configure(audio_track()); });
    EXPECT_EQ(transcoder->state(), TranscodeState::running);
    EXPECT_THAT(heard.expected, ElementsAre("480p", "360p", "audioonly"));
    EXPECT_THAT(heard.lost, IsEmpty());
    frames(40);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    ASSERT_EQ(heard.samples["480p"].size(), 100U);
    for (std::size_t i = 0; i < 100; ++i)
        EXPECT_EQ(heard.samples["480p"][i].pts(), static_cast<std::int64_t>(i) * kFrame);
    EXPECT_EQ(heard.leading_video.size(), 100U);
}

TEST_F(TranscoderTest, SoundThatComesLateLeavesNoHoleInTheGrid) {
    keys = 10'000;
    start("", std::nullopt);
    frames(141);
    ASSERT_EQ(transcoder->mode(), Mode::grid);
    ASSERT_TRUE(shown(heard.leading_video));
    workers->on_loop([&] { transcoder->configure(audio_track()); });
    frames(40);
    ASSERT_TRUE(shown(heard.leading_video));
    ASSERT_EQ(heard.leading_video.size(), 181U);
    for (std::size_t i = 0; i < 181; ++i)
        EXPECT_EQ(heard.leading_video[i].pts(), static_cast<std::int64_t>(i) * kFrame);
}

TEST_F(TranscoderTest, SoundThatComesWhileItMeasuresIsPlannedWithIt) {
    start("", std::nullopt);
    frames(15);
    workers->on_loop([&] { transcoder->configure(audio_track()); });
    frames(30);
    EXPECT_EQ(transcoder->state(), TranscodeState::running) << "what was measured counts";
    EXPECT_THAT(heard.expected, ElementsAre("480p", "360p", "audioonly"));
}

TEST_F(TranscoderTest, APictureThatComesAfterEncodedSoundHasItsLadder) {
    workers->on_loop([&] {
        transcoder = std::make_shared<Transcoder>(workers->loop(), workers->pool,
                                                  TranscodeSettings(), "", heard, log::Context{});
        transcoder->start();
        transcoder->begin_input(default_ladder());
        transcoder->configure(other_audio());
        for (std::int64_t i = 0; i < 200; ++i) {
            transcoder->push(MediaKind::audio,
                             {.dts = i * 1'024, .sync = true, .payload = Blob(Bytes(10))});
        }
    });
    ASSERT_EQ(transcoder->state(), TranscodeState::running);
    EXPECT_THAT(heard.expected, IsEmpty());
    workers->on_loop([&] { transcoder->configure(video_track()); });
    frames(60);
    EXPECT_THAT(heard.expected, ElementsAre("480p", "360p", "audioonly"));
    ASSERT_TRUE(shown(heard.samples["480p"]));
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
    ASSERT_EQ(heard.leading_video.size(), 141U);
    for (std::size_t i = 0; i < 141; ++i)
        EXPECT_EQ(heard.leading_video[i].pts(), static_cast<std::int64_t>(i) * kFrame);
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

TEST_F(TranscoderTest, BeyondTheMachinesLimitItsCardStillHasAPicture) {
    auto const taken = workers->pool.reserve();
    start();
    frames(60);
    ASSERT_EQ(transcoder->state(), TranscodeState::source_only);
    frames(120);
    EXPECT_TRUE(workers->run_until([&] { return heard.thumbnails > 0; }));
    EXPECT_EQ(heard.leading_video.size(), 180U);
    EXPECT_THAT(heard.samples, IsEmpty());
}

TEST_F(TranscoderTest, ASourceThatIsNotTranscodedTakesNoPlace) {
    start();
    workers->on_loop([&] { transcoder->begin_input({}); });
    frames(60);
    EXPECT_EQ(transcoder->state(), TranscodeState::running);
    EXPECT_TRUE(workers->pool.reserve()) << "it is for others";
    EXPECT_TRUE(workers->run_until([&] { return heard.thumbnails > 0; }));
}

TEST_F(TranscoderTest, WithoutAPlaceForItsCardItIsPlayedAllTheSame) {
    std::vector<std::unique_ptr<WorkerPool::Slot>> taken;
    while (auto slot = workers->pool.reserve_glimpses()) taken.push_back(std::move(slot));
    start();
    workers->on_loop([&] { transcoder->begin_input({}); });
    frames(120);
    EXPECT_EQ(transcoder->state(), TranscodeState::running);
    EXPECT_EQ(heard.leading_video.size(), 120U);
    EXPECT_EQ(heard.thumbnails, 0);
}

TEST_F(TranscoderTest, AWorkerThatCannotBeStartedIsTriedAgain) {
    auto const program =
        std::filesystem::path(::testing::TempDir()) / fmt::format("worker-{}", ::getpid());
    workers = std::make_unique<Workers>(1, program);
    start();
    frames(60);
    EXPECT_EQ(transcoder->state(), TranscodeState::source_only);
    EXPECT_NE(heard.source_only, "");
    std::filesystem::create_symlink(testing::fake_worker(), program);
    EXPECT_TRUE(
        workers->run_until([&] { return transcoder->state() != TranscodeState::source_only; }));
    frames(60);
    EXPECT_EQ(transcoder->state(), TranscodeState::running);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    std::filesystem::remove(program);
}

TEST_F(TranscoderTest, TheNextPublisherIsTriedAgain) {
    auto taken = workers->pool.reserve();
    start();
    frames(60);
    ASSERT_EQ(transcoder->state(), TranscodeState::source_only);
    taken.reset();
    workers->on_loop([&] { transcoder->begin_input(default_ladder()); });
    frames(60);
    EXPECT_EQ(transcoder->state(), TranscodeState::running);
    ASSERT_TRUE(shown(heard.samples["480p"]));
}

TEST_F(TranscoderTest, APlaceThatBecomesFreeIsTaken) {
    auto taken = workers->pool.reserve();
    start();
    frames(60);
    ASSERT_EQ(transcoder->state(), TranscodeState::source_only);
    taken.reset();
    EXPECT_TRUE(
        workers->run_until([&] { return transcoder->state() != TranscodeState::source_only; }));
    frames(120);
    EXPECT_EQ(transcoder->state(), TranscodeState::running);
    EXPECT_EQ(heard.source_only, "");
    ASSERT_TRUE(shown(heard.samples["480p"]));
    EXPECT_EQ(heard.leading_video.size(), 180U) << "the source goes on meanwhile";
}

TEST_F(TranscoderTest, KeyFramesFurtherApartThanSegmentsCanBeMakeItTheGrid) {
    start();
    workers->on_loop([&] { transcoder->segments_at_most(milliseconds(2'300)); });
    frames(61);
    keys = 75;
    frames(240);
    EXPECT_EQ(transcoder->mode(), Mode::grid);
}

TEST_F(TranscoderTest, APauseIsNoPartOfWhatIsMeasured) {
    start();
    frames(10);
    workers->on_loop([&] { transcoder->begin_input(default_ladder()); });
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

/// Sent by the fake worker in the place of a silent source.
bool stood_in(Sample const& sample) {
    return sample.payload == Blob(Bytes{9});
}

TEST_F(TranscoderTest, ASilentSourceIsStoodInForByItsLargestRung) {
    start();
    frames(60);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    auto const source = heard.leading_video.size();
    auto const sound = heard.leading_audio.size();
    ASSERT_TRUE(workers->run_until([&] { return heard.leading_video.size() > source + 60; }));
    EXPECT_TRUE(heard.status.standing_in);
    EXPECT_FALSE(transcoder->passes(MediaKind::video));
    auto const& first = heard.leading_video[source];
    EXPECT_TRUE(stood_in(first));
    EXPECT_TRUE(first.sync);
    for (auto i = source; i < heard.leading_video.size(); ++i)
        EXPECT_GT(heard.leading_video[i].dts, heard.leading_video[i - 1].dts);
    EXPECT_TRUE(stood_in(heard.samples["360p"].back())) << "the other rungs go on, too";
    // Silence in whole frames.
    ASSERT_GT(heard.leading_audio.size(), sound + 10);
    for (auto i = sound; i < heard.leading_audio.size(); ++i)
        EXPECT_EQ(heard.leading_audio[i].dts - heard.leading_audio[i - 1].dts, 1024);
    EXPECT_EQ(heard.leading_audio.back().payload.size(), 6U);
}

TEST_F(TranscoderTest, TheSourceTakesOverAgainWithAKeyPicture) {
    start();
    frames(60);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    ASSERT_TRUE(workers->run_until([&] { return stood_in(heard.leading_video.back()); }));
    auto const tracks = heard.leading_width.size();
    // Far enough on, and not a key picture yet.
    next = 7'001;
    frames(10);
    EXPECT_TRUE(heard.status.standing_in);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    ASSERT_TRUE(shown(heard.leading_video)) << "as encoded, it is shown at once";
    EXPECT_FALSE(stood_in(heard.leading_video.back()));
    next = 7'020;
    frames(30);
    EXPECT_FALSE(heard.status.standing_in);
    EXPECT_TRUE(transcoder->passes(MediaKind::video));
    EXPECT_EQ(heard.leading_width.size(), tracks + 1);
    auto const& last = heard.leading_video.back();
    EXPECT_EQ(last.pts(), (next - 1) * kFrame);
    EXPECT_EQ(last.payload.size(), bytes);
}

TEST_F(TranscoderTest, WhatASilentSourceBringsTooLateIsNeverHeard) {
    start();
    frames(60);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    ASSERT_TRUE(workers->run_until([&] { return stood_in(heard.leading_video.back()); }));
    frames(5);
    for (std::size_t i = 1; i < heard.leading_video.size(); ++i)
        EXPECT_GT(heard.leading_video[i].dts, heard.leading_video[i - 1].dts);
    for (std::size_t i = 1; i < heard.leading_audio.size(); ++i)
        EXPECT_GT(heard.leading_audio[i].dts, heard.leading_audio[i - 1].dts);
}

TEST_F(TranscoderTest, ASourceThatGoesOnWhereItStoppedIsMoved) {
    start();
    frames(60);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    ASSERT_TRUE(workers->run_until([&] { return heard.leading_video.size() > 120; }));
    auto const give_up = steady_now() + seconds(40);
    while (heard.behind.empty() && steady_now() < give_up) {
        frames(1);
        workers->run_for(milliseconds(33));
    }
    ASSERT_FALSE(heard.behind.empty());
    EXPECT_GT(heard.behind.front(), milliseconds(500));
}

TEST_F(TranscoderTest, AGridGoesOnOverASilenceAndTellsOfABreak) {
    keys = 10'000;
    start();
    frames(141);
    ASSERT_EQ(transcoder->mode(), Mode::grid);
    ASSERT_TRUE(shown(heard.leading_video));
    ASSERT_TRUE(workers->run_until([&] { return stood_in(heard.leading_video.back()); }));
    EXPECT_EQ(heard.breaks, 0);
    auto const tracks = heard.leading_width.size();
    next = 7'001;
    frames(20);
    ASSERT_TRUE(shown(heard.leading_video));
    EXPECT_EQ(heard.breaks, 1);
    EXPECT_EQ(heard.leading_width.size(), tracks) << "the same encoder leads";
    for (std::size_t i = 1; i < heard.leading_video.size(); ++i)
        EXPECT_GT(heard.leading_video[i].dts, heard.leading_video[i - 1].dts);
}

TEST_F(TranscoderTest, APublisherThatHasGoneIsStoodInForUntilItIsBack) {
    start();
    frames(60);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    auto stands_in = false;
    workers->on_loop([&] { stands_in = transcoder->lose_input(); });
    EXPECT_TRUE(stands_in);
    ASSERT_TRUE(workers->run_until([&] { return stood_in(heard.leading_video.back()); }));
    workers->on_loop([&] {
        transcoder->begin_input(default_ladder());
        transcoder->configure(video_track());
    });
    EXPECT_FALSE(transcoder->status().standing_in);
    next = 6'000;
    frames(60);
    EXPECT_EQ(heard.leading_video.back().pts(), (next - 1) * kFrame);
    ASSERT_TRUE(shown(heard.samples["480p"]));
}

TEST_F(TranscoderTest, WithoutRungsNothingStandsIn) {
    start();
    workers->on_loop([&] { transcoder->claim_bitrate(300'000); });
    frames(60);
    ASSERT_EQ(transcoder->state(), TranscodeState::running);
    auto stands_in = true;
    workers->on_loop([&] { stands_in = transcoder->lose_input(); });
    EXPECT_FALSE(stands_in);
    auto ends = true;
    workers->on_loop([&] { ends = transcoder->end(); });
    EXPECT_FALSE(ends) << "nothing is under way";
}

TEST_F(TranscoderTest, AtTheEndWhatIsUnderWayStillComes) {
    start();
    frames(60);
    auto ends = false;
    workers->on_loop([&] { ends = transcoder->end(); });
    ASSERT_TRUE(ends);
    ASSERT_TRUE(workers->run_until([&] { return heard.ended; }));
    EXPECT_EQ(heard.samples["480p"].size(), 60U);
    EXPECT_EQ(heard.samples["360p"].size(), 60U);
}

TEST_F(TranscoderTest, AWorkerThatDoesNotEndIsNotWaitedForForLong) {
    start("never ends");
    frames(60);
    auto ends = false;
    workers->on_loop([&] { ends = transcoder->end(); });
    ASSERT_TRUE(ends);
    EXPECT_TRUE(workers->run_until([&] { return heard.ended; }));
}

TEST_F(TranscoderTest, AnotherLadderCountsFromTheNextPublisherOn) {
    start();
    frames(60);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    workers->on_loop([&] { transcoder->begin_input({{.height = 240, .bitrate = 300'000}}); });
    EXPECT_EQ(transcoder->state(), TranscodeState::measuring);
    frames(60);
    EXPECT_THAT(heard.expected, ElementsAre("240p", "audioonly"));
    ASSERT_TRUE(shown(heard.samples["240p"]));
}

TEST_F(TranscoderTest, WhatAnEncoderLeadsWithIsToldToTheNextPublishersWindow) {
    keys = 10'000;
    start();
    frames(141);
    ASSERT_TRUE(shown(heard.leading_video));
    auto const tracks = heard.leading_width.size();
    workers->on_loop([&] { transcoder->begin_input(default_ladder()); });
    EXPECT_EQ(heard.leading_width.size(), tracks + 1);
    next = 20'000;
    frames(10);
    ASSERT_TRUE(shown(heard.leading_video));
}

TEST_F(TranscoderTest, APublisherThatComesBackGoesOnWithTheSameWorker) {
    start();
    frames(60);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    workers->on_loop([&] { transcoder->begin_input(default_ladder()); });
    next = 600;
    frames(60);
    ASSERT_TRUE(shown(heard.samples["480p"]));
    EXPECT_EQ(heard.samples["480p"][60].pts(), 600 * kFrame);
    EXPECT_TRUE(heard.samples["480p"][60].sync);
    EXPECT_EQ(transcoder->mode(), Mode::follow);
}

}  // namespace
}  // namespace directfanz::transcode
