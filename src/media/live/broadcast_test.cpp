#include "media/live/broadcast.hpp"

#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::live {
namespace {

using ingest::EndReason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Recorder final : BroadcastListener {
    std::vector<BroadcastState> states;
    std::vector<std::shared_ptr<packager::Window const>> windows;

    void on_state(StreamId const&, BroadcastState state) override { states.push_back(state); }
    void on_window(StreamId const&, std::shared_ptr<packager::Window const> window) override {
        windows.push_back(std::move(window));
    }
    void on_advice(StreamId const&, std::vector<Advice> const& advice) override {
        advices.push_back(advice);
    }

    std::vector<std::vector<Advice>> advices;
};

Track video_track() {
    return {MediaKind::video,   Codec::h264,   kVideoTimescale,
            Blob(Bytes(20, 1)), "avc1.42c01f", VideoFormat{640, 360, 30}};
}

PublishGrant const kGrant{.stream = StreamId("s1"), .credential = "k", .first = {100, 1}};

/// One publisher as its connection behaves.
struct Publisher {
    std::shared_ptr<ingest::Publication> feed;
    std::optional<Error> stopped;
    int frame = 0;

    explicit Publisher(Broadcast& broadcast, std::uint64_t connection = 1) {
        auto attached = broadcast.attach({.app = "live",
                                          .stream_key = "k",
                                          .remote_address = "127.0.0.1",
                                          .connection = connection},
                                         kGrant);
        EXPECT_TRUE(attached);
        feed = *attached;
        feed->on_stop([this](Error const& reason) { stopped = reason; });
        feed->configure(video_track());
    }

    /// 30 frames a second, a key frame every two seconds or as told.
    void send_seconds(int count, int key_frame_distance = 60) {
        for (int i = 0; i < count * 30; ++i, ++frame) {
            feed->push(MediaKind::video, {.dts = frame * 3000,
                                          .sync = frame % key_frame_distance == 0,
                                          .payload = Blob(Bytes(50, 2))});
        }
    }
};

struct BroadcastTest : testing::Test {
    io::EventLoop loop;
    Recorder recorder;
    LiveSettings settings{.grace = seconds(60), .takeover_silence = milliseconds(3000)};

    std::shared_ptr<Broadcast> begin() {
        return std::make_shared<Broadcast>(loop, kGrant, settings,
                                           std::vector<BroadcastListener*>{&recorder});
    }
};

TEST_F(BroadcastTest, IsLiveWithItsFirstWindow) {
    auto const broadcast = begin();
    Publisher publisher(*broadcast);
    EXPECT_THAT(recorder.states, IsEmpty());
    publisher.send_seconds(5);
    ASSERT_FALSE(recorder.windows.empty());
    EXPECT_THAT(recorder.states, ElementsAre(BroadcastState::live));
}

TEST_F(BroadcastTest, OfAPublisherThatLeavesBeforeThereIsAnythingToPlayNothingIsHeard) {
    auto const broadcast = begin();
    Publisher publisher(*broadcast);
    publisher.send_seconds(1);
    publisher.feed->finish(EndReason::unpublished);
    EXPECT_TRUE(broadcast->over());
    EXPECT_THAT(recorder.windows, IsEmpty());
    EXPECT_THAT(recorder.states, IsEmpty());
    EXPECT_TRUE(broadcast->expired(steady_now()));
}

TEST_F(BroadcastTest, IsRetainedAsLongAsTheOneBeforeItIfItNeverPlayed) {
    auto const first = begin();
    Publisher publisher(*first);
    publisher.send_seconds(5);
    publisher.feed->finish(EndReason::unpublished);
    ASSERT_TRUE(first->over());

    auto const second = std::make_shared<Broadcast>(
        loop, kGrant, settings, std::vector<BroadcastListener*>{&recorder}, first->forget_at());
    Publisher silent(*second);
    silent.feed.reset();
    ASSERT_TRUE(second->over());
    auto const now = steady_now();
    EXPECT_FALSE(second->expired(now));
    EXPECT_FALSE(second->expired(now + settings.retention - seconds(10)));
    EXPECT_TRUE(second->expired(now + settings.retention));
}

TEST_F(BroadcastTest, RefusesASecondPublisherWhileTheFirstSends) {
    auto const broadcast = begin();
    Publisher publisher(*broadcast);
    publisher.send_seconds(5);
    auto const second = broadcast->attach(
        {.app = "live", .stream_key = "k", .remote_address = "127.0.0.1"}, kGrant);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::conflict);
    EXPECT_FALSE(publisher.stopped);
}

