#include "media/packager/rung.hpp"

#include "media/packager/rung_fixture.hpp"
#include "media/packager/rungs.hpp"

#include <gtest/gtest.h>

/// Every window of these tests goes through WindowChecker, which holds each segment of a rung
/// against the same one of the leading rendition (R48): numbers, discontinuities, dates, the
/// picture with which it begins, and when every picture is shown.
namespace directfanz::packager {
namespace {

using namespace testing;

struct Ladder : ::testing::Test {
    explicit Ladder(CheckOptions options = {}) : recorder(options) {
        packager.expect_rungs({{"720p", 2'800'000}, {"480p", 1'200'000}});
        encoders.all = {&high, &low};
        encoders.attach(publisher);
    }

    std::vector<std::shared_ptr<Segment const>> gaps(std::string_view name) const {
        auto segments = recorder.segments(name);
        std::erase_if(segments, [](auto const& segment) {
            return std::ranges::none_of(segment->parts, &Part::gap);
        });
        return segments;
    }

    Recorder recorder;
    Packager packager{PackagerSettings{}, "s1", kFirst, at(0), recorder};
    Publisher publisher{.packager = packager};
    Encoder high{packager, "720p", rung_track(720)};
    Encoder low{packager, "480p", rung_track(480)};
    Encoders encoders;
};

struct LossyLadder : Ladder {
    LossyLadder() : Ladder({.full_parts = false, .no_gaps = false, .skew = milliseconds(600)}) {}
};

TEST_F(Ladder, CutsEveryRungAtTheLeadersPictures) {
    publisher.begin(at(0));
    publisher.run_until(30);
    ASSERT_EQ(recorder.last()->renditions.size(), 4U);
    EXPECT_GE(recorder.shared_beginnings, 2U * 13U);
    for (auto const* const name : {"720p", "480p"}) {
        auto const segments = recorder.segments(name);
        EXPECT_EQ(segments.front()->media_sequence,
                  recorder.segments("video").front()->media_sequence);
        for (auto const& segment : segments) EXPECT_TRUE(segment->independent) << "R23";
    }
}

TEST(Rung, KeepsSoMuchOfWhatIsAheadOfTheLeaderAndNoMore) {
    Rung rung("720p");
    rung.configure(std::make_shared<Track>(rung_track(720)));
    Blob const large(Bytes(std::size_t{3} << 20, 1));
    constexpr std::int64_t kHour = 3'600 * std::int64_t{kVideoTimescale};
    for (int i = 0; i < 100; ++i) {
        rung.push({.dts = kHour + i * 3'000, .sync = true, .payload = large});
        ASSERT_LE(rung.waiting_bytes(), Rung::kMostWaitingBytes);
    }
    EXPECT_GT(rung.waiting_bytes(), Rung::kMostWaitingBytes / 2);
    rung.end_input(seconds(1));
    EXPECT_EQ(rung.waiting_bytes(), 0U);
}

TEST_F(Ladder, ListsAPartWithThePictureThatFillsIt) {
    // Of this one's pictures only the next one tells how long they last.
    low.tells_durations = false;
    publisher.begin(at(0));
    publisher.run_until(30);
    auto const end = [](Window const& window, std::string_view name) {
        auto const& segments =
            (*std::ranges::find(window.renditions, name, [](auto const& each) -> auto const& {
                return each->name;
            }))->segments;
        return segments.back()->program_date_time + segments.back()->duration;
    };
    std::size_t ahead = 0;
    for (auto const& window : recorder.windows) {
        EXPECT_GE(end(*window, "720p"), end(*window, "480p"));
        if (end(*window, "720p") > end(*window, "480p")) ++ahead;
    }
    EXPECT_GE(ahead, 100U) << "one a part";
}

TEST(Rungs, PromiseNoPartThatTheirSegmentWillNotHave) {
    // A player asks for the next part as soon as one is listed; 60 a second fill eight to the end.
    for (double const rate : {30., 60.}) {
        SCOPED_TRACE(rate);
        Recorder recorder;
        Packager packager({}, "s1", kFirst, at(0), recorder);
        Publisher publisher{
            .packager = packager, .frame_rate = rate, .key_distance = static_cast<int>(2 * rate)};
        packager.expect_rungs({{"720p"}});
        Encoder encoder(packager, "720p", rung_track());
        Encoders encoders{{&encoder}};
        encoders.attach(publisher);
        publisher.begin(at(0));
        publisher.run_until(20);
        Segment const* before = nullptr;
        auto ended = 0;
        for (auto const& window : recorder.windows) {
            auto const rung = std::ranges::find(window->renditions, "720p",
                                                [](auto const& each) { return each->name; });
            for (auto const& segment : (*rung)->segments) {
                if (!before || before->complete) continue;
                if (segment->media_sequence != before->media_sequence || !segment->complete)
                    continue;
                EXPECT_GT(segment->parts.size(), before->parts.size());
                ++ended;
            }
            before = (*rung)->segments.back().get();
        }
        EXPECT_GE(ended, 5);
    }
}

TEST_F(Ladder, LosesNoSampleOfARung) {
    publisher.begin(at(0));
    publisher.run_until(20);
    packager.finish();
    EXPECT_EQ(recorder.samples["720p"], high.sent);
    EXPECT_EQ(recorder.samples["480p"], low.sent);
    EXPECT_GE(high.sent + 6, publisher.sent[MediaKind::video]);
}

TEST(Rungs, AreAlignedAtEveryFrameRateAndWithEveryReordering) {
    for (double const rate : {12.5, 25., 29.97, 50.}) {
        for (auto const source_reorder : {0, 2}) {
            for (auto const b_frames : {0, 2}) {
                auto const tells = source_reorder == b_frames;
                SCOPED_TRACE(fmt::format("{} fps, {}, {} B-frames, durations {}", rate,
                                         source_reorder, b_frames, tells));
                Recorder recorder;
                Packager packager({}, "s1", kFirst, at(0), recorder);
                Publisher publisher{.packager = packager,
                                    .frame_rate = rate,
                                    .key_distance = static_cast<int>(rate * 2 + 0.5),
                                    .reorder = source_reorder};
                packager.expect_rungs({{"720p"}});
                Encoder encoder(packager, "720p", rung_track());
                encoder.b_frames = b_frames;
                encoder.tells_durations = tells;
                Encoders encoders{{&encoder}};
                encoders.attach(publisher);
                publisher.begin(at(0));
                publisher.run_until(8.2);
                ASSERT_EQ(recorder.last()->renditions.size(), 3U);
                EXPECT_GE(recorder.shared_beginnings, 3U);
                if (HasFailure()) return;
            }
        }
    }
}

TEST_F(Ladder, TheLeaderWaitsForNoRung) {
    publisher.begin(at(0));
    publisher.run_until(8);
    high.latency = milliseconds(2500);
    publisher.run_until(30);
    auto const& video = *recorder.segments("video").back();
    auto const& rung = *recorder.segments("720p").back();
    EXPECT_GE(video.program_date_time + video.duration, at(29'500));
    EXPECT_LE(rung.program_date_time + rung.duration, at(27'500));
    EXPECT_EQ(gaps("720p").size(), 0U) << "late, but whole";
}

TEST_F(Ladder, TheFirstWindowHasAllExpectedRungs) {
    high.latency = milliseconds(2300);
    publisher.begin(at(0));
    publisher.run_until(2.5);
    EXPECT_TRUE(recorder.windows.empty());
    publisher.run_until(4);
    ASSERT_FALSE(recorder.windows.empty());
    EXPECT_EQ(recorder.windows.front()->renditions.size(), 4U);
    EXPECT_EQ(recorder.segments("720p").front()->media_sequence,
              recorder.segments("video").front()->media_sequence);
}

TEST_F(LossyLadder, TheFirstWindowWaitsForNoRungForLong) {
    high.hang();
    publisher.begin(at(0));
    publisher.run_until(3.4);
    EXPECT_TRUE(recorder.windows.empty());
    publisher.run_until(3.7);
    ASSERT_FALSE(recorder.windows.empty());
    EXPECT_EQ(recorder.windows.front()->renditions.size(), 4U) << "its configuration is known";
    EXPECT_TRUE(recorder.segments("720p").front()->gap);
    high.restart();
    publisher.run_until(12);
    EXPECT_FALSE(recorder.segments("720p").back()->gap);
    EXPECT_TRUE(recorder.segments("720p").back()->independent);
}

TEST_F(LossyLadder, TheFirstWindowDoesNotWaitForARungThatIsLost) {
    high.kill();
    publisher.begin(at(0));
    publisher.run_until(2.4);
    EXPECT_FALSE(recorder.windows.empty());
}

TEST_F(Ladder, ARungOfWhichNothingIsKnownJoinsAtALaterMark) {
    packager.expect_rungs({{"360p", 0}});
    publisher.begin(at(0));
    publisher.run_until(7);
    ASSERT_EQ(recorder.last()->renditions.size(), 4U);
    Encoder late(packager, "360p", rung_track(360));
    encoders.all.push_back(&late);
    publisher.run_until(20);
    ASSERT_EQ(recorder.last()->renditions.size(), 5U);
    EXPECT_EQ(recorder.segments("360p").front()->media_sequence, kFirst.media_sequence + 4);
}

TEST_F(LossyLadder, ARungThatIsLostGoesOnAsGapAndComesBackAtItsFirstKeyFrame) {  // R53
    publisher.begin(at(0));
    publisher.run_until(10.5);
    high.kill();
    publisher.run_until(14.9);
    auto const missing = recorder.segments("720p").back();
    EXPECT_TRUE(missing->parts.back().gap);
    EXPECT_GE(missing->program_date_time + missing->duration, at(13'500));
    high.restart();
    publisher.run_until(15.4);
    auto const back = recorder.segments("720p").back();
    ASSERT_FALSE(back->parts.back().gap) << "in the middle of a segment";
    auto const first = std::ranges::find(back->parts, false, &Part::gap);
    EXPECT_TRUE(first->independent);
    publisher.run_until(30);
    EXPECT_EQ(recorder.segments("720p").back()->discontinuity_sequence, kFirstDiscontinuity);
    EXPECT_EQ(gaps("720p").size(), 3U);
    EXPECT_EQ(gaps("480p").size() + gaps("video").size() + gaps("audio").size(), 0U)
        << "nobody else loses anything";
}

TEST_F(LossyLadder, ARungThatIsBackInTimeNeedsNoGap) {
    publisher.begin(at(0));
    publisher.run_until(10.5);
    high.kill();
    publisher.run_until(10.9);
    high.restart();
    publisher.run_until(20);
    EXPECT_EQ(gaps("720p").size(), 0U);
    EXPECT_GE(high.sent + 24, publisher.sent[MediaKind::video]);
}

TEST_F(LossyLadder, ARungThatHangsIsListedAsGapAfterAWhile) {
    publisher.begin(at(0));
    publisher.run_until(10.5);
    high.hang();
    publisher.run_until(13);
    EXPECT_EQ(gaps("720p").size(), 0U);
    publisher.run_until(18);
    EXPECT_GE(gaps("720p").size(), 1U);
    auto const& last = *recorder.segments("720p").back();
    EXPECT_GE(last.program_date_time + last.duration,
              at(18'000) - Rung::kFarthestBehind - seconds(1));
}

TEST_F(LossyLadder, ASegmentThatDoesNotBeginAtTheLeadersKeyFrameIsAGap) {  // R23, R48
    auto missed = 0;
    high.keeps_key = [&](std::int64_t pts) {
        auto const wrong = pts > 10 * 90'000 && missed < 2;
        if (wrong) ++missed;
        return !wrong;
    };
    publisher.begin(at(0));
    publisher.run_until(24);
    auto const gaps_of_rung = gaps("720p");
    ASSERT_EQ(gaps_of_rung.size(), 2U);
    for (auto const& segment : gaps_of_rung) EXPECT_TRUE(segment->gap) << "as a whole";
    EXPECT_TRUE(recorder.segments("720p").back()->independent);
    EXPECT_EQ(gaps("480p").size(), 0U);
}

TEST_F(Ladder, FollowsAKeyFrameThatTheSourceSetsInBetween) {
    publisher.key_distance = 75;
    publisher.begin(at(0));
    publisher.run_until(30);
    EXPECT_GE(recorder.shared_beginnings, 16U);
}

TEST_F(Ladder, FollowsCutsInsideGroupsOfPicturesThatBecameTooLong) {
    publisher.begin(at(0));
    publisher.run_until(10);
    publisher.key_distance = 300;
    publisher.run_until(30);
    auto const segments = recorder.segments("720p");
    EXPECT_TRUE(std::ranges::any_of(segments, [](auto const& each) { return !each->independent; }));
    EXPECT_EQ(gaps("720p").size(), 0U);
}

TEST_F(LossyLadder, AConfigurationThatChangesGetsADiscontinuityInAllRenditions) {  // R20
    publisher.begin(at(0));
    publisher.run_until(10.5);
    high.kill();
    high.restart(rung_track(720, 0x4d));
    publisher.run_until(30);
    for (auto const* const name : {"video", "audio", "720p", "480p"}) {
        SCOPED_TRACE(name);
        EXPECT_EQ(recorder.segments(name).back()->discontinuity_sequence, kFirstDiscontinuity + 1);
    }
    EXPECT_EQ(recorder.rendition("720p")->init_segments.size(), 2U);
    EXPECT_EQ(recorder.rendition("480p")->init_segments.size(), 1U);
    EXPECT_FALSE(recorder.segments("720p").back()->gap);
}

TEST_F(LossyLadder, ARungThatNeverFitsDoesNotCutUpTheOthers) {
    publisher.begin(at(0));
    publisher.run_until(10.5);
    high.keeps_key = [](std::int64_t) { return false; };
    high.kill();
    high.restart(rung_track(720, 0x4d));
    publisher.run_until(30);
    EXPECT_EQ(recorder.segments("video").back()->discontinuity_sequence, kFirstDiscontinuity + 1);
    EXPECT_TRUE(recorder.segments("720p").back()->gap);
}

TEST_F(LossyLadder, GoesOnBehindADiscontinuityWhenThePublisherComesBack) {
    publisher.begin(at(0));
    publisher.run_until(11);
    packager.end_input();
    high.reset();
    low.reset();
    publisher.begin(at(31'000));
    publisher.run_until(12);
    auto const last = recorder.segments("video").back();
    for (auto const* const name : {"720p", "480p"}) {
        auto const segments = recorder.segments(name);
        EXPECT_EQ(segments.back()->discontinuity_sequence, last->discontinuity_sequence);
        EXPECT_GE(segments.back()->media_sequence + 1, last->media_sequence);
        EXPECT_TRUE(segments.back()->independent);
    }
}

TEST_F(LossyLadder, IsAGapWhereTheSourcesVideoIsMissing) {
    publisher.begin(at(0));
    publisher.run_until(8);
    publisher.video = false;
    publisher.run_until(16);
    auto const& last = *recorder.segments("720p").back();
    EXPECT_TRUE(last.parts.back().gap);
    EXPECT_GE(last.program_date_time + last.duration, at(14'500)) << "as soon as the source's";
    publisher.video = true;
    publisher.frame = 16 * 30;
    publisher.run_until(24);
    EXPECT_TRUE(recorder.segments("720p").back()->independent);
}

TEST_F(Ladder, EndsWithTheBroadcast) {
    publisher.begin(at(0));
    publisher.run_until(9.3);
    packager.finish();
    EXPECT_TRUE(recorder.last()->ended);
    for (auto const& rendition : recorder.last()->renditions) {
        EXPECT_TRUE(rendition->segments.back()->complete);
        EXPECT_EQ(rendition->segments.back()->media_sequence, kFirst.media_sequence + 4);
    }
}

TEST(Rungs, MayLeadTheLeaderInArrival) {
    // An encoder that makes the leading rendition, too, may hand out a lower rung's picture first.
    Recorder recorder;
    Packager packager({}, "s1", kFirst, at(0), recorder);
    Publisher source{.packager = packager};
    packager.expect_rungs({{"480p"}});
    Encoder low(packager, "480p", rung_track(480));
    low.latency = milliseconds(0);
    std::deque<std::pair<WallTime, Sample>> leading;
    WallTime now;
    packager.begin_input(at(0));
    testing::configure(packager, video_track());
    for (int frame = 0; frame < 600; ++frame) {
        now = at(frame * 100 / 3);
        packager.advance(now);
        Stamp const stamp{.pts = frame * 3000,
                          .dts = frame * 3000,
                          .input = 1,
                          .serial = static_cast<std::uint32_t>(frame + 1)};
        auto const placed = packager.place(
            MediaKind::video,
            {.dts = frame * 3000, .sync = frame % 60 == 0, .payload = stamped(stamp, 900)});
        ASSERT_TRUE(placed);
        low.pump(now);
        low.take(MediaKind::video, *placed);
        low.pump(now);
        leading.emplace_back(now + milliseconds(100), *placed);
        while (leading.front().first <= now) {
            packager.push(MediaKind::video, leading.front().second);
            leading.pop_front();
        }
    }
    ASSERT_EQ(recorder.last()->renditions.size(), 2U);
    EXPECT_GE(recorder.shared_beginnings, 8U);
}

TEST_F(Ladder, AudioOfARungFollowsTheMarksToo) {
    Encoder audio(packager, "audio64", audio_track());
    packager.expect_rungs({{"audio64", 64'000}});
    encoders.all.push_back(&audio);
    publisher.begin(at(0));
    publisher.run_until(30);
    packager.finish();
    ASSERT_EQ(recorder.last()->renditions.size(), 5U);
    EXPECT_EQ(recorder.samples["audio64"], audio.sent);
    EXPECT_EQ(gaps("audio64").size(), 0U);
}

TEST(Rungs, KeepABoundedNumberOfSamplesAndMarks) {
    Recorder recorder(CheckOptions{.full_parts = false, .no_gaps = false});
    Packager packager({}, "s1", kFirst, at(0), recorder);
    packager.expect_rungs({{"480p"}});
    packager.configure_rung("480p", rung_track(480));
    packager.begin_input(at(0));
    // The leader never comes.
    std::weak_ptr<void const> nothing;
    Blob const payload(Bytes(1000));
    for (std::int64_t i = 0; i < 100'000; ++i)
        packager.push_rung("480p", {.dts = i * 3000, .sync = i == 0, .payload = payload});
    EXPECT_TRUE(recorder.windows.empty());
    for (int i = 0; i < 100; ++i) packager.configure_rung(fmt::format("r{}", i), rung_track());
    Publisher publisher{.packager = packager};
    publisher.begin(at(0));
    publisher.run_until(10);
    EXPECT_LE(recorder.last()->renditions.size(), 2 + Rungs::kMost);
}

TEST(Rungs, OfAnUnknownNameAreIgnored) {
    Recorder recorder;
    Packager packager({}, "s1", kFirst, at(0), recorder);
    Publisher publisher{.packager = packager};
    publisher.begin(at(0));
    packager.push_rung("720p", {.dts = 0, .sync = true, .payload = Blob(Bytes(10))});
    packager.rung_lost("720p");
    publisher.run_until(6);
    EXPECT_EQ(recorder.last()->renditions.size(), 2U);
}

}  // namespace
}  // namespace directfanz::packager
