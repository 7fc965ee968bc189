#include "media/live/directory.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace directfanz::live {
namespace {

/// Lets everybody in whose key is "good", to the stream "s1", until the right is taken back.
struct Gate final : PublishGate {
    std::atomic<ErrorKind> recheck_error{ErrorKind::unavailable};

    io::Task<Result<PublishGrant>> authorize(ingest::PublishRequest const& request) override {
        if (request.stream_key != "good") co_return fail(ErrorKind::denied, "key", "unknown");
        PublishGrant grant{
            .stream = StreamId("s1"), .credential = request.stream_key, .first = {100, 1}};
        co_return grant;
    }

    io::Task<Result<void>> recheck(PublishGrant const&) override {
        co_return fail(recheck_error, "key", "no longer");
    }
};

/// Remembers the states in the order in which they are told, on whatever loop.
struct States final : BroadcastListener {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<BroadcastState> told;

    void on_state(StreamId const&, BroadcastState state) override {
        std::lock_guard const lock(mutex);
        told.push_back(state);
        changed.notify_all();
    }
    void on_window(StreamId const&, std::shared_ptr<packager::Window const>) override {}

    bool wait_for(BroadcastState state) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, seconds(20),
                                [&] { return std::ranges::find(told, state) != told.end(); });
    }
};

using Opened = Result<std::shared_ptr<ingest::Publication>>;

io::Task<> open(Directory& directory, std::string key, std::promise<Opened>& done) {
    ingest::PublishRequest request{.app = "live", .stream_key = std::move(key)};
    auto opened = co_await directory.open(request);
    done.set_value(std::move(opened));
}

struct DirectoryTest : testing::Test {
    io::LoopPool loops{2};
    Gate gate;
    States states;
    LiveSettings settings;
    Directory directory;

    DirectoryTest() : DirectoryTest({.grace = seconds(1), .retention = seconds(0)}) {}

    explicit DirectoryTest(LiveSettings live)
        : settings(live), directory(loops, gate, settings, {&states}) {
        directory.start();
        loops.start();
    }

    ~DirectoryTest() override { loops.stop(); }

    Opened open_on(std::size_t loop, std::string key) {
        std::promise<Opened> done;
        loops[loop].post([&] { loops[loop].spawn(open(directory, key, done)); });
        return done.get_future().get();
    }

    /// Runs `work` where the publication lives.
    static void at(ingest::Publication& publication, std::move_only_function<void()> work) {
        std::promise<void> done;
        publication.loop().post([&] {
            work();
            done.set_value();
        });
        done.get_future().wait();
    }

    static void send(ingest::Publication& publication, int video_seconds) {
        publication.configure({MediaKind::video, Codec::h264, kVideoTimescale, Blob(Bytes(20, 1)),
                               "avc1.42c01f", VideoFormat{640, 360, 30}});
        for (int frame = 0; frame < video_seconds * 30; ++frame) {
            publication.push(
                MediaKind::video,
                {.dts = frame * 3000, .sync = frame % 60 == 0, .payload = Blob(Bytes(50, 2))});
        }
    }
};

/// Nothing runs out by itself while these tests run.
struct PatientDirectoryTest : DirectoryTest {
    PatientDirectoryTest() : DirectoryTest({.grace = seconds(1800), .retention = seconds(1800)}) {}
};

TEST_F(DirectoryTest, PassesOnWhatTheGateRefuses) {
    auto const opened = open_on(0, "bad");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::denied);
    EXPECT_TRUE(directory.streams().empty());
}

TEST_F(DirectoryTest, BeginsABroadcastOnTheLoopThatTookTheConnection) {
    for (std::size_t loop = 0; loop < 2; ++loop) {
        auto opened = open_on(loop, "good");
        ASSERT_TRUE(opened);
        EXPECT_EQ((*opened)->loop().index(), loop);
        at(**opened, [&] { (*opened)->finish(ingest::EndReason::unpublished); });
    }
}

