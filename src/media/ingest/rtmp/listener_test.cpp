#include "media/ingest/rtmp/listener.hpp"

#include "media/codec/aac.hpp"
#include "media/ingest/rtmp/listener_fixture.hpp"

#include <cmath>
#include <fstream>
#include <list>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::rtmp {
namespace {

using ingest::EndReason;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Record;
using ::testing::SizeIs;
using testing::SocketPublisher;

class RtmpListener : public testing::ListenerTest {};

Bytes const kAacHeader{0xAF, 0, 0x11, 0x90};  // AAC-LC, 48 kHz, stereo
Bytes const kAacFrame{0xAF, 1, 0x21, 0x10, 0x04};

void send_sound(SocketPublisher& publisher, std::uint32_t frames) {
    publisher.audio(0, kAacHeader);
    for (std::uint32_t i = 0; i < frames; ++i) publisher.audio(i * 64 / 3, kAacFrame);
    publisher.send();
}

std::vector<std::string> lines_with(std::string const& log, std::string_view text) {
    std::vector<std::string> found;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
        if (line.find(text) != std::string::npos) found.push_back(line);
    }
    return found;
}

TEST_F(RtmpListener, APublisherReachesTheTargetWithTrackAndSamples) {
    start();
    SocketPublisher publisher(port);
    publisher.everything_until_publish("key1").send();
    ASSERT_TRUE(publisher.wait_for_status("NetStream.Publish.Start"));
    send_sound(publisher, 10);
    publisher.delete_stream().send();
    ASSERT_TRUE(target.wait_for_end(0));
    auto const record = target.record(0);
    EXPECT_EQ(record.request.stream_key, "key1");
    EXPECT_EQ(record.request.app, "live");
    EXPECT_EQ(record.request.remote_address, "127.0.0.1");
    EXPECT_GT(record.request.connection, 0U);
    ASSERT_THAT(record.tracks, SizeIs(1));
    EXPECT_EQ(record.tracks[0].codec, Codec::aac);
    ASSERT_EQ(record.count(MediaKind::audio), 10U);
    EXPECT_EQ(record.samples.at(MediaKind::audio)[9].dts, 9 * 1024);
    EXPECT_EQ(record.end, EndReason::unpublished);
}

