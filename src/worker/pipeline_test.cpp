#include "worker/pipeline.hpp"

#include "media/codec/sps.hpp"
#include "worker/made_source_test.hpp"
#include "worker/x264_encoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::worker {

namespace {

using namespace ::directfanz::worker::testing;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A pipeline and all that came out of it; every message has to be taken without an error.
class Running {
  public:
    explicit Running(wire::Setup const& setup)
        : pipeline_([this](wire::FromWorker const& message) { received.take(message); }) {
        give(setup);
    }

    void give(wire::ToWorker const& message) {
        auto const handled = pipeline_.handle(message);
        ASSERT_TRUE(handled) << describe(handled.error());
    }

    /// All samples; the source's IDR pictures are forced.
    void play(Source const& source, bool replay = false) {
        give(source.config);
        for (auto const& sample : source.samples)
            give(wire::VideoSample{.sample = sample, .force_key = sample.sync, .replay = replay});
    }

    Received received;

  private:
    Pipeline pipeline_;
};

Received transcode(wire::Setup const& setup, Source const& source) {
    Running running(setup);
    running.play(source);
    running.give(wire::End{});
    return running.received;
}

std::vector<std::int64_t> at(std::vector<std::int64_t> const& times,
                             std::set<std::size_t> const& numbers) {
    std::vector<std::int64_t> chosen;
    for (auto const number : numbers) chosen.push_back(times[number]);
    return chosen;
}

/// Decodes a rung and expects picture number i at times[i], for all of them.
void expect_pictures(Received const& received, int rung, std::vector<std::int64_t> const& times) {
    auto const pictures =
        look_at(received.configs.at(rung).front().decoder_config, received.samples.at(rung));
    ASSERT_EQ(pictures.size(), times.size());
    for (std::size_t i = 0; i < times.size(); ++i) {
        ASSERT_TRUE(pictures.contains(times[i])) << "picture " << i;
        EXPECT_EQ(pictures.at(times[i]).number, static_cast<int>(i));
    }
}

void expect_consistent_decode_times(std::vector<Sample> const& samples) {
    for (std::size_t i = 0; i < samples.size(); ++i) {
        EXPECT_LE(samples[i].dts, samples[i].pts());
        if (i + 1 < samples.size()) {
            EXPECT_EQ(samples[i].dts + samples[i].duration, samples[i + 1].dts) << i;
        }
    }
}

struct Timing {
    char const* name;
    double interval;
    int b_frames;
};

class PipelineTimes : public ::testing::TestWithParam<Timing> {};

TEST_P(PipelineTimes, EveryPictureHasItsTimeInEveryRung) {
    std::set<std::size_t> const keys{0, 20, 47, 50};
    auto const times = regular_times(75, GetParam().interval);
    auto const source =
        make_source({.b_frames = GetParam().b_frames, .times = times, .keys = keys});
    auto const received = transcode(two_rungs(), source);
    for (int const rung : {0, 1}) {
        SCOPED_TRACE(rung);
        EXPECT_EQ(received.times(rung), times);
        EXPECT_EQ(received.keys(rung), at(times, keys));
        expect_pictures(received, rung, times);
        expect_consistent_decode_times(received.samples.at(rung));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rates, PipelineTimes,
    ::testing::Values(Timing{"At29_97", 3003, 0}, Timing{"At29_97WithBFrames", 3003, 2},
                      Timing{"At50", 1800, 0}, Timing{"At50WithBFrames", 1800, 3},
                      Timing{"At60", 1500, 2}, Timing{"At23_976InMilliseconds", 3753.75, 1}),
    [](auto const& instance) { return instance.param.name; });

TEST(Pipeline, VariableFrameRatesPassThrough) {
    std::vector<std::int64_t> times{0};
    for (int i = 1; i < 80; ++i)
        times.push_back(times.back() + (i % 7 == 0 ? 9000 : 1500 + 90 * i));
    std::set<std::size_t> const keys{0, 6, 33};
    for (int const b_frames : {0, 2}) {
        SCOPED_TRACE(b_frames);
        auto const source = make_source({.b_frames = b_frames, .times = times, .keys = keys});
        auto const received = transcode(two_rungs(), source);
        for (int const rung : {0, 1}) {
            EXPECT_EQ(received.times(rung), times);
            EXPECT_EQ(received.keys(rung), at(times, keys));
            expect_pictures(received, rung, times);
            expect_consistent_decode_times(received.samples.at(rung));
        }
    }
}

TEST(Pipeline, TheRungsHaveTheSizesThatWereAskedFor) {
    auto const source = make_source({.times = regular_times(10, 3000)});
    auto const received = transcode(two_rungs(), source);
    auto const& big = received.configs.at(0).front();
    EXPECT_EQ(big.width, 256U);
    EXPECT_EQ(big.height, 144U);
    auto const pictures = look_at(big.decoder_config, received.samples.at(0));
    EXPECT_EQ(pictures.begin()->second.width, 256);
    EXPECT_EQ(pictures.begin()->second.height, 144);
    EXPECT_EQ(look_at(received.configs.at(1).front().decoder_config, received.samples.at(1))
                  .begin()
                  ->second.width,
              160);
}

TEST(Pipeline, APictureComesOutAtMostThreePicturesLater) {
    auto const times = regular_times(40, 3000);
    auto const source = make_source({.times = times, .keys = {0, 17}});
    Running running(two_rungs());
    running.give(source.config);
    for (std::size_t i = 0; i < source.samples.size(); ++i) {
        running.give(
            wire::VideoSample{.sample = source.samples[i], .force_key = source.samples[i].sync});
        // Waits for what is being encoded.
        running.give(wire::Shed{});
        for (int const rung : {0, 1})
            EXPECT_GE(running.received.samples[rung].size() + X264Encoder::kDelay, i + 1);
    }
}

TEST(Pipeline, AnIdrPictureThatIsNotForcedIsNone) {
    auto const times = regular_times(40, 3000);
    auto const source = make_source({.times = times, .keys = {0, 10, 30}});
    Running running(two_rungs());
    running.give(source.config);
    for (auto const& sample : source.samples)
        running.give(wire::VideoSample{.sample = sample, .force_key = sample.pts() == times[30]});
    running.give(wire::End{});
    EXPECT_THAT(running.received.keys(0), ElementsAre(times[0], times[30]));
    EXPECT_THAT(running.received.keys(1), ElementsAre(times[0], times[30]));
}

TEST(Pipeline, AGridPutsIdrPicturesAtTheFirstPictureOfEachInterval) {
    auto const times = regular_times(100, 3003, 175'000);
    auto setup = two_rungs();
    setup.key_interval = 90'000;
    Running running(setup);
    auto const source = make_source({.b_frames = 2, .times = times, .keys = {33}});
    running.give(source.config);
    for (auto const& sample : source.samples) running.give(wire::VideoSample{.sample = sample});
    running.give(wire::End{});
    std::vector<std::int64_t> expected{times[0]};
    for (std::size_t i = 1; i < times.size(); ++i)
        if (times[i] / 90'000 != times[i - 1] / 90'000) expected.push_back(times[i]);
    ASSERT_GE(expected.size(), 4U);
    EXPECT_EQ(running.received.keys(0), expected);
    EXPECT_EQ(running.received.keys(1), expected);
}

TEST(Pipeline, HalfTheFrameRateDropsEverySecondPictureAndNoForcedOne) {
    auto const times = regular_times(61, 1500);
    std::set<std::size_t> const keys{0, 21, 40};
    auto setup = two_rungs();
    setup.rungs[1].frame_divisor = 2;
    auto const received = transcode(setup, make_source({.times = times, .keys = keys}));
    EXPECT_EQ(received.times(0), times);
    EXPECT_EQ(received.keys(1), at(times, keys));
    std::vector<std::int64_t> expected;
    for (std::size_t i = 0; i < times.size(); ++i) {
        auto const since = i < 21 ? i : i < 40 ? i - 21 : i - 40;
        if (since % 2 == 0) expected.push_back(times[i]);
    }
    EXPECT_EQ(received.times(1), expected);
    expect_consistent_decode_times(received.samples.at(1));
    auto const pictures =
        look_at(received.configs.at(1).front().decoder_config, received.samples.at(1));
    EXPECT_EQ(pictures.at(times[23]).number, 23);
}

TEST(Pipeline, WhatIsReplayedIsDecodedButNotSent) {
    auto const times = regular_times(80, 3000);
    auto const source = make_source({.b_frames = 2, .times = times, .keys = {0, 60}});
    Running running(two_rungs());
    running.give(source.config);
    for (auto const& sample : source.samples)
        running.give(wire::VideoSample{.sample = sample, .replay = sample.pts() < times[30]});
    running.give(wire::End{});
    EXPECT_EQ(running.received.times(0),
              std::vector<std::int64_t>(times.begin() + 30, times.end()));
    EXPECT_THAT(running.received.keys(0), ElementsAre(times[30]));
    auto const pictures = look_at(running.received.configs.at(0).front().decoder_config,
                                  running.received.samples.at(0));
    for (auto const number : {30, 31, 32, 59, 60, 79}) {
        EXPECT_EQ(pictures.at(times[static_cast<std::size_t>(number)]).number, number);
    }
}

TEST(Pipeline, DamagedPicturesKeepTheirPlaceWithTheLastGoodOne) {
    auto const times = regular_times(90, 3000);
    std::set<std::size_t> const keys{0, 30, 60};
    auto source = make_source({.times = times, .keys = keys});
    auto damaged = 0;
    for (std::size_t i = 5; i < source.samples.size(); i += 7) {
        Bytes bytes(source.samples[i].payload.view().begin(),
                    source.samples[i].payload.view().end());
        for (std::size_t at = 6; at < bytes.size(); at += 5) bytes[at] ^= 0x5A;
        source.samples[i].payload = Blob(std::move(bytes));
        ++damaged;
    }
    auto const received = transcode(two_rungs(), source);
    EXPECT_EQ(received.times(0), times);
    EXPECT_EQ(received.times(1), times);
    EXPECT_EQ(received.keys(0), at(times, keys));
    EXPECT_GT(damaged, 5);
}

TEST(Pipeline, SamplesOfNoiseHarmNobody) {
    auto const times = regular_times(60, 3000);
    auto source = make_source({.times = times});
    for (std::size_t i = 10; i < 50; ++i) {
        Bytes bytes(300);
        for (std::size_t at = 0; at < bytes.size(); ++at)
            bytes[at] = static_cast<std::uint8_t>(at * i * 31 + i);
        source.samples[i].payload = Blob(std::move(bytes));
    }
    auto const received = transcode(two_rungs(), source);
    EXPECT_EQ(received.times(0), times);
}

TEST(Pipeline, TheEncodersGoOnThroughANewConfigurationOfTheSource) {
    auto const times = regular_times(60, 3000);
    auto const first = make_source({.times = {times.begin(), times.begin() + 30}});
    auto const second = make_source({.width = 640,
                                     .height = 360,
                                     .b_frames = 2,
                                     .times = {times.begin() + 30, times.end()},
                                     .first_number = 30});
    Running running(two_rungs());
    running.play(first);
    running.play(second);
    running.give(wire::End{});
    EXPECT_EQ(running.received.times(0), times);
    EXPECT_EQ(running.received.configs.at(0).size(), 1U);
    EXPECT_THAT(running.received.keys(0), ElementsAre(times[0], times[30]));
    expect_pictures(running.received, 0, times);
}

TEST(Pipeline, APortraitGetsBarsAndKeepsItsShape) {
    auto const source = make_source({.width = 180, .height = 320, .times = regular_times(8, 3000)});
    auto const received = transcode(two_rungs(), source);
    auto decoder = VideoDecoder::open(received.configs.at(0).front().decoder_config.view());
    ASSERT_TRUE(decoder);
    auto const& sample = received.samples.at(0).front();
    decoder->send(sample.payload.view(), sample.pts(), true);
    decoder->drain();
    auto const frame = decoder->receive();
    ASSERT_NE(frame, nullptr);
    auto const luma = [&](int x, int y) { return frame->data[0][y * frame->linesize[0] + x]; };
    // 81 of 256 columns hold the picture.
    EXPECT_NEAR(luma(10, 72), 16, 4);
    EXPECT_NEAR(luma(245, 72), 16, 4);
    EXPECT_GT(luma(128, 130), 40);
}

TEST(Pipeline, InterlacedPicturesAreDeinterlacedAndKeepTheirTimes) {
    auto const times = regular_times(40, 3600);
    std::set<std::size_t> const keys{0, 25};
    auto const source = make_source({.times = times, .keys = keys, .interlaced = true});
    auto const received = transcode(two_rungs(), source);
    EXPECT_EQ(received.times(0), times);
    EXPECT_EQ(received.keys(0), at(times, keys));
    EXPECT_EQ(received.keys(1), at(times, keys));
    expect_pictures(received, 0, times);
    ASSERT_EQ(received.logs.size(), 1U);
    EXPECT_THAT(received.logs[0].words, HasSubstr("interlaced"));
}

TEST(Pipeline, HdrIsToneMappedAndSaysSo) {
    auto const times = regular_times(20, 3000);
    auto const source = make_source({.times = times, .transfer = 18, .ten_bit = true});
    auto const received = transcode(two_rungs(), source);
    EXPECT_EQ(received.times(0), times);
    expect_pictures(received, 0, times);
    ASSERT_EQ(received.logs.size(), 1U);
    EXPECT_THAT(received.logs[0].words, HasSubstr("HDR"));
    auto const config =
        h264::parse_decoder_config(received.configs.at(0).front().decoder_config.view());
    ASSERT_TRUE(config);
    auto const sps = h264::parse_sps(config->sps.front());
    ASSERT_TRUE(sps && sps->vui && sps->vui->colour_description);
    EXPECT_EQ(sps->vui->colour_description->transfer_characteristics, 1);
    EXPECT_EQ(sps->bit_depth_luma_minus8, 0U);
}

TEST(Pipeline, TenBitsWithoutHdrBecomeEight) {
    auto const times = regular_times(20, 3000);
    auto const source = make_source({.times = times, .ten_bit = true});
    auto const received = transcode(two_rungs(), source);
    expect_pictures(received, 0, times);
    expect_pictures(received, 1, times);
    EXPECT_TRUE(received.logs.empty());
}

TEST(Pipeline, AfterTwoSecondsOfSilenceACardStandsInAndThePictureComesBack) {
    auto const times = regular_times(200, 3000, 0);
    auto const source = make_source({.times = times, .keys = {150}});
    Running running(two_rungs());
    running.give(source.config);
    for (std::size_t i = 0; i < 30; ++i)
        running.give(wire::VideoSample{.sample = source.samples[i]});
    running.give(wire::Stalled{.until = times[150]});
    for (std::size_t i = 150; i < 200; ++i) {
        running.give(
            wire::VideoSample{.sample = source.samples[i], .force_key = source.samples[i].sync});
    }
    running.give(wire::End{});
    EXPECT_EQ(running.received.times(0), times);
    auto const pictures = look_at(running.received.configs.at(0).front().decoder_config,
                                  running.received.samples.at(0));
    EXPECT_EQ(pictures.at(times[88]).number, 29);
    // The card is dark everywhere: no bit is set.
    EXPECT_EQ(pictures.at(times[95]).number, 0);
    EXPECT_EQ(pictures.at(times[149]).number, 0);
    EXPECT_EQ(pictures.at(times[150]).number, 150);
}

TEST(Pipeline, ASilentSourceGoesOnWithItsLastPicture) {
    auto const times = regular_times(30, 3000, 0);
    auto const source = make_source({.times = times});
    Running running(two_rungs());
    running.play(source);
    running.give(wire::Stalled{.until = 120'000, .force_key = true});
    running.give(wire::Stalled{.until = 135'000});
    running.give(wire::End{});
    EXPECT_EQ(running.received.times(0), regular_times(45, 3000, 0));
    EXPECT_THAT(running.received.keys(0), ElementsAre(0, 90'000));
    auto const pictures = look_at(running.received.configs.at(0).front().decoder_config,
                                  running.received.samples.at(0));
    EXPECT_EQ(pictures.at(132'000).number, 29);
}

TEST(Pipeline, WhatStandsInBeginsWithAnEncoderOfItsOwn) {
    auto const times = regular_times(30, 3000, 0);
    auto const source = make_source({.times = times});
    Running running(two_rungs());
    running.play(source);
    running.give(wire::Stalled{.after = times[29] + 6000, .until = 120'000, .flush = true});
    // Waits for what is being encoded.
    running.give(wire::Shed{});
    auto const& samples = running.received.samples.at(0);
    ASSERT_GT(samples.size(), 31U);
    EXPECT_EQ(samples[30].pts(), times[29] + 9000);
    EXPECT_TRUE(samples[30].sync);
    for (std::size_t i = 0; i < 30; ++i) EXPECT_LT(samples[i].dts, samples[30].dts);
    EXPECT_GT(samples[30].dts, times[29]) << "behind the source's last picture, too";
    EXPECT_EQ(running.received.configs.at(0).size(), 1U);
}

TEST(Pipeline, WhatTheDecoderKeepsBackHasItsPlaceBeforeASilence) {
    auto const times = regular_times(40, 3000);
    auto const source = make_source({.b_frames = 2, .times = times, .keys = {30}});
    Running running(two_rungs());
    running.give(source.config);
    // The silence begins with the key picture.
    for (std::size_t i = 0; i <= 30; ++i) {
        running.give(
            wire::VideoSample{.sample = source.samples[i], .force_key = source.samples[i].sync});
    }
    running.give(wire::Stalled{.after = times[30], .until = times[35] + 1, .flush = true});
    for (std::size_t i = 31; i < 40; ++i)
        running.give(wire::VideoSample{.sample = source.samples[i]});
    running.give(wire::End{});
    EXPECT_EQ(running.received.times(0), times);
    EXPECT_THAT(running.received.keys(0), ElementsAre(times[0], times[30], times[31]));
    auto const pictures = look_at(running.received.configs.at(0).front().decoder_config,
                                  running.received.samples.at(0));
    EXPECT_EQ(pictures.at(times[39]).number, 39) << "the decoder was not disturbed";
}

TEST(Pipeline, ANewWorkerStandsInWithThePictureThatItOnlyDecodes) {
    auto const times = regular_times(30, 3000, 0);
    auto const source = make_source({.times = times});
    Running running(two_rungs());
    running.give(source.config);
    for (auto const& sample : source.samples)
        running.give(wire::VideoSample{.sample = sample, .replay = true});
    EXPECT_TRUE(running.received.times(0).empty());
    running.give(wire::Stalled{.after = 99'000, .until = 129'000});
    running.give(wire::End{});
    EXPECT_EQ(running.received.times(0), regular_times(9, 3000, 102'000));
    auto const pictures = look_at(running.received.configs.at(0).front().decoder_config,
                                  running.received.samples.at(0));
    EXPECT_GE(pictures.at(102'000).number, 28) << "a decoder in a hurry holds one back";
}

TEST(Pipeline, AKeyPictureIsOwedUntilThereIsAPictureAgain) {
    auto const times = regular_times(30, 3000, 0);
    Running running(two_rungs());
    running.play(make_source({.times = times}));
    // Nothing is to be repeated yet.
    running.give(wire::Stalled{.until = 89'000, .force_key = true});
    running.give(wire::Stalled{.until = 99'500});
    running.give(wire::End{});
    EXPECT_THAT(running.received.keys(0), ElementsAre(0, 90'000));
}

TEST(Pipeline, PicturesThatComeTooLateAfterAStallAreLeftOut) {
    auto const times = regular_times(60, 3000, 0);
    auto const source = make_source({.times = times});
    Running running(two_rungs());
    running.give(source.config);
    for (std::size_t i = 0; i < 30; ++i)
        running.give(wire::VideoSample{.sample = source.samples[i]});
    running.give(wire::Stalled{.until = times[40]});
    for (std::size_t i = 30; i < 60; ++i)
        running.give(wire::VideoSample{.sample = source.samples[i]});
    running.give(wire::End{});
    EXPECT_EQ(running.received.times(0), times);
    auto const pictures = look_at(running.received.configs.at(0).front().decoder_config,
                                  running.received.samples.at(0));
    EXPECT_EQ(pictures.at(times[39]).number, 29);
    EXPECT_EQ(pictures.at(times[40]).number, 40);
}

TEST(Pipeline, ADiscontinuityEmptiesTheEncodersAndLetsTimesGoBack) {
    auto const late = make_source({.b_frames = 2, .times = regular_times(20, 3000, 9'000'000)});
    auto const early = make_source({.b_frames = 2, .times = regular_times(20, 3000, 100'000)});
    Running running(two_rungs());
    running.play(late);
    running.give(wire::Discontinuity{});
    EXPECT_EQ(running.received.times(0), late.times);
    EXPECT_EQ(running.received.times(1), late.times);
    running.play(early);
    running.give(wire::End{});
    EXPECT_EQ(running.received.samples.at(0).size(), 40U);
    EXPECT_THAT(running.received.keys(0), ElementsAre(9'000'000, 100'000));
    EXPECT_EQ(running.received.configs.at(0).size(), 1U);
}

TEST(Pipeline, SheddingTakesTheLargestRungsOffAndKeyPicturesBringThemBack) {
    auto const times = regular_times(60, 3000);
    auto const source = make_source({.times = times, .keys = {40, 50}});
    Running running(two_rungs());
    running.give(source.config);
    for (std::size_t i = 0; i < 60; ++i) {
        if (i == 20) running.give(wire::Shed{.level = 2});
        if (i == 45) running.give(wire::Shed{.level = 0});
        running.give(
            wire::VideoSample{.sample = source.samples[i], .force_key = source.samples[i].sync});
    }
    running.give(wire::End{});
    std::vector<std::int64_t> big(times.begin(), times.begin() + 20);
    big.insert(big.end(), times.begin() + 50, times.end());
    EXPECT_EQ(running.received.times(0), big);
    EXPECT_EQ(running.received.times(1), times);
    EXPECT_THAT(running.received.keys(0), ElementsAre(times[0], times[50]));
    expect_pictures(running.received, 1, times);
}

TEST(Pipeline, SheddingLeavesTheFirstRungsThatAreKept) {
    auto setup = two_rungs();
    setup.rungs.push_back({.name = "tiny", .width = 96, .height = 64, .bitrate = 100'000});
    auto const times = regular_times(60, 3000);
    auto const source = make_source({.times = times, .keys = {30}});
    Running running(setup);
    running.give(source.config);
    for (std::size_t i = 0; i < 60; ++i) {
        if (i == 20) running.give(wire::Shed{.level = 2, .kept = 1});
        running.give(wire::VideoSample{.sample = source.samples[i]});
    }
    running.give(wire::End{});
    EXPECT_EQ(running.received.times(0), times);
    EXPECT_EQ(running.received.times(1),
              std::vector<std::int64_t>(times.begin(), times.begin() + 20));
    EXPECT_EQ(running.received.times(2), times);
    expect_pictures(running.received, 2, times);
}

TEST(Pipeline, WithoutBFramesEveryPictureIsDecodedAsItIsShown) {
    auto const times = regular_times(60, 3000);
    auto const source = make_source({.times = times});
    auto const reordered = [](std::vector<Sample> const& samples) {
        return !std::ranges::is_sorted(samples, {}, &Sample::pts);
    };
    EXPECT_TRUE(reordered(transcode(two_rungs(), source).samples.at(0)));
    Running running(two_rungs());
    running.give(wire::Shed{.level = 1});
    running.play(source);
    running.give(wire::End{});
    EXPECT_FALSE(reordered(running.received.samples.at(0)));
    EXPECT_EQ(running.received.times(0), times);
}

TEST(Pipeline, StatisticsCountWhatWasDecodedAndEncoded) {
    auto const times = regular_times(100, 3000);
    auto const received = transcode(two_rungs(), make_source({.times = times}));
    ASSERT_GE(received.statistics.size(), 4U);
    auto const& last = received.statistics.back();
    EXPECT_EQ(last.frames_decoded, 100U);
    EXPECT_EQ(last.frames_encoded, 200U);
    EXPECT_EQ(last.frames_corrupt, 0U);
    EXPECT_EQ(last.newest_in, times.back());
    EXPECT_EQ(last.newest_out, times.back());
    EXPECT_GT(last.cpu, 0U);
}

TEST(Pipeline, ASetupThatCannotWorkIsRefusedInWords) {
    auto const refusal = [](wire::Setup const& setup) {
        Pipeline pipeline([](wire::FromWorker const&) {});
        auto const handled = pipeline.handle(setup);
        return handled ? std::string() : handled.error().message;
    };
    EXPECT_EQ(refusal(two_rungs()), "");
    auto odd = two_rungs();
    odd.rungs[1].width = 161;
    EXPECT_THAT(refusal(odd), HasSubstr("small"));
    auto thin = two_rungs();
    thin.rungs[0].bitrate = 3;
    EXPECT_THAT(refusal(thin), HasSubstr("big"));
    auto third = two_rungs();
    third.rungs[0].frame_divisor = 3;
    EXPECT_THAT(refusal(third), HasSubstr("big"));
    auto encoder = two_rungs();
    encoder.encoder = "nothing";
    EXPECT_THAT(refusal(encoder), HasSubstr("nothing"));
}

TEST(Pipeline, WhatTheCardRefusesIsEncodedByTheProcessor) {
    auto const times = regular_times(20, 3000);
    auto setup = two_rungs();
    setup.encoder = "nvenc";
    // No card of NVIDIA's takes so little; here there is none at all.
    setup.rungs[1].width = 96;
    setup.rungs[1].height = 54;
    Received received;
    Pipeline pipeline([&received](wire::FromWorker const& message) { received.take(message); }, {},
                      EncoderKind::nvenc);
    ASSERT_TRUE(pipeline.handle(setup));
    auto const source = make_source({.times = times});
    ASSERT_TRUE(pipeline.handle(source.config));
    for (auto const& sample : source.samples)
        ASSERT_TRUE(pipeline.handle(wire::VideoSample{.sample = sample, .force_key = sample.sync}));
    ASSERT_TRUE(pipeline.handle(wire::End{}));
    EXPECT_EQ(received.times(0), times);
    EXPECT_EQ(received.times(1), times);
    EXPECT_THAT(received.logs,
                Contains(AllOf(
                    Field(&wire::Log::level, wire::LogLevel::warning),
                    Field(&wire::Log::words, StartsWith("small is encoded by the processor: ")))));
}

TEST(Pipeline, TheSetupComesFirstAndOnce) {
    Pipeline pipeline([](wire::FromWorker const&) {});
    EXPECT_FALSE(pipeline.handle(wire::Shed{}));
    ASSERT_TRUE(pipeline.handle(two_rungs()));
    EXPECT_FALSE(pipeline.handle(two_rungs()));
}

}  // namespace

}  // namespace directfanz::worker