TEST_F(DirectoryTest, SendsAPublisherThatComesBackToItsBroadcast) {
    auto first = open_on(0, "good");
    at(**first, [&] {
        send(**first, 5);
        (*first)->finish(ingest::EndReason::lost);
    });
    auto const second = open_on(1, "good");
    ASSERT_TRUE(second);
    EXPECT_EQ((*second)->loop().index(), 0U) << "the broadcast stays where it began";
    at(**second, [&] { (*second)->finish(ingest::EndReason::unpublished); });
}

TEST_F(DirectoryTest, RefusesASecondPublisherFromWhateverLoop) {
    auto const first = open_on(0, "good");
    auto const second = open_on(1, "good");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::conflict);
    at(**first, [&] { (*first)->finish(ingest::EndReason::lost); });
}

TEST_F(DirectoryTest, TakesAPublicationThatIsDroppedOnAnotherLoopForLost) {
    auto opened = open_on(0, "good");
    at(**opened, [&] { send(**opened, 5); });
    loops[1].post([last = std::move(*opened)] {});
    EXPECT_TRUE(states.wait_for(BroadcastState::reconnecting));
}

TEST_F(DirectoryTest, ForgetsABroadcastWhenItsGraceAndRetentionAreOver) {
    auto const opened = open_on(1, "good");
    at(**opened, [&] {
        send(**opened, 5);
        (*opened)->finish(ingest::EndReason::lost);
    });
    EXPECT_EQ(directory.streams().size(), 1U);
    EXPECT_TRUE(states.wait_for(BroadcastState::ended));
    EXPECT_TRUE(states.wait_for(BroadcastState::offline));
    EXPECT_TRUE(directory.streams().empty());
}

TEST_F(DirectoryTest, EndsTheBroadcastOfAStreamThatWasDeleted) {
    auto const opened = open_on(0, "good");
    at(**opened, [&] { send(**opened, 5); });
    gate.recheck_error = ErrorKind::not_found;
    EXPECT_TRUE(states.wait_for(BroadcastState::ended));
}

TEST_F(PatientDirectoryTest, KeepsTheEndedWindowWhenTheNextPublisherSendsNothing) {
    auto const first = open_on(0, "good");
    at(**first, [&] {
        send(**first, 5);
        (*first)->finish(ingest::EndReason::unpublished);
    });
    EXPECT_TRUE(states.wait_for(BroadcastState::ended));
    auto const silent = open_on(1, "good");
    ASSERT_TRUE(silent);
    at(**silent, [&] { (*silent)->finish(ingest::EndReason::unpublished); });
    // Some sweeps.
    std::this_thread::sleep_for(milliseconds(1200));
    std::lock_guard const lock(states.mutex);
    EXPECT_EQ(states.told.back(), BroadcastState::ended);
    EXPECT_EQ(directory.streams().size(), 1U);
}

TEST_F(PatientDirectoryTest, ForgetsADeletedStreamThatWaitsForItsPublisher) {
    auto const opened = open_on(0, "good");
    at(**opened, [&] {
        send(**opened, 5);
        (*opened)->finish(ingest::EndReason::lost);
    });
    gate.recheck_error = ErrorKind::not_found;
    EXPECT_TRUE(states.wait_for(BroadcastState::offline));
    EXPECT_TRUE(directory.streams().empty());
}

TEST_F(DirectoryTest, SendsThePublisherOfARotatedKeyAway) {
    auto const opened = open_on(0, "good");
    std::promise<Error> stopped;
    at(**opened, [&] {
        (*opened)->on_stop([&](Error const& reason) { stopped.set_value(reason); });
        send(**opened, 5);
    });
    gate.recheck_error = ErrorKind::denied;
    EXPECT_EQ(stopped.get_future().get().message, "no longer");
    EXPECT_TRUE(states.wait_for(BroadcastState::reconnecting));
}

TEST_F(DirectoryTest, EndsABroadcastOnDemand) {
    auto const opened = open_on(0, "good");
    at(**opened, [&] { send(**opened, 5); });
    directory.end(StreamId("s1"), {ErrorKind::denied, "publish", "enough"});
    EXPECT_TRUE(states.wait_for(BroadcastState::ended));
}

}  // namespace
}  // namespace directfanz::live