TEST_F(BroadcastTest, GivesTheKeyOfASilentPublisherToTheNext) {
    settings.takeover_silence = milliseconds(0);
    auto const broadcast = begin();
    Publisher first(*broadcast);
    first.send_seconds(5);
    Publisher second(*broadcast);
    ASSERT_TRUE(first.stopped);
    EXPECT_EQ(first.stopped->kind, ErrorKind::conflict);

    auto const windows = recorder.windows.size();
    first.send_seconds(1);
    EXPECT_EQ(recorder.windows.size(), windows) << "what the first one still sends goes nowhere";
    second.send_seconds(5);
    EXPECT_GT(recorder.windows.size(), windows);
    first.feed->finish(EndReason::unpublished);
    EXPECT_FALSE(broadcast->over()) << "its end is no end of the broadcast";
}

TEST_F(BroadcastTest, WaitsForAPublisherThatDropped) {
    auto const broadcast = begin();
    Publisher first(*broadcast);
    first.send_seconds(5);
    first.feed.reset();
    EXPECT_THAT(recorder.states, ElementsAre(BroadcastState::live, BroadcastState::reconnecting));
    broadcast->sweep(steady_now() + seconds(59));
    EXPECT_FALSE(broadcast->over());

    auto const before = recorder.windows.back();
    Publisher second(*broadcast);
    second.send_seconds(5);
    EXPECT_EQ(recorder.states.back(), BroadcastState::live);
    auto const after = recorder.windows.back();
    EXPECT_EQ(after->session, before->session) << "viewers go on with the same names";
    auto const& segments = after->renditions[0]->segments;
    auto const& last = before->renditions[0]->segments.back();
    auto const next = segments[last->media_sequence + 1 - segments.front()->media_sequence];
    EXPECT_TRUE(next->discontinuity);
    EXPECT_EQ(next->discontinuity_sequence, last->discontinuity_sequence + 1);
}

TEST_F(BroadcastTest, EndsWhenTheGracePeriodIsOver) {
    auto const broadcast = begin();
    Publisher publisher(*broadcast);
    publisher.send_seconds(5);
    publisher.feed->finish(EndReason::lost);
    broadcast->sweep(steady_now() + seconds(61));
    EXPECT_TRUE(broadcast->over());
    EXPECT_EQ(recorder.states.back(), BroadcastState::ended);
    EXPECT_TRUE(recorder.windows.back()->ended);
}

TEST_F(BroadcastTest, EndsAtOnceWhenThePublisherSaysSo) {
    auto const broadcast = begin();
    Publisher publisher(*broadcast);
    publisher.send_seconds(5);
    publisher.feed->finish(EndReason::unpublished);
    EXPECT_TRUE(broadcast->over());
    EXPECT_TRUE(recorder.windows.back()->ended);
    EXPECT_FALSE(broadcast->expired(steady_now()));
    EXPECT_TRUE(broadcast->expired(steady_now() + settings.retention + seconds(1)));
}

TEST_F(BroadcastTest, EndsAtOnceWithoutAGracePeriod) {
    settings.grace = seconds(0);
    auto const broadcast = begin();
    Publisher publisher(*broadcast);
    publisher.send_seconds(5);
    publisher.feed->finish(EndReason::lost);
    EXPECT_TRUE(broadcast->over());
}

TEST_F(BroadcastTest, TakesNobodyInOnceItIsOver) {
    auto const broadcast = begin();
    Publisher publisher(*broadcast);
    publisher.send_seconds(5);
    publisher.feed->finish(EndReason::unpublished);
    EXPECT_FALSE(broadcast->attach(
        {.app = "live", .stream_key = "k", .remote_address = "127.0.0.1"}, kGrant));
}

TEST_F(BroadcastTest, LeavesNoTraceOfAPublisherThatSentNothing) {
    auto const broadcast = begin();
    Publisher publisher(*broadcast);
    publisher.feed->finish(EndReason::lost);
    EXPECT_TRUE(broadcast->over());
    EXPECT_TRUE(broadcast->expired(steady_now()));
    EXPECT_THAT(recorder.states, IsEmpty());
}