TEST_F(RtmpListener, WhatTheEncoderIsSetToIsToldOnTheBroadcastsLoop) {
    target.owner_loop = 1;
    start();
    auto const claimed = [&](std::size_t index, double kilobits) {
        SocketPublisher publisher(port);
        publisher.everything_until_publish("key").metadata("an encoder", kilobits).send();
        send_sound(publisher, 1);
        publisher.delete_stream().send();
        EXPECT_TRUE(target.wait_for_end(index));
        EXPECT_TRUE(target.record(index).always_on_its_loop);
        return target.record(index).claimed_bitrate;
    };
    EXPECT_EQ(claimed(0, 2'500), 2'500'000U);
    EXPECT_EQ(claimed(1, 0), 0U) << "it keeps to a quality";
    EXPECT_EQ(claimed(2, -1), 0U);
    EXPECT_EQ(claimed(3, 1e300), 0U);
    EXPECT_EQ(claimed(4, std::nan("")), 0U);
}

TEST_F(RtmpListener, TheConnectionMovesToTheLoopOfTheBroadcastWithoutLosingBytes) {
    target.owner_loop = 1;
    start();
    // The kernel chooses the accepting loop by the ports: with this many, both kinds occur.
    std::list<SocketPublisher> publishers;
    for (int i = 0; i < 12; ++i) {
        auto& publisher = publishers.emplace_back(port);
        publisher.everything_until_publish("key").send();
        // Without waiting for the answer: what comes early belongs to the broadcast too.
        send_sound(publisher, 100);
    }
    for (auto& publisher : publishers) {
        ASSERT_TRUE(publisher.wait_for_status("NetStream.Publish.Start"));
    }
    for (std::size_t i = 0; i < publishers.size(); ++i) {
        EXPECT_TRUE(
            target.wait_for(i, [](Record const& r) { return r.count(MediaKind::audio) == 100; }));
        EXPECT_TRUE(target.record(i).always_on_its_loop);
    }
}

// The wiring forbids it; should it happen, nobody is left in between.
TEST_F(RtmpListener, APublisherThatCannotMoveToItsBroadcastIsLostAndClosed) {
    io::LoopPool others{1};
    testing::RecordingTarget elsewhere{others};
    others.start();
    Listener stray(loops, elsewhere, settings);
    auto const endpoint =
        stray.listen(io::Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    ASSERT_TRUE(endpoint);
    loops.start();
    SocketPublisher publisher(endpoint->port());
    publisher.everything_until_publish("key").send();
    publisher.wait_for_close();
    EXPECT_FALSE(publisher.heard_status("NetStream.Publish.Start"));
    ASSERT_TRUE(elsewhere.wait_for_end(0));
    EXPECT_EQ(elsewhere.record(0).end, EndReason::lost);
    std::atomic<bool> done = false;
    loops[0].spawn(drain_task(stray, steady_now() + seconds(2), done));
    while (!done) std::this_thread::sleep_for(milliseconds(1));
    EXPECT_EQ(stray.connections(), 0U);
    loops.stop();
    others.stop();
}

// rtmp.md 3, as some cameras send: refused with a reason, never read as something else.
TEST_F(RtmpListener, AChunkWithoutAHeaderBeforeItIsRefusedWithAReason) {
    start();
    SocketPublisher publisher(port);
    publisher.everything_until_publish("key").send();
    ASSERT_TRUE(publisher.wait_for_status("NetStream.Publish.Start"));
    send_sound(publisher, 3);
    publisher.send(testing::RawChunks().same_stream(9, 0, 5).text("video"));
    publisher.wait_for_close();
    EXPECT_THAT(publisher.statuses().back(), HasSubstr("chunk stream 9"));
    ASSERT_TRUE(target.wait_for_end(0));
    EXPECT_EQ(target.record(0).end, EndReason::lost);
    EXPECT_EQ(target.record(0).count(MediaKind::audio), 3U);
}

// rtmp.md 7.
TEST_F(RtmpListener, ARefusalArrivesInWordsAndTheConnectionCloses) {
    target.refused["bad"] = {ErrorKind::denied, "gate", "This stream key is unknown."};
    start();
    SocketPublisher publisher(port);
    publisher.everything_until_publish("bad").send();
    // Publishers that do not wait for the answer must hear it all the same.
    send_sound(publisher, 50);
    publisher.wait_for_close();
    EXPECT_THAT(publisher.statuses(),
                ElementsAre("NetStream.Publish.BadName: This stream key is unknown."));
    publisher.hang_up();
    EXPECT_TRUE(wait_for_connections(0));
}

// rtmp.md 7: a slow gate must not hold other connections up.
TEST_F(RtmpListener, ASlowGateHoldsNobodyElseUp) {
    target.delay = milliseconds(1000);
    start();
    std::list<SocketPublisher> publishers;
    for (int i = 0; i < 20; ++i) {
        publishers.emplace_back(port).everything_until_publish("key").send();
    }
    for (auto& publisher : publishers) {
        EXPECT_TRUE(publisher.wait_for_status("NetStream.Publish.Start"));
    }
    EXPECT_GT(target.most_waiting, 10);
}

TEST_F(RtmpListener, APublisherThatVanishesIsLost) {
    start();
    SocketPublisher publisher(port);
    publisher.everything_until_publish("key").send();
    ASSERT_TRUE(publisher.wait_for_status("NetStream.Publish.Start"));
    send_sound(publisher, 3);
    ASSERT_TRUE(target.wait_for(0, [](Record const& r) { return r.count(MediaKind::audio) == 3; }));
    publisher.hang_up();
    ASSERT_TRUE(target.wait_for_end(0));
    EXPECT_EQ(target.record(0).end, EndReason::lost);
    EXPECT_TRUE(wait_for_connections(0));
}

TEST_F(RtmpListener, TheOwnerCanSendAPublisherAway) {
    start();
    SocketPublisher publisher(port);
    publisher.everything_until_publish("key").send();
    ASSERT_TRUE(publisher.wait_for_status("NetStream.Publish.Start"));
    ASSERT_TRUE(target.wait_for(0, [](Record const& r) { return r.stop != nullptr; }));
    target.stop(0, {ErrorKind::conflict, "live", "Another encoder took over."});
    publisher.wait_for_close();
    EXPECT_TRUE(publisher.heard_status("NetStream.Publish.BadName: Another encoder took over."));
    EXPECT_TRUE(target.wait_for_end(0));
}

TEST_F(RtmpListener, WhoDoesNotPublishInTimeIsClosed) {
    settings.publish_time = milliseconds(300);
    settings.linger_time = milliseconds(100);
    start();
    SocketPublisher silent(port);
    SocketPublisher half(port);
    half.send(Bytes{3, 0, 0});
    SocketPublisher idle(port);
    idle.handshake().connect().send();
    silent.wait_for_close();
    half.wait_for_close();
    idle.wait_for_close();
    EXPECT_TRUE(idle.heard_status("NetStream.Publish.BadName"));
    EXPECT_TRUE(wait_for_connections(0));
    EXPECT_EQ(target.size(), 0U);
}

// rtmp.md 8: TCP still up, no media.
TEST_F(RtmpListener, APublisherWithoutMediaIsLostInTheEnd) {
    settings.idle_time = milliseconds(600);
    settings.ping_interval = milliseconds(200);
    start();
    SocketPublisher publisher(port);
    publisher.everything_until_publish("key").send();
    publisher.wait_for_close();
    auto const pinged = std::ranges::any_of(publisher.heard(), [](Message const& m) {
        return m.type == MessageType::user_control && m.payload.view()[1] == 6;
    });
    EXPECT_TRUE(pinged);
    EXPECT_THAT(publisher.statuses().back(), HasSubstr("No picture or sound"));
    ASSERT_TRUE(target.wait_for_end(0));
    EXPECT_EQ(target.record(0).end, EndReason::lost);
}

TEST_F(RtmpListener, WhoeverSpeaksAnotherProtocolIsClosed) {
    start();
    SocketPublisher publisher(port);
    publisher.send(as_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    publisher.wait_for_close();
    publisher.hang_up();
    EXPECT_TRUE(wait_for_connections(0));
}

TEST_F(RtmpListener, WhoeverReadsNothingIsClosed) {
    settings.write_backlog = 4096;
    start();
    SocketPublisher publisher(port);
    publisher.handshake().connect();
    publisher.send();
    // Every call has an answer; nobody reads them.
    for (int i = 0; i < 200'000 && listener->connections() > 0; ++i) {
        for (int call = 0; call < 20; ++call) publisher.call("createStream", 2);
        publisher.send();
        if (i > 10 && listener->connections() == 0) break;
    }
    EXPECT_TRUE(wait_for_connections(0));
}

/// So small that the system, which enlarges what drains well, keeps little for who reads nothing.
constexpr int kSmallBuffer = 16 * 1024;

/// More answers than the system keeps for one who does not read them, and has a small buffer.
void ask_much(SocketPublisher& publisher) {
    for (int i = 0; i < 2'000; ++i) {
        for (int call = 0; call < 20; ++call) publisher.call("createStream", 2);
        publisher.send();
    }
}

TEST_F(RtmpListener, APublishWaitsUntilEarlierAnswersAreRead) {
    settings.write_backlog = 16 * 1024 * 1024;
    target.owner_loop = 1;
    start();
    for (int i = 0; i < 4; ++i) {
        SocketPublisher publisher(port, kSmallBuffer);
        publisher.handshake().connect();
        ask_much(publisher);
        publisher.publish("key").send();
        send_sound(publisher, 5);
        auto const index = static_cast<std::size_t>(i);
        ASSERT_TRUE(target.wait_for(index, [](Record const&) { return true; }));
        EXPECT_EQ(target.record(index).count(MediaKind::audio), 0U);
        ASSERT_TRUE(publisher.wait_for_status("NetStream.Publish.Start"));
        EXPECT_TRUE(
            target.wait_for(index, [](Record const& r) { return r.count(MediaKind::audio) == 5; }));
    }
}

TEST_F(RtmpListener, APublisherThatReadsNothingDoesNotHoldItsStream) {
    settings.write_backlog = 16 * 1024 * 1024;
    // All that it asks is to be read before: with a sanitizer that takes a second.
    settings.publish_time = seconds(3);
    settings.linger_time = milliseconds(100);
    target.owner_loop = 1;
    start();
    SocketPublisher publisher(port, kSmallBuffer);
    publisher.everything_until_publish("before").send();
    ASSERT_TRUE(publisher.wait_for_status("NetStream.Publish.Start"));
    publisher.delete_stream();
    ask_much(publisher);
    publisher.publish("key").send();
    ASSERT_TRUE(target.wait_for_end(1));
    EXPECT_EQ(target.record(1).end, EndReason::lost);
    EXPECT_TRUE(wait_for_connections(0));
}

TEST_F(RtmpListener, BeyondTheLimitConnectionsAreClosedAtOnce) {
    ::testing::internal::CaptureStderr();
    settings.connections = 2;
    start();
    SocketPublisher first(port);
    SocketPublisher second(port);
    ASSERT_TRUE(wait_for_connections(2));
    SocketPublisher third(port);
    third.wait_for_close();
    SocketPublisher(port).wait_for_close();
    EXPECT_EQ(listener->connections(), 2U);
    first.hang_up();
    ASSERT_TRUE(wait_for_connections(1));
    SocketPublisher fourth(port);
    fourth.everything_until_publish("key").send();
    EXPECT_TRUE(fourth.wait_for_status("NetStream.Publish.Start"));
    auto const warnings = lines_with(::testing::internal::GetCapturedStderr(), "turned_away");
    ASSERT_THAT(warnings, SizeIs(1)) << "not one a connection";
    EXPECT_THAT(warnings[0], HasSubstr("rtmp_connections_turned_away limit=2"));
}

TEST_F(RtmpListener, ADrainTellsPublishersAndCloses) {
    settings.linger_time = milliseconds(200);
    start();
    std::list<SocketPublisher> publishers;
    for (int i = 0; i < 6; ++i) {
        auto& publisher = publishers.emplace_back(port);
        publisher.everything_until_publish("key").send();
        ASSERT_TRUE(publisher.wait_for_status("NetStream.Publish.Start"));
    }
    SocketPublisher half(port);
    ASSERT_TRUE(wait_for_connections(7));
    drain(seconds(5));
    EXPECT_EQ(listener->connections(), 0U);
    for (auto& publisher : publishers) {
        publisher.wait_for_close();
        EXPECT_TRUE(publisher.heard_status("NetConnection.Connect.Closed"));
    }
    for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(target.record(i).end, EndReason::lost);
    SocketPublisher late(port);
    EXPECT_FALSE(late.connected());
}

TEST_F(RtmpListener, ADrainAtItsDeadlineWaitsForNobody) {
    settings.linger_time = seconds(60);
    start();
    SocketPublisher publisher(port);
    publisher.everything_until_publish("key").send();
    ASSERT_TRUE(publisher.wait_for_status("NetStream.Publish.Start"));
    drain(milliseconds(100));
    EXPECT_EQ(listener->connections(), 0U);
}

TEST_F(RtmpListener, APublisherMayPublishAgainOnItsConnection) {
    target.owner_loop = 1;
    start();
    SocketPublisher publisher(port);
    publisher.everything_until_publish("key1").send();
    ASSERT_TRUE(publisher.wait_for_status("NetStream.Publish.Start"));
    publisher.delete_stream().call("createStream", 7).publish("key2").send();
    send_sound(publisher, 5);
    ASSERT_TRUE(target.wait_for(1, [](Record const& r) { return r.count(MediaKind::audio) == 5; }));
    EXPECT_EQ(target.record(0).end, EndReason::unpublished);
    EXPECT_EQ(target.record(1).request.stream_key, "key2");
}

TEST_F(RtmpListener, EachPublishIsLoggedWithItsOwnStreamAlone) {
    ::testing::internal::CaptureStderr();
    start();
    SocketPublisher publisher(port);
    publisher.everything_until_publish("key1").send();
    ASSERT_TRUE(publisher.wait_for_status("NetStream.Publish.Start"));
    publisher.delete_stream().call("createStream", 7).publish("key2").send();
    send_sound(publisher, 5);
    ASSERT_TRUE(target.wait_for(1, [](Record const& r) { return r.count(MediaKind::audio) == 5; }));
    publisher.delete_stream().send();
    ASSERT_TRUE(target.wait_for_end(1));
    auto const logged = ::testing::internal::GetCapturedStderr();
    for (auto const* const event : {"publish_accepted", "publish_ended"}) {
        auto const lines = lines_with(logged, event);
        EXPECT_THAT(lines, SizeIs(2)) << event;
        for (auto const& line : lines) {
            auto const first = line.find("stream=");
            ASSERT_NE(first, std::string::npos) << line;
            EXPECT_EQ(line.find("stream=", first + 1), std::string::npos) << line;
        }
    }
}

TEST_F(RtmpListener, ARefusalIsLoggedOnceWithItsReasonAndKind) {
    ::testing::internal::CaptureStderr();
    target.refused["bad"] = {ErrorKind::denied, "stream key", "Not known here."};
    start();
    SocketPublisher publisher(port);
    publisher.everything_until_publish("bad").send();
    publisher.wait_for_close();
    auto const logged = ::testing::internal::GetCapturedStderr();
    auto const lines = lines_with(logged, "publish_refused");
    ASSERT_THAT(lines, SizeIs(1));
    EXPECT_THAT(lines[0], HasSubstr("reason=\"Not known here.\""));
    EXPECT_THAT(lines[0], HasSubstr("kind=denied"));
    EXPECT_THAT(lines[0], HasSubstr("connection="));
}

// rtmp.md 17: refused with its name, while publishing.
TEST_F(RtmpListener, ACodecThatIsNotCarriedIsRefusedByName) {
    ::testing::internal::CaptureStderr();
    start();
    SocketPublisher publisher(port);
    publisher.everything_until_publish("key").send();
    ASSERT_TRUE(publisher.wait_for_status("NetStream.Publish.Start"));
    for (std::uint32_t i = 0; i < 5; ++i) publisher.audio(i * 26, Bytes{0x2F, 0xFF, 0xFB});
    publisher.send();
    publisher.wait_for_close();
    EXPECT_THAT(publisher.statuses().back(), HasSubstr("MP3"));
    EXPECT_TRUE(target.wait_for_end(0));
    auto const logged = ::testing::internal::GetCapturedStderr();
    EXPECT_THAT(lines_with(logged, "media_refused"), SizeIs(1));
    EXPECT_THAT(lines_with(logged, "publish_refused"), SizeIs(0));
}

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

std::size_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    statm >> total >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// Issue: half-open and slow connections cost under 64 KiB each.
TEST_F(RtmpListener, HalfOpenConnectionsCostLittleMemory) {
    constexpr std::size_t count = 200;
    settings.waiting_per_address = count;
    start();
    {
        SocketPublisher warm(port);
        warm.handshake().connect().send();
        warm.listen_once();
    }
    ASSERT_TRUE(wait_for_connections(0));
    auto const before = resident_bytes();
    std::list<SocketPublisher> publishers;
    for (std::size_t i = 0; i < count; ++i) {
        auto& publisher = publishers.emplace_back(port);
        publisher.handshake().connect();
        auto bytes = publisher.take();
        // The last third of them stop inside an unfinished message, the most that they may send.
        if (i % 3 == 2) {
            testing::RawChunks chunks;
            chunks.chunk_size(65'536).full(5, 0, 16'000).text(std::string(15'000, 'x'));
            bytes.insert(bytes.end(), chunks.view().begin(), chunks.view().end());
        }
        publisher.send(i % 3 == 0 ? ByteView(bytes).first(1000) : ByteView(bytes));
    }
    ASSERT_TRUE(wait_for_connections(count));
    std::this_thread::sleep_for(milliseconds(200));
    auto const grown = resident_bytes() - std::min(before, resident_bytes());
    // Sanitizers keep what is freed, and surround what is not.
    EXPECT_LT(grown / count, kSanitized ? 256 * 1024U : 64 * 1024U);
    ::testing::Test::RecordProperty("bytes_per_connection", std::to_string(grown / count));
}

}  // namespace
}  // namespace directfanz::rtmp
