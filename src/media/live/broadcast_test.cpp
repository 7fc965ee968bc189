#include "media/live/broadcast.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::live {
namespace {

using ingest::EndReason;
using testing::ElementsAre;
using testing::IsEmpty;

struct Recorder final : BroadcastListener {
    std::vector<BroadcastState> states;
    std::vector<std::shared_ptr<packager::Window const>> windows;

    void on_state(StreamId const&, BroadcastState state) override { states.push_back(state); }
    void on_window(StreamId const&, std::shared_ptr<packager::Window const> window) override {
        windows.push_back(std::move(window));
    }
    void on_advice(StreamId const&, packager::Advice, milliseconds) override {}
};

Track video_track() {
    return {MediaKind::video,   Codec::h264,   kVideoTimescale,
            Blob(Bytes(20, 1)), "avc1.42c01f", VideoFormat{640, 360, 30}};
}

PublishGrant const kGrant{StreamId("s1"), "k"};

/// One publisher as its connection behaves.
struct Publisher {
    std::shared_ptr<ingest::Publication> feed;
    std::optional<Error> stopped;
    int frame = 0;

    explicit Publisher(Broadcast& broadcast) {
        auto attached = broadcast.attach(
            {.app = "live", .stream_key = "k", .remote_address = "127.0.0.1"}, kGrant);
        EXPECT_TRUE(attached);
        feed = *attached;
        feed->on_stop([this](Error const& reason) { stopped = reason; });
        feed->configure(video_track());
    }

    /// 30 frames a second, a key frame every two seconds.
    void send_seconds(int count) {
        for (int i = 0; i < count * 30; ++i, ++frame) {
            feed->push(
                MediaKind::video,
                {.dts = frame * 3000, .sync = frame % 60 == 0, .payload = Blob(Bytes(50, 2))});
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
    ASSERT_NE(broadcast->grant(), nullptr);
    EXPECT_EQ(broadcast->grant()->credential, "k");
    broadcast->dismiss({ErrorKind::denied, "publish", "The stream key was rotated."});
    ASSERT_TRUE(publisher.stopped);
    EXPECT_EQ(publisher.stopped->message, "The stream key was rotated.");
    EXPECT_EQ(recorder.states.back(), BroadcastState::reconnecting);
    EXPECT_EQ(broadcast->grant(), nullptr);
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
