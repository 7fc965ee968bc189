#include "media/transcode/worker_session.hpp"

#include "media/transcode/plan.hpp"
#include "media/transcode/workers_fixture.hpp"

#include <csignal>
#include <map>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

using testing::audio_track;
using ::testing::HasSubstr;
using testing::video_track;
using testing::Workers;

struct Recorder final : WorkerSession::Listener {
    std::map<int, std::vector<Sample>> samples;
    std::map<int, int> tracks;
    std::map<int, int> losses;
    int thumbnails = 0;
    std::vector<double> levels;
    std::string gave_up;
    std::vector<ShedLevel> shed;
    bool ended = false;

    void on_rung_track(std::uint8_t rung, Track) override { ++tracks[rung]; }
    void on_rung_sample(std::uint8_t rung, Sample sample) override {
        samples[rung].push_back(std::move(sample));
    }
    void on_rung_lost(std::uint8_t rung) override { ++losses[rung]; }
    void on_thumbnail(wire::Thumbnail) override { ++thumbnails; }
    void on_sound_level(double level) override { levels.push_back(level); }
    void on_shed(ShedLevel level) override { shed.push_back(level); }
    void on_ended() override { ended = true; }
    void on_given_up(std::string const& why, GivenUp) override { gave_up = why; }
};

struct WorkerSessionTest : ::testing::Test {
    /// About as fast as the tests push them.
    static constexpr std::int64_t kFrame = 300;

    Workers workers;
    Recorder heard;
    std::unique_ptr<WorkerSession> session;
    std::int64_t next = 0;