TEST_F(BroadcastTest, WaitsForAPublisherThatLostItsRight) {
    auto const broadcast = begin();
    Publisher publisher(*broadcast);
    publisher.send_seconds(5);
    EXPECT_EQ(broadcast->grant().credential, "k");
    broadcast->dismiss({ErrorKind::denied, "publish", "The stream key was rotated."});
    ASSERT_TRUE(publisher.stopped);
    EXPECT_EQ(publisher.stopped->message, "The stream key was rotated.");
    EXPECT_EQ(recorder.states.back(), BroadcastState::reconnecting);
}

TEST_F(BroadcastTest, TellsAPublisherThatWasSentAwayBeforeItCouldListen) {
    auto const broadcast = begin();
    auto const feed = *broadcast->attach({.app = "live", .stream_key = "k"}, kGrant);
    broadcast->end({ErrorKind::denied, "publish", "The stream was deleted."});
    std::optional<Error> stopped;
    feed->on_stop([&](Error const& reason) { stopped = reason; });
    ASSERT_TRUE(stopped);
    EXPECT_EQ(stopped->message, "The stream was deleted.");
}

TEST_F(BroadcastTest, TellsTheOperatorAndTheListenersWhatTheEncoderCouldDoBetter) {
    auto const broadcast = begin();
    Publisher publisher(*broadcast, 7);
    testing::internal::CaptureStderr();
    publisher.send_seconds(20, 300);
    broadcast->sweep(steady_now() + seconds(1));
    auto const logged = testing::internal::GetCapturedStderr();
    ASSERT_THAT(recorder.advices, SizeIs(1));
    EXPECT_EQ(recorder.advices.front(),
              (std::vector<Advice>{{AdviceKind::key_frames_too_far_apart, 10'000}}));
    EXPECT_THAT(logged, HasSubstr("encoder_advice"));
    EXPECT_THAT(logged, HasSubstr("kind=key_frames_too_far_apart measured=10000"));
    EXPECT_THAT(logged, HasSubstr("text=\"Your key frames are "));
    EXPECT_THAT(logged, HasSubstr("connection=7"));
}

TEST_F(BroadcastTest, LogsOfEachPublisherWhichConnectionItIs) {
    settings.takeover_silence = milliseconds(0);
    auto const broadcast = begin();
    testing::internal::CaptureStderr();
    Publisher first(*broadcast, 7);
    first.send_seconds(5);
    Publisher second(*broadcast, 8);
    second.feed->finish(EndReason::lost);
    Publisher third(*broadcast, 9);
    broadcast->dismiss({ErrorKind::denied, "publish", "gone"});
    Publisher fourth(*broadcast, 10);
    fourth.feed->finish(EndReason::unpublished);
    std::istringstream lines(testing::internal::GetCapturedStderr());
    std::vector<std::string> publishers;
    for (std::string line; std::getline(lines, line);) {
        auto const event = line.find("publisher_");
        if (event == std::string::npos) continue;
        auto const at = line.find(" connection=");
        ASSERT_NE(at, std::string::npos) << line;
        auto const number = line.substr(at + 12, line.find(' ', at + 1) - at - 12);
        publishers.push_back(line.substr(event, line.find(' ', event) - event) + " " + number);
    }
    EXPECT_THAT(publishers, ElementsAre("publisher_attached 7", "publisher_taken_over 7",
                                        "publisher_attached 8", "publisher_lost 8",
                                        "publisher_attached 9", "publisher_dismissed 9",
                                        "publisher_attached 10", "publisher_finished 10"));
}

TEST_F(BroadcastTest, TellsThePublisherWhyItIsEnded) {
    auto const broadcast = begin();
    Publisher publisher(*broadcast);
    publisher.send_seconds(5);
    broadcast->end({ErrorKind::denied, "publish", "The stream was deleted."});
    ASSERT_TRUE(publisher.stopped);
    EXPECT_EQ(publisher.stopped->message, "The stream was deleted.");
    EXPECT_TRUE(recorder.windows.back()->ended);
}

}  // namespace
}  // namespace directfanz::live
