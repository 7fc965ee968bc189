#include "media/packager/packager.hpp"

#include "media/packager/packager_fixture.hpp"
#include "media/packager/rendition_builder.hpp"

#include <gtest/gtest.h>

/// Every window of these tests goes through WindowChecker, which holds it against all requirements;
/// what stands here is what is particular to a case.
namespace directfanz::packager {
namespace {

using namespace testing;

struct PackagerTest : ::testing::Test {
    Recorder recorder;
    Packager packager{PackagerSettings{}, "s1", kFirst, at(0), recorder};
    Publisher publisher{.packager = packager};
};

struct LossyPackagerTest : ::testing::Test {
    Recorder recorder{CheckOptions{.full_parts = false, .no_gaps = false}};
    Packager packager{PackagerSettings{}, "s1", kFirst, at(0), recorder};
    Publisher publisher{.packager = packager};
};

TEST(Packager, KeepsEveryPromiseAtEveryFrameRateAndSamplingRate) {
    for (double const rate :
         {5., 10., 12.5, 15., 23.976, 24., 25., 29.97, 30., 48., 50., 59.94, 60., 120.}) {
        for (unsigned const audio_rate : {48'000U, 44'100U, 22'050U, 16'000U}) {
            for (auto const reorder : {0, 2}) {
                SCOPED_TRACE(fmt::format("{} fps, {} Hz, {} frames", rate, audio_rate, reorder));
                Recorder recorder;
                Packager packager({}, "s1", kFirst, at(0), recorder);
                Publisher publisher{.packager = packager,
                                    .frame_rate = rate,
                                    .key_distance = static_cast<int>(rate * 2 + 0.5),
                                    .audio_rate = audio_rate,
                                    .reorder = reorder};
                publisher.begin(at(0));
                publisher.run_until(8.2);
                ASSERT_FALSE(recorder.windows.empty());
                EXPECT_EQ(recorder.windows.back()->renditions.size(), 2U);
                EXPECT_EQ(recorder.windows.back()->target_duration, seconds(2));
                if (HasFailure()) return;
            }
        }
    }
}

TEST_F(PackagerTest, PublishesNothingBeforeItKnowsWhatToPromise) {
    publisher.begin(at(0));
    publisher.run_until(1.9);
    EXPECT_TRUE(recorder.windows.empty());
    publisher.run_until(2.1);
    EXPECT_FALSE(recorder.windows.empty());
}

TEST_F(PackagerTest, NumbersBeginAtTheSecondOfCreation) {
    publisher.begin(at(0));
    publisher.run_until(5);
    auto const first = recorder.segments("video").front();
    EXPECT_EQ(first->media_sequence, 1'800'000'000U);
    EXPECT_EQ(first->discontinuity_sequence, kFirstDiscontinuity);
}

TEST_F(PackagerTest, LosesNoSample) {
    publisher.begin(at(0));
    publisher.run_until(20);
    packager.finish();
    EXPECT_EQ(recorder.samples["video"], publisher.sent[MediaKind::video]);
    EXPECT_EQ(recorder.samples["audio"], publisher.sent[MediaKind::audio]);
}

TEST_F(PackagerTest, PublishesANewWindowWithEveryPart) {
    publisher.begin(at(0));
    publisher.run_until(30);
    std::size_t parts = 0;
    for (auto const* const name : {"video", "audio"})
        for (auto const& segment : recorder.segments(name)) parts += segment->parts.size();
    EXPECT_GE(recorder.windows.size() + 45, parts) << "about one each, but for the warm-up";
}

TEST_F(PackagerTest, SharesBetweenWindowsWhatDidNotChange) {
    publisher.begin(at(0));
    publisher.run_until(20);
    auto const& a = *recorder.windows[recorder.windows.size() - 2];
    auto const& b = *recorder.windows.back();
    auto const shared = (a.renditions[0] == b.renditions[0]) + (a.renditions[1] == b.renditions[1]);
    EXPECT_EQ(shared, 1) << "a part of one rendition leaves the other alone";
}

TEST_F(PackagerTest, CutsAudioAloneAsLongAsAsked) {
    publisher.video = false;
    publisher.begin(at(0));
    publisher.run_until(61);
    ASSERT_EQ(recorder.last()->renditions.size(), 1U);
    auto const segments = recorder.segments("audio");
    microseconds sum{};
    for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
        EXPECT_LE(std::chrono::abs(segments[i]->duration - seconds(2)), milliseconds(22));
        sum += segments[i]->duration;
    }
    EXPECT_NEAR(static_cast<double>(sum / milliseconds(1)),
                static_cast<double>(segments.size() - 1) * 2000, 22);
}

TEST_F(PackagerTest, DeclaresNoTrackThatDoesNotExist) {
    publisher.audio = false;
    configure(packager, audio_track());
    publisher.begin(at(0));
    configure(packager, audio_track());
    publisher.run_until(10);
    EXPECT_EQ(recorder.last()->renditions.size(), 1U);
    EXPECT_EQ(render_multivariant_playlist(*recorder.last()).find("EXT-X-MEDIA"),
              std::string::npos);
}

TEST_F(PackagerTest, TakesAudioUpThatAppearsLate) {
    publisher.audio = false;
    publisher.begin(at(0));
    publisher.run_until(9);
    publisher.audio = true;
    publisher.configure();
    publisher.audio_frame = 9 * 48'000 / 1024;
    publisher.run_until(15);
    ASSERT_EQ(recorder.last()->renditions.size(), 2U);
    EXPECT_EQ(recorder.segments("audio").front()->media_sequence, 1'800'000'005U);
}

TEST_F(LossyPackagerTest, TakesVideoUpThatAppearsLate) {
    publisher.video = false;
    publisher.begin(at(0));
    publisher.run_until(9);
    publisher.video = true;
    publisher.configure();
    publisher.frame = 270;
    publisher.run_until(15);
    ASSERT_EQ(recorder.last()->renditions.size(), 2U);
    EXPECT_FALSE(recorder.segments("video").front()->discontinuity);
}

TEST_F(PackagerTest, CutsInsideGroupsOfPicturesThatBecomeTooLong) {
    publisher.begin(at(0));
    publisher.run_until(10);
    publisher.key_distance = 300;
    publisher.run_until(50);
    auto const& window = *recorder.last();
    EXPECT_EQ(window.target_duration, seconds(2));
    auto const segments = recorder.segments("video");
    EXPECT_TRUE(std::any_of(segments.begin(), segments.end(),
                            [](auto const& segment) { return !segment->independent; }));
    EXPECT_FALSE(recorder.playlist(0).independent_segments) << "R10";
    EXPECT_TRUE(recorder.playlist(1).independent_segments) << "audio always can";
}

TEST_F(PackagerTest, GoesOnBehindADiscontinuityWhenThePublisherComesBack) {
    publisher.begin(at(0));
    publisher.run_until(11);
    packager.end_input();
    auto const last = recorder.segments("video").back();
    EXPECT_TRUE(last->complete);
    publisher.begin(at(31'000));
    publisher.run_until(5);
    for (auto const* const name : {"video", "audio"}) {
        auto const segments = recorder.segments(name);
        auto const next = std::find_if(segments.begin(), segments.end(), [&](auto const& segment) {
            return segment->media_sequence == last->media_sequence + 1;
        });
        ASSERT_NE(next, segments.end());
        EXPECT_TRUE((*next)->discontinuity);
        EXPECT_EQ((*next)->discontinuity_sequence, last->discontinuity_sequence + 1);
        EXPECT_LE(std::chrono::abs((*next)->program_date_time - at(31'000)), milliseconds(65))
            << "R18: near the wall clock";
    }
}

TEST_F(PackagerTest, MakesADiscontinuityOnlyIfTheConfigurationsBytesDiffer) {
    publisher.begin(at(0));
    publisher.run_until(8);
    publisher.configure();
    publisher.run_until(12);
    auto const count = [&] { return recorder.segments("video").back()->discontinuity_sequence; };
    EXPECT_EQ(count(), kFirstDiscontinuity);
    configure(packager, video_track(0x4d));
    publisher.run_until(16);
    EXPECT_EQ(count(), kFirstDiscontinuity + 1);
    EXPECT_EQ(recorder.rendition("video")->init_segments.size(), 2U);
    EXPECT_EQ(recorder.rendition("audio")->init_segments.size(), 1U);
}

TEST_F(LossyPackagerTest, ListsVideoThatIsMissingAsGap) {
    publisher.begin(at(0));
    publisher.run_until(8);
    publisher.video = false;
    publisher.run_until(16);
    publisher.video = true;
    publisher.frame = 16 * 30;
    publisher.run_until(24);
    auto const segments = recorder.segments("video");
    EXPECT_TRUE(std::any_of(segments.begin(), segments.end(),
                            [](auto const& segment) { return segment->gap; }));
    EXPECT_EQ(segments.back()->discontinuity_sequence, kFirstDiscontinuity) << "no discontinuity";
    EXPECT_TRUE(segments.back()->independent);
    EXPECT_EQ(recorder.samples["audio"] + 12 >= publisher.sent[MediaKind::audio], true)
        << "audio goes on";
}

TEST_F(LossyPackagerTest, GoesOnWithSilenceWhereSoundStops) {
    publisher.begin(at(0));
    publisher.run_until(8);
    publisher.audio = false;
    publisher.run_until(16);
    for (auto const& segment : recorder.segments("audio")) EXPECT_FALSE(segment->gap);
    EXPECT_NEAR(static_cast<double>(recorder.silences), 8 * 48'000 / 1024.0, 48'000 / 1024.0);
    EXPECT_GE(recorder.segments("audio").back()->media_sequence + 1,
              recorder.segments("video").back()->media_sequence);

    auto const before = recorder.silences;
    publisher.audio = true;
    publisher.audio_frame = 16 * 48'000 / 1024 + 1;
    publisher.run_until(24);
    auto const part_under_way = 12U;
    EXPECT_LE(recorder.silences, before + part_under_way) << "its own sound again";
    EXPECT_GE(recorder.samples["audio"] + 24, publisher.sent[MediaKind::audio]);
}

TEST_F(LossyPackagerTest, ListsAudioThatIsMissingAsGapWhereNoSilenceIsKnown) {
    publisher.channels = 6;
    publisher.begin(at(0));
    publisher.run_until(8);
    publisher.audio = false;
    publisher.run_until(16);
    auto const segments = recorder.segments("audio");
    EXPECT_TRUE(std::any_of(segments.begin(), segments.end(),
                            [](auto const& segment) { return segment->gap; }));
    EXPECT_GE(segments.back()->media_sequence + 1,
              recorder.segments("video").back()->media_sequence);
}

TEST_F(LossyPackagerTest, LosesNoAudioWhenVideoComesBackFarBehindTheLastMark) {
    publisher.reorder = 20;
    publisher.begin(at(0));
    publisher.run_until(8);
    publisher.video = false;
    publisher.run_until(12.6);
    // It is shown 2.6 s behind the last mark, and comes before audio has reached the next one.
    publisher.video = true;
    publisher.key_distance = 63;
    publisher.frame = 6 * 63;
    publisher.run_until(20);
    packager.finish();
    auto const before_the_first_picture = 32U;
    EXPECT_EQ(recorder.samples["audio"] + before_the_first_picture,
              publisher.sent[MediaKind::audio]);
    EXPECT_EQ(recorder.segments("video").back()->discontinuity_sequence, kFirstDiscontinuity);
}

TEST_F(LossyPackagerTest, LosesNoAudioWhenVideoAppearsFarBehindTheLastMark) {
    publisher.video = false;
    publisher.begin(at(0));
    publisher.run_until(9.9);
    // The mark before is at 8 s.
    publisher.video = true;
    publisher.configure();
    publisher.key_distance = 59;
    publisher.reorder = 25;
    publisher.frame = 5 * 59;
    publisher.run_until(20);
    packager.finish();
    ASSERT_EQ(recorder.last()->renditions.size(), 2U);
    EXPECT_EQ(recorder.samples["audio"], publisher.sent[MediaKind::audio]);
    EXPECT_EQ(recorder.segments("video").back()->discontinuity_sequence, kFirstDiscontinuity);
}

TEST(Packager, LosesNoAudioWhenAnEncoderBeginsToReorderFarMore) {
    Recorder recorder{CheckOptions{.full_parts = false, .skew = milliseconds(600)}};
    Packager packager({}, "s1", kFirst, at(0), recorder);
    Publisher publisher{.packager = packager};
    publisher.begin(at(0));
    publisher.run_until(8);
    publisher.reorder = 25;
    auto const dts = publisher.video_ticks(publisher.frame++);
    publisher.push_askew(dts, publisher.video_ticks(publisher.frame + 24), true, 9000);
    publisher.run_until(30);
    packager.finish();
    EXPECT_EQ(recorder.samples["audio"], publisher.sent[MediaKind::audio]);
    EXPECT_EQ(recorder.segments("video").back()->discontinuity_sequence, kFirstDiscontinuity);
}

TEST(Packager, LosesNothingByOneKeyFrameWithAWrongCompositionTime) {
    for (auto const wrong : {-8'388'000, -2000, -1000, -600, 600, 1000, 2000, 10'000, 8'388'607}) {
        SCOPED_TRACE(wrong);
        Recorder recorder{CheckOptions{.full_parts = false}};
        Packager packager({}, "s1", kFirst, at(0), recorder);
        Publisher publisher{.packager = packager};
        publisher.begin(at(0));
        publisher.run_until(12);
        ASSERT_EQ(publisher.frame, 360);
        auto const dts = publisher.video_ticks(publisher.frame++);
        publisher.push_askew(dts, dts + std::int64_t{wrong} * 90, true, 9000);
        publisher.run_until(30);
        packager.finish();
        EXPECT_EQ(recorder.samples["video"], publisher.sent[MediaKind::video]);
        EXPECT_EQ(recorder.samples["audio"], publisher.sent[MediaKind::audio]);
        EXPECT_EQ(recorder.segments("video").size(), 15U);
        EXPECT_EQ(recorder.segments("video").back()->discontinuity_sequence, kFirstDiscontinuity);
        if (HasFailure()) return;
    }
}

TEST_F(LossyPackagerTest, FollowsAnEncoderThatChangesItsReorderingAtItsSecondKeyFrame) {
    publisher.begin(at(0));
    publisher.run_until(8);
    publisher.reorder = 10;
    auto const dts = publisher.video_ticks(publisher.frame++);
    publisher.push_askew(dts, publisher.video_ticks(publisher.frame + 9), true, 9000);
    publisher.run_until(30);
    EXPECT_EQ(recorder.segments("video").back()->discontinuity_sequence, kFirstDiscontinuity);
}

TEST_F(PackagerTest, PutsADiscontinuityWhereThePublisherPaused) {
    publisher.begin(at(0));
    publisher.run_until(9);
    publisher.frame = 20 * 30;
    publisher.audio_frame = 20 * 48'000 / 1024 + 1;
    publisher.run_until(25);
    EXPECT_EQ(recorder.segments("video").back()->discontinuity_sequence, kFirstDiscontinuity + 1);
    EXPECT_EQ(recorder.segments("audio").back()->discontinuity_sequence, kFirstDiscontinuity + 1);
}

TEST_F(LossyPackagerTest, PutsADiscontinuityWhereVideoAppearsForTheFirstTimeBehindAPause) {
    publisher.video = false;
    publisher.begin(at(0));
    publisher.run_until(6);
    publisher.video = true;
    publisher.configure();
    publisher.frame = 12 * 30;
    publisher.audio_frame = 12 * 48'000 / 1024 + 1;
    publisher.run_until(20);
    ASSERT_EQ(recorder.last()->renditions.size(), 2U);
    EXPECT_TRUE(recorder.segments("video").front()->discontinuity);
    EXPECT_EQ(recorder.segments("audio").back()->discontinuity_sequence, kFirstDiscontinuity + 1);
}

TEST_F(LossyPackagerTest, PutsADiscontinuityWhereAudioAppearsForTheFirstTimeBehindAPause) {
    publisher.audio = false;
    publisher.begin(at(0));
    publisher.run_until(6);
    publisher.audio = true;
    publisher.video = false;
    publisher.configure();
    publisher.audio_frame = 12 * 48'000 / 1024 + 1;
    publisher.run_until(20);
    ASSERT_EQ(recorder.last()->renditions.size(), 2U);
    EXPECT_TRUE(recorder.segments("audio").front()->discontinuity);
    EXPECT_EQ(recorder.segments("video").back()->discontinuity_sequence, kFirstDiscontinuity + 1);
}

TEST_F(LossyPackagerTest, BelievesNoCompositionTimeOfAKeyFrameThatCameTooLate) {
    publisher.key_distance = 30;
    publisher.begin(at(0));
    publisher.run_until(8);
    packager.end_input();

    publisher.video = false;
    publisher.begin(at(30'000));
    publisher.run_until(5);
    publisher.video = true;
    publisher.configure();
    publisher.reorder = 5;
    publisher.frame = 3 * 30;
    publisher.push_video();
    publisher.frame = 6 * 30;
    publisher.run_until(12);
    EXPECT_TRUE(recorder.segments("video").back()->independent) << "R18 is checked in each window";
}

TEST_F(LossyPackagerTest, ShowsAFrameLongerThanAPartWithoutGapAndWithoutALongPart) {
    publisher.begin(at(0));
    publisher.run_until(8.5);
    publisher.frame += 12;
    publisher.run_until(20);
    packager.finish();
    for (auto const& segment : recorder.segments("video"))
        for (auto const& part : segment->parts) EXPECT_FALSE(part.gap);
    EXPECT_EQ(recorder.segments("video").back()->discontinuity_sequence, kFirstDiscontinuity);
    EXPECT_EQ(recorder.samples["video"], publisher.sent[MediaKind::video]);
}

TEST_F(PackagerTest, EndsTheListAtTheEnd) {
    publisher.begin(at(0));
    publisher.run_until(7.3);
    packager.finish();
    EXPECT_TRUE(recorder.last()->ended);
    for (auto const& rendition : recorder.last()->renditions)
        EXPECT_TRUE(rendition->segments.back()->complete);
    auto const count = recorder.windows.size();
    packager.finish();
    EXPECT_EQ(recorder.windows.size(), count);
}

TEST_F(PackagerTest, PublishesABroadcastThatWasShorterThanTheWarmUp) {
    publisher.begin(at(0));
    publisher.run_until(1.5);
    packager.finish();
    ASSERT_FALSE(recorder.windows.empty());
    EXPECT_EQ(recorder.samples["video"], publisher.sent[MediaKind::video]);
}

TEST_F(PackagerTest, SaysNothingIfNothingCame) {
    packager.begin_input(at(0));
    packager.end_input();
    packager.finish();
    EXPECT_TRUE(recorder.windows.empty());
}

TEST(Packager, HoldsNoMoreAfterThreeHoursThanAfterOneMinute) {
    struct Sizes : Packager::Listener {
        std::size_t segments = 0;
        std::size_t bytes = 0;
        std::size_t inits = 0;
        void on_window(std::shared_ptr<Window const> window) override {
            segments = bytes = inits = 0;
            for (auto const& rendition : window->renditions) {
                segments += rendition->segments.size();
                inits += rendition->init_segments.size();
                for (auto const& segment : rendition->segments)
                    for (auto const& part : segment->parts) bytes += part.data.size();
            }
        }
    } sizes;
    Packager packager({}, "s1", kFirst, at(0), sizes);
    Publisher publisher{.packager = packager, .frame_rate = 10, .key_distance = 20};
    publisher.begin(at(0));
    publisher.run_until(100);
    auto const after_a_while = sizes;
    EXPECT_LE(after_a_while.segments, 70U);
    publisher.run_until(3 * 3600);
    EXPECT_LE(sizes.segments, after_a_while.segments + 2);
    EXPECT_LE(sizes.bytes, after_a_while.bytes * 11 / 10);
    EXPECT_EQ(sizes.inits, 2U);
}

/// What one broadcast holds.
struct Held : Packager::Listener {
    std::size_t segments = 0;
    std::size_t listed = 0;
    std::size_t most_bytes = 0;
    std::size_t longest_part = 0;
    void on_window(std::shared_ptr<Window const> window) override {
        std::size_t bytes = 0;
        for (auto const& rendition : window->renditions) {
            segments = std::max(segments, rendition->segments.size());
            listed = std::max(listed, rendition->segments.size() - rendition->expired);
            for (auto const& segment : rendition->segments) {
                for (auto const& part : segment->parts) {
                    bytes += part.data.size();
                    longest_part = std::max(longest_part, part.data.size());
                }
            }
        }
        most_bytes = std::max(most_bytes, bytes);
    }
};

/// A segment's date less the time at which what it shows first came.
WallTime::duration date_error(WindowChecker const& checker, Publisher const& publisher) {
    auto const& video = *checker.last()->renditions[0];
    auto const& segment = *video.segments.back();
    auto const chunks = mp4::read_chunks(
        segment.parts[0].data, mp4::Init{.track = video.track, .defaults = {.track_id = 1}});
    if (!chunks) return WallTime::duration::max();
    auto const shown = to_microseconds(chunks->front().samples.front().pts(), kVideoTimescale) -
                       microseconds(checker.offsets.at(publisher.input));
    return segment.program_date_time -
           publisher.arrival(std::chrono::duration<double>(shown).count());
}

TEST(Packager, KeepsDatesNearArrivalAndTheSameInAllRenditionsWhenThePublishersClockDrifts) {
    for (auto const fast : {0.0004, -0.0004}) {
        SCOPED_TRACE(fast);
        WindowChecker checker({.full_parts = false, .drift = true});
        Packager packager({.part_duration = milliseconds(1000)}, "s1", kFirst, at(0), checker);
        Publisher publisher{.packager = packager,
                            .frame_rate = 5,
                            .key_distance = 10,
                            .audio_rate = 16'000,
                            .fast = fast};
        publisher.begin(at(0));
        publisher.run_until(400);
        // It would be 160 ms by now.
        EXPECT_LE(std::chrono::abs(date_error(checker, publisher)), milliseconds(60));

        packager.end_input();
        publisher.begin(at(410'000));
        publisher.run_until(5);
        EXPECT_LE(std::chrono::abs(date_error(checker, publisher)), milliseconds(60))
            << "another connection begins at the wall clock, whatever was corrected before";
        if (HasFailure()) return;
    }
}

// rtmp.md 21.
TEST(Packager, HoldsABoundedNumberOfBytesOfGiantFrames) {
    Held held;
    Packager packager({}, "s1", kFirst, at(0), held);
    packager.begin_input(at(0));
    configure(packager, video_track());
    // 100 Mbit/s, the most that is taken in.
    Blob const frame(Bytes(std::size_t{4} << 20));
    for (int i = 0; i < 400; ++i) {
        packager.advance(at(i * 1000 / 3));
        push_as_it_is(packager, MediaKind::video,
                      {.dts = std::int64_t{i} * 30'000, .sync = i % 6 == 0, .payload = frame});
    }
    // The limit, and the segment that grows on top of it.
    EXPECT_LE(held.most_bytes, (std::size_t{256} + 32) << 20);
    EXPECT_GE(held.most_bytes, std::size_t{200} << 20);
    EXPECT_GE(held.listed, 6U) << "what players need stays";
}

TEST(Packager, ClosesAPartThatHasTooManyBytes) {
    Held held;
    Packager packager({}, "s1", kFirst, at(0), held);
    packager.begin_input(at(0));
    configure(packager, video_track());
    Blob const frame(Bytes(std::size_t{1} << 20));
    for (int i = 0; i < 90; ++i) {
        packager.advance(at(i * 20));
        push_as_it_is(packager, MediaKind::video,
                      {.dts = std::int64_t{i} * 1800, .sync = i % 50 == 0, .payload = frame});
    }
    EXPECT_GE(held.longest_part, RenditionBuilder::kMostPartBytes);
    EXPECT_LE(held.longest_part, RenditionBuilder::kMostPartBytes + 1000);
}

TEST(Packager, HoldsABoundedNumberOfSegmentsWhateverChanges) {
    Held held;
    Packager packager({}, "s1", kFirst, at(0), held);
    packager.begin_input(at(0));
    for (int i = 0; i < 4000; ++i) {
        packager.advance(at(i * 5));
        configure(packager, video_track(i % 2 == 0 ? 0x64 : 0x4d));
        push_as_it_is(packager, MediaKind::video,
                      {.dts = std::int64_t{i} * 450, .sync = true, .payload = Blob(Bytes(100))});
    }
    EXPECT_GT(held.listed, 190U);
    EXPECT_LE(held.listed, 201U);
    EXPECT_LE(held.segments, 402U);
}

TEST_F(PackagerTest, MultivariantPlaylistDescribesTheMedia) {
    publisher.begin(at(0));
    publisher.run_until(30);
    EXPECT_EQ(render_multivariant_playlist(*recorder.last()),
              "#EXTM3U\n"
              "#EXT-X-VERSION:4\n"
              "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Audio\",LANGUAGE=\"und\","
              "DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"audio.m3u8\"\n"
              "#EXT-X-STREAM-INF:BANDWIDTH=417000,AVERAGE-BANDWIDTH=382000,"
              "CODECS=\"avc1.64001f,mp4a.40.2\",RESOLUTION=1280x720,FRAME-RATE=30.000,"
              "AUDIO=\"audio\"\n"
              "video.m3u8\n"
              "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=44000,AVERAGE-BANDWIDTH=41000,"
              "CODECS=\"avc1.64001f\",RESOLUTION=1280x720,URI=\"video-iframes.m3u8\"\n");
}

}  // namespace
}  // namespace directfanz::packager