    static WorkerSession::Order order(std::string habits) {
        Plan const plan{.rungs = {{"480p", 854, 480, 1'200'000}, {"360p", 640, 360, 700'000}},
                        .audio_only_bitrate = 64'000};
        return {.setup = to_setup(plan, {}, "x264", std::move(habits))};
    }

    void start(WorkerSession::Order what) {
        workers.on_loop([&] {
            session = std::make_unique<WorkerSession>(workers.pool, std::move(what), heard,
                                                      log::Context{});
            session->configure(video_track());
            session->configure(audio_track());
            auto const started = session->start();
            EXPECT_TRUE(started) << describe(started.error());
        });
    }

    void push() {
        auto const key = next % 60 == 0;
        session->push_video({.dts = next * kFrame, .sync = key, .payload = Blob(Bytes(100))}, key);
        session->push_audio({.dts = next * 160, .sync = true, .payload = Blob(Bytes(10))});
        ++next;
    }

    /// One picture, and a moment for the worker; the watch looks every time.
    void run_frame() {
        workers.on_loop([&] { push(); });
        workers.run_for(milliseconds(2));
        workers.on_loop([&] { session->tick(steady_now()); });
    }

    bool run_frames_until(std::function<bool()> const& done) {
        auto const give_up = steady_now() + seconds(40);
        while (!done() && steady_now() < give_up) run_frame();
        return done();
    }

    bool all_shown() {
        return workers.run_until([&] {
            return !heard.samples[1].empty() &&
                   heard.samples[1].back().pts() == (next - 1) * kFrame;
        });
    }

    /// Each picture once, in order, none missing.
    void expect_whole(int rung) {
        auto const& samples = heard.samples[rung];
        for (std::size_t i = 0; i < samples.size(); ++i)
            ASSERT_EQ(samples[i].pts(), static_cast<std::int64_t>(i) * kFrame) << i;
    }
};

TEST_F(WorkerSessionTest, EveryPictureComesBackInEveryRung) {
    start(order(""));
    for (auto i = 0; i < 100; ++i) run_frame();
    ASSERT_TRUE(all_shown());
    expect_whole(0);
    expect_whole(1);
    EXPECT_EQ(heard.samples[0].size(), 100U);
    EXPECT_EQ(heard.tracks[0], 1);
    EXPECT_TRUE(heard.samples[0][60].sync);
    EXPECT_GE(heard.samples[wire::kAudioOnlyRung].size(), 95U);
    EXPECT_GT(heard.thumbnails, 0);
    EXPECT_EQ(heard.gave_up, "");
}

TEST_F(WorkerSessionTest, TellsHowLoudTheSourceIs) {
    start(order(""));
    for (auto i = 0; i < 30; ++i) run_frame();
    ASSERT_TRUE(workers.run_until([&] { return !heard.levels.empty(); }));
    EXPECT_EQ(heard.levels.front(), -20.5);
}

TEST_F(WorkerSessionTest, TakesNoLevelFromAWorkerThatNoSoundHas) {
    start(order("shouts"));
    for (auto i = 0; i < 30; ++i) run_frame();
    ASSERT_TRUE(workers.run_until([&] { return !heard.levels.empty(); }));
    EXPECT_EQ(heard.levels.front(), WorkerSession::kLoudest);
}

TEST_F(WorkerSessionTest, AKilledWorkersSuccessorGoesOnBehindTheLastPicture) {
    start(order(""));
    for (auto i = 0; i < 45; ++i) run_frame();
    ASSERT_TRUE(all_shown());
    auto const before = session->process();
    ::kill(before, SIGKILL);
    for (auto i = 0; i < 45; ++i) run_frame();
    ASSERT_TRUE(all_shown());
    EXPECT_NE(session->process(), before);
    expect_whole(0);
    expect_whole(1);
    EXPECT_EQ(heard.samples[0].size(), 90U);
    EXPECT_TRUE(heard.samples[0][45].sync) << "the new encoder begins with a key frame";
    EXPECT_EQ(heard.tracks[0], 2);
    EXPECT_EQ(heard.losses[0], 0) << "it was back soon enough";
}

TEST_F(WorkerSessionTest, ThreeCrashesAreTooMany) {
    start(order("crashes"));
    ASSERT_TRUE(run_frames_until([&] { return !heard.gave_up.empty(); }));
    EXPECT_THAT(heard.gave_up, HasSubstr("failed 3 times within 60 s"));
    EXPECT_THAT(heard.gave_up, HasSubstr("Killed"));
    EXPECT_EQ(heard.losses[0], 1);
    EXPECT_EQ(heard.losses[wire::kAudioOnlyRung], 1);
    // What still comes in goes nowhere.
    auto const so_far = heard.samples[0].size();
    for (auto i = 0; i < 50; ++i) run_frame();
    EXPECT_EQ(heard.samples[0].size(), so_far);
}

TEST_F(WorkerSessionTest, AWorkerThatNeverBeginsIsGivenUp) {
    start(order("never begins"));
    ASSERT_TRUE(run_frames_until([&] { return !heard.gave_up.empty(); }));
    EXPECT_THAT(heard.gave_up, HasSubstr("Aborted"));
}

TEST_F(WorkerSessionTest, AWorkerThatHangsIsReplaced) {
    start(order("hangs"));
    auto const before = session->process();
    ASSERT_TRUE(run_frames_until([&] { return session->process() != before; }));
    // The next one goes on behind what the first has shown, until it hangs, too.
    ASSERT_TRUE(run_frames_until([&] { return heard.samples[0].size() >= 40; }));
    expect_whole(0);
}

TEST_F(WorkerSessionTest, AWorkerThatGrowsTooLargeIsReplaced) {
    auto what = order("grows");
    what.memory_limit = 64 << 20;
    start(std::move(what));
    auto const before = session->process();
    ASSERT_TRUE(run_frames_until([&] { return session->process() != before; }));
}

TEST_F(WorkerSessionTest, AWorkerThatTalksNonsenseIsReplaced) {
    start(order("babbles"));
    auto const before = session->process();
    ASSERT_TRUE(run_frames_until([&] { return session->process() != before; }));
    expect_whole(0);
}

TEST_F(WorkerSessionTest, AWorkerThatInventsRungsIsReplaced) {
    start(order("invents"));
    auto const before = session->process();
    ASSERT_TRUE(run_frames_until([&] { return session->process() != before; }));
    EXPECT_TRUE(heard.samples[77].empty());
}

TEST_F(WorkerSessionTest, AWorkerThatAddsARenditionOfSoundIsReplaced) {
    start(order("adds sound"));
    auto const before = session->process();
    ASSERT_TRUE(run_frames_until([&] { return session->process() != before; }));
    EXPECT_EQ(heard.tracks[wire::kAudioRung], 0);
}

TEST_F(WorkerSessionTest, AWorkerWhoseTimesCannotBeIsReplaced) {
    start(order("races"));
    auto const before = session->process();
    ASSERT_TRUE(run_frames_until([&] { return session->process() != before; }));
    for (auto const& sample : heard.samples[1]) EXPECT_LT(sample.dts, 1'000'000'000);
}

TEST_F(WorkerSessionTest, AWorkerWhosePicturesAreBeyondAllSizesIsReplaced) {
    start(order("bloats"));
    auto const before = session->process();
    ASSERT_TRUE(run_frames_until([&] { return session->process() != before; }));
    for (auto const& sample : heard.samples[1])
        EXPECT_LE(sample.payload.size(), std::size_t{4} << 20);
}

TEST_F(WorkerSessionTest, PicturesThatWereSeenAreDecodedOnly) {
    workers.on_loop([&] {
        session = std::make_unique<WorkerSession>(workers.pool, order(""), heard, log::Context{});
        session->configure(video_track());
        session->begin_behind(9 * kFrame);
        ASSERT_TRUE(session->start());
    });
    for (auto i = 0; i < 30; ++i) run_frame();
    ASSERT_TRUE(all_shown());
    EXPECT_EQ(heard.samples[0].front().pts(), 10 * kFrame);
    EXPECT_EQ(heard.samples[0].size(), 20U);
}

TEST_F(WorkerSessionTest, WaitsForTheFirstKeyFrame) {
    start(order(""));
    next = 50;
    for (auto i = 0; i < 20; ++i) run_frame();
    ASSERT_TRUE(all_shown());
    EXPECT_EQ(heard.samples[0].front().pts(), 60 * kFrame);
}

TEST_F(WorkerSessionTest, AWorkerThatWaitsForADistantKeyFrameDoesNotHang) {
    start(order(""));
    auto const before = session->process();
    next = 1;
    auto const end = steady_now() + HangWatch::kPatience + milliseconds(500);
    while (steady_now() < end) {
        if (next % 60 == 0) ++next;
        run_frame();
    }
    EXPECT_EQ(session->process(), before);
    next = 60 * (next / 60 + 1);
    auto const first = next;
    for (auto i = 0; i < 20; ++i) run_frame();
    ASSERT_TRUE(all_shown());
    EXPECT_EQ(heard.samples[0].front().pts(), first * kFrame);
}

TEST_F(WorkerSessionTest, AWorkerThatIsDeafToSoundAloneIsReplaced) {
    WorkerSession::Order what{.setup = to_setup({.audio_bitrate = 128'000}, {}, "x264", "mute")};
    workers.on_loop([&] {
        session =
            std::make_unique<WorkerSession>(workers.pool, std::move(what), heard, log::Context{});
        session->configure(audio_track());
        EXPECT_TRUE(session->start());
    });
    auto const before = session->process();
    auto const give_up = steady_now() + seconds(40);
    while (session->process() == before && steady_now() < give_up) {
        workers.on_loop([&] {
            session->push_audio({.dts = next++ * 160, .sync = true, .payload = Blob(Bytes(10))});
        });
        workers.run_for(milliseconds(5));
        workers.on_loop([&] { session->tick(steady_now()); });
    }
    EXPECT_NE(session->process(), before);
}

TEST_F(WorkerSessionTest, AWorkerThatEncodesSoundAloneIsLeftInPeace) {
    WorkerSession::Order what{.setup = to_setup({.audio_bitrate = 128'000}, {}, "x264", "")};
    workers.on_loop([&] {
        session =
            std::make_unique<WorkerSession>(workers.pool, std::move(what), heard, log::Context{});
        session->configure(audio_track());
        EXPECT_TRUE(session->start());
    });
    auto const before = session->process();
    auto const end = steady_now() + HangWatch::kPatience + milliseconds(500);
    while (steady_now() < end) {
        workers.on_loop([&] {
            session->push_audio({.dts = next++ * 160, .sync = true, .payload = Blob(Bytes(10))});
        });
        workers.run_for(milliseconds(5));
        workers.on_loop([&] { session->tick(steady_now()); });
    }
    EXPECT_EQ(session->process(), before);
    EXPECT_FALSE(heard.samples[wire::kAudioRung].empty());
}

TEST_F(WorkerSessionTest, AfterADiscontinuityNothingBeforeItIsUsed) {
    start(order(""));
    for (auto i = 0; i < 10; ++i) run_frame();
    ASSERT_TRUE(all_shown());
    workers.on_loop([&] { session->discontinuity(); });
    for (auto i = 0; i < 70; ++i) run_frame();
    ASSERT_TRUE(all_shown());
    EXPECT_EQ(heard.samples[0][10].pts(), 60 * kFrame);
}

TEST_F(WorkerSessionTest, ADeafWorkerBlocksNobodyAndIsReplaced) {
    start(order("deaf"));
    auto const before = session->process();
    auto const begin = steady_now();
    Sample const large{.sync = true, .payload = Blob(Bytes(4 << 20))};
    workers.on_loop([&] {
        for (auto i = 0; i < 50; ++i) {
            auto sample = large;
            sample.dts = (100 + i) * kFrame;
            session->push_video(sample, false);
        }
    });
    EXPECT_LT(steady_now() - begin, seconds(20));
    next = 180;
    ASSERT_TRUE(run_frames_until([&] { return session->process() != before; }));
}

TEST_F(WorkerSessionTest, TheRungThatLeadsIsNeverShedNorTheSmallest) {
    auto what = order("");
    what.setup.rungs.push_back({.name = "240p", .width = 426, .height = 240, .bitrate = 300'000});
    what.never_shed = 1;
    start(std::move(what));
    for (auto i = 0; i < 20; ++i) run_frame();
    auto const shown = [&] {
        return !heard.samples[2].empty() && heard.samples[2].back().pts() == (next - 1) * kFrame;
    };
    ASSERT_TRUE(workers.run_until(shown));
    auto const now = steady_now() + seconds(10);
    workers.on_loop([&] {
        for (auto i = 0; i < 400; ++i) push();
        for (auto i = 0; i < 10; ++i) session->tick(now + i * milliseconds(2'100));
        EXPECT_EQ(session->shed_level(), 2U) << "there is no more to shed";
        EXPECT_FALSE(session->is_shed(0));
        EXPECT_TRUE(session->is_shed(1));
        EXPECT_FALSE(session->is_shed(2));
        EXPECT_EQ(session->largest_rung(), 0);
    });
    EXPECT_EQ(heard.shed, (std::vector<ShedLevel>{1, 2}));
    EXPECT_EQ(heard.losses[0], 0);
    EXPECT_EQ(heard.losses[1], 1);
    ASSERT_TRUE(workers.run_until(shown));
    expect_whole(0);
    expect_whole(2);
    workers.run_for(milliseconds(10));
    auto const before = heard.samples[1].size();
    for (auto i = 0; i < 20; ++i) run_frame();
    ASSERT_TRUE(workers.run_until(shown));
    EXPECT_EQ(heard.samples[1].size(), before) << "the worker makes it no more";
    EXPECT_EQ(heard.samples[0].size(), static_cast<std::size_t>(next));
}

TEST_F(WorkerSessionTest, ANewWorkerGoesOnStandingInWhereTheLastOneEnded) {
    start(order(""));
    for (auto i = 0; i < 30; ++i) run_frame();
    ASSERT_TRUE(all_shown());
    auto const begin = (next - 1) * kFrame;
    workers.on_loop(
        [&] { session->stall({.after = begin, .until = begin + 10 * kFrame, .flush = true}); });
    auto const newest = [&] { return heard.samples[0].back().pts(); };
    ASSERT_TRUE(workers.run_until([&] { return newest() == begin + 9 * kFrame; }));
    auto const old = session->process();
    ::kill(old, SIGKILL);
    ASSERT_TRUE(workers.run_until([&] { return session->process() != old; }));
    workers.on_loop([&] { session->stall({.after = begin, .until = begin + 20 * kFrame}); });
    // The fake one knows no distance of pictures before it has seen two.
    workers.on_loop([&] { next += 20; });
    for (auto i = 0; i < 70; ++i) run_frame();
    ASSERT_TRUE(all_shown());
    for (std::size_t i = 1; i < heard.samples[0].size(); ++i)
        EXPECT_GT(heard.samples[0][i].pts(), heard.samples[0][i - 1].pts()) << i;
}

TEST_F(WorkerSessionTest, AtTheEndEverythingComesOut) {
    start(order(""));
    workers.on_loop([&] {
        for (auto i = 0; i < 50; ++i) push();
        EXPECT_TRUE(session->end());
    });
    ASSERT_TRUE(workers.run_until([&] { return heard.ended; }));
    EXPECT_EQ(heard.samples[0].size(), 50U);
    EXPECT_EQ(heard.samples[1].size(), 50U);
    EXPECT_EQ(heard.gave_up, "") << "its end is no crash";
}

TEST_F(WorkerSessionTest, AWorkerThatFallsBehindIsRelieved) {
    start(order(""));
    for (auto i = 0; i < 20; ++i) run_frame();
    ASSERT_TRUE(all_shown());
    auto const now = steady_now() + seconds(10);
    workers.on_loop([&] {
        // It has no chance to answer.
        for (auto i = 0; i < 400; ++i) push();
        EXPECT_EQ(session->lag(), milliseconds(1'333) + microseconds(333));
        session->tick(now);
        EXPECT_EQ(session->shed_level(), 0U);
        session->tick(now + milliseconds(2'000));
        EXPECT_EQ(session->shed_level(), 1U);
        EXPECT_EQ(heard.losses[0], 0);
        session->tick(now + milliseconds(2'100));
        session->tick(now + milliseconds(4'100));
        EXPECT_EQ(session->shed_level(), 2U);
        EXPECT_EQ(heard.losses[0], 1) << "the largest rung pauses";
        EXPECT_EQ(heard.losses[1], 0);
    });
    ASSERT_TRUE(all_shown());
    expect_whole(1);
    workers.on_loop([&] {
        session->tick(now + seconds(10));
        session->tick(now + seconds(10) + OverloadPolicy::kQuiet);
    });
    EXPECT_EQ(session->shed_level(), 1U) << "and comes back when there is room";
}

}  // namespace
}  // namespace directfanz::transcode
