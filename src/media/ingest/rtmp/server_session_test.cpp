#include "media/ingest/rtmp/server_session.hpp"

#include "media/ingest/rtmp/replies.hpp"
#include "media/ingest/rtmp/test_publisher.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::rtmp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using testing::TestPublisher;

struct Recorder : ServerSession::Handler {
    struct Media {
        MediaKind kind;
        std::uint32_t timestamp;
        std::string body;
        bool operator==(Media const&) const = default;
    };
    std::vector<PublishCommand> publishes;
    std::vector<std::string> encoders;
    std::vector<Media> media;
    int unpublished = 0;

    void on_publish(PublishCommand command) override { publishes.push_back(std::move(command)); }
    void on_metadata(amf0::Value const& properties) override {
        encoders.emplace_back(properties["encoder"].text());
    }
    void on_media(MediaKind kind, std::uint32_t timestamp, Blob body) override {
        media.push_back({kind, timestamp, std::string(body.text())});
    }
    void on_unpublish() override { ++unpublished; }
};

class Session : public ::testing::Test {
  protected:
    /// Sends what the publisher has written and lets it hear the answers.
    void exchange() {
        auto const fed = session.feed(publisher.take());
        ASSERT_TRUE(fed) << fed.error().message;
        publisher.hear(session.take_output());
    }
    void publish(std::string_view key = "k1") {
        publisher.everything_until_publish(key);
        exchange();
        ASSERT_TRUE(session.waiting());
        session.accept_publish();
        exchange();
    }

    Recorder recorder;
    ServerSession session{recorder};
    TestPublisher publisher;
};

TEST_F(Session, APublisherIsLedFromHandshakeToMedia) {
    publish();
    EXPECT_EQ(publisher.handshake_heard(), 1 + 2 * Handshake::kPacketSize);
    ASSERT_THAT(recorder.publishes, SizeIs(1));
    EXPECT_EQ(recorder.publishes[0].app, "live");
    EXPECT_EQ(recorder.publishes[0].stream_key, "k1");
    EXPECT_EQ(recorder.publishes[0].encoder, "FMLE/3.0 (compatible; test)");
    EXPECT_THAT(publisher.statuses(), ElementsAre(StartsWith("NetStream.Publish.Start")));
    publisher.metadata("test 1").video(40, as_bytes("picture")).audio(41, as_bytes("sound"));
    exchange();
    EXPECT_THAT(recorder.encoders, ElementsAre("test 1"));
    EXPECT_EQ(recorder.media, (std::vector<Recorder::Media>{{MediaKind::video, 40, "picture"},
                                                            {MediaKind::audio, 41, "sound"}}));
    publisher.delete_stream();
    exchange();
    EXPECT_EQ(recorder.unpublished, 1);
    EXPECT_TRUE(publisher.heard_status("NetStream.Unpublish.Success"));
    EXPECT_FALSE(session.closing());
}

// rtmp.md 2.
TEST_F(Session, ConnectIsAnsweredWithTheEnhancedCodecsThatAreTaken) {
    publisher.handshake().connect();
    exchange();
    auto const results = publisher.commands("_result");
    ASSERT_THAT(results, SizeIs(1));
    EXPECT_EQ(results[0].at(1).number(), 1);
    for (std::size_t const object : {2U, 3U}) {
        auto const& properties = results[0].at(object);
        ASSERT_NE(properties["fourCcList"].array(), nullptr);
        EXPECT_EQ(properties["fourCcList"].array()->at(0).text(), "avc1");
        EXPECT_EQ(properties["videoFourCcInfoMap"]["avc1"].number(), 5);
        EXPECT_TRUE(properties["videoFourCcInfoMap"]["hvc1"].is_undefined());
        EXPECT_EQ(properties["audioFourCcInfoMap"]["mp4a"].number(), 5);
        EXPECT_EQ(properties["capsEx"].number(-1), 0);
    }
    EXPECT_EQ(results[0].at(3)["code"].text(), "NetConnection.Connect.Success");
}

TEST_F(Session, ConnectAnnouncesWindowBandwidthAndChunkSize) {
    publisher.handshake().connect();
    exchange();
    std::vector<MessageType> types;
    for (auto const& message : publisher.heard()) types.push_back(message.type);
    EXPECT_THAT(types, ElementsAre(MessageType::window_acknowledgement_size,
                                   MessageType::set_peer_bandwidth, MessageType::command_amf0));
}

TEST_F(Session, CreateStreamGivesNewIds) {
    publisher.handshake().connect().call("createStream", 2).call("createStream", 7);
    exchange();
    auto const results = publisher.commands("_result");
    ASSERT_THAT(results, SizeIs(3));
    EXPECT_EQ(results[1].at(1).number(), 2);
    EXPECT_EQ(results[1].at(3).number(), 1);
    EXPECT_EQ(results[2].at(1).number(), 7);
    EXPECT_EQ(results[2].at(3).number(), 2);
}

// rtmp.md 5.
TEST_F(Session, CommandsMayBeMissing) {
    publisher.handshake().connect().call("createStream", 2).publish("k1");
    exchange();
    EXPECT_THAT(recorder.publishes, SizeIs(1));
}

// rtmp.md 5.
TEST_F(Session, CommandsMayComeInAnyOrderAndAgain) {
    publisher.handshake()
        .call("createStream", 2)
        .call("FCPublish", 3, "k1")
        .connect()
        .call("FCPublish", 3, "k1")
        .connect()
        .call("createStream", 2)
        .call("releaseStream", 2, "k1")
        .call("_checkbw", 8)
        .call("setPlaybackQuality", 9, "x")
        .publish("k1");
    exchange();
    EXPECT_THAT(recorder.publishes, SizeIs(1));
    EXPECT_FALSE(session.closing());
}

TEST_F(Session, PublishWithoutConnectIsTaken) {
    publisher.handshake().publish("k1");
    exchange();
    ASSERT_THAT(recorder.publishes, SizeIs(1));
    EXPECT_EQ(recorder.publishes[0].stream_key, "k1");
}

// rtmp.md 5: GoPro reconnects with an empty name.
TEST_F(Session, AnEmptyNameTakesTheKeyThatWasAnnounced) {
    publisher.handshake().connect().call("FCPublish", 3, "k1").publish("");
    exchange();
    ASSERT_THAT(recorder.publishes, SizeIs(1));
    EXPECT_EQ(recorder.publishes[0].stream_key, "k1");
}

// rtmp.md 6.
TEST_F(Session, TheKeyMayStandInTheAddressOrItsQuery) {
    publisher.handshake().connect("live/k1", "rtmp://h/live/k1").publish("");
    exchange();
    ASSERT_THAT(recorder.publishes, SizeIs(1));
    EXPECT_EQ(recorder.publishes[0].stream_key, "k1");
    EXPECT_EQ(recorder.publishes[0].app, "live");
}

// rtmp.md 7.
TEST_F(Session, NoKeyAtAllIsRefusedInWords) {
    publisher.handshake().connect().call("createStream", 2).publish("");
    exchange();
    EXPECT_THAT(recorder.publishes, IsEmpty());
    EXPECT_TRUE(session.closing());
    EXPECT_THAT(publisher.statuses(), ElementsAre(HasSubstr("No stream key")));
}

TEST_F(Session, AnEndlessKeyIsRefused) {
    publisher.handshake().connect().publish(std::string(1000, 'k'));
    exchange();
    EXPECT_THAT(recorder.publishes, IsEmpty());
    EXPECT_THAT(publisher.statuses(),
                ElementsAre("NetStream.Publish.BadName: The stream key is too long. Copy it again, "
                            "or ask whoever runs the server for a new one."));
    EXPECT_TRUE(session.closing());
}

// rtmp.md 7.
TEST_F(Session, PublishStartsOnlyAfterTheDecision) {
    publisher.everything_until_publish("k1");
    exchange();
    EXPECT_THAT(publisher.statuses(), IsEmpty());
    EXPECT_THAT(publisher.commands("onFCPublish"), IsEmpty());
    session.accept_publish();
    exchange();
    EXPECT_TRUE(publisher.heard_status("NetStream.Publish.Start"));
    EXPECT_THAT(publisher.commands("onFCPublish"), SizeIs(1));
}

// rtmp.md 7.
TEST_F(Session, ARefusalSaysBadNameAndWhyThenCloses) {
    publisher.everything_until_publish("k1");
    exchange();
    session.reject_publish({ErrorKind::denied, "gate", "This stream key is unknown."});
    exchange();
    EXPECT_THAT(publisher.statuses(),
                ElementsAre("NetStream.Publish.BadName: This stream key is unknown."));
    EXPECT_TRUE(session.closing());
    EXPECT_EQ(publisher.commands("onStatus")[0].at(3)["level"].text(), "error");
    publisher.video(0, as_bytes("late")).publish("k2");
    exchange();
    EXPECT_THAT(recorder.media, IsEmpty());
    EXPECT_THAT(recorder.publishes, SizeIs(1));
}

TEST_F(Session, MediaThatIsEarlierThanTheDecisionIsKept) {
    publisher.everything_until_publish("k1");
    publisher.video(1, as_bytes("one"));
    exchange();
    publisher.video(2, as_bytes("two"));
    exchange();
    EXPECT_THAT(recorder.media, IsEmpty());
    session.accept_publish();
    exchange();
    EXPECT_THAT(recorder.media, SizeIs(2));
    publisher.video(3, as_bytes("three"));
    exchange();
    EXPECT_EQ(recorder.media.back().body, "three");
}

TEST_F(Session, WhatWaitsForTheDecisionHasALimit) {
    publisher.everything_until_publish("k1");
    exchange();
    Bytes const flood(8 * 1024);
    Result<void> fed;
    std::size_t taken = 0;
    while (fed && taken < 1'000'000) {
        fed = session.feed(flood);
        taken += flood.size();
    }
    ASSERT_FALSE(fed);
    EXPECT_EQ(fed.error().kind, ErrorKind::too_large);
    EXPECT_LE(taken, ServerSession::kMaxHeldBytes + flood.size());
}

TEST_F(Session, BeforePublishingMessagesAreSmall) {
    publisher.handshake().connect().video(0, Bytes(17 * 1024));
    auto const fed = session.feed(publisher.take());
    ASSERT_FALSE(fed);
    EXPECT_EQ(fed.error().kind, ErrorKind::too_large);
}

TEST_F(Session, AfterAPublicationMessagesAreSmallAgain) {
    publish();
    publisher.video(0, Bytes(17 * 1024));
    exchange();
    publisher.delete_stream().video(0, Bytes(17 * 1024));
    auto const fed = session.feed(publisher.take());
    ASSERT_FALSE(fed);
    EXPECT_EQ(fed.error().kind, ErrorKind::too_large);
}

TEST_F(Session, MediaOutsideAPublicationIsIgnored) {
    publisher.handshake().connect().video(1, as_bytes("early")).publish("k1");
    exchange();
    session.accept_publish();
    publisher.delete_stream();
    exchange();
    publisher.video(2, as_bytes("late"));
    exchange();
    EXPECT_THAT(recorder.media, IsEmpty());
}

TEST_F(Session, APublisherMayPublishAgainOnTheSameConnection) {
    publish();
    publisher.delete_stream();
    publisher.call("createStream", 8).publish("k2");
    exchange();
    ASSERT_THAT(recorder.publishes, SizeIs(2));
    EXPECT_EQ(recorder.publishes[1].stream_key, "k2");
    session.accept_publish();
    publisher.video(2, as_bytes("again"));
    exchange();
    EXPECT_THAT(recorder.media, SizeIs(1));
}

TEST_F(Session, EveryWayToEndAPublicationEndsItOnce) {
    publish();
    publisher.call("FCUnpublish", 7, "k1").delete_stream(1).call("closeStream", 0).delete_stream(1);
    exchange();
    EXPECT_EQ(recorder.unpublished, 1);
}

TEST_F(Session, DeletingAnotherStreamEndsNothing) {
    publish();
    publisher.delete_stream(2);
    exchange();
    EXPECT_EQ(recorder.unpublished, 0);
    EXPECT_TRUE(session.publishing());
}

TEST_F(Session, ASecondPublishIsAnsweredWithoutHarm) {
    publish();
    publisher.publish("k1").publish("other").video(1, as_bytes("on"));
    exchange();
    EXPECT_THAT(recorder.publishes, SizeIs(1));
    EXPECT_THAT(recorder.media, SizeIs(1));
    EXPECT_THAT(publisher.statuses(), ElementsAre(StartsWith("NetStream.Publish.Start"),
                                                  StartsWith("NetStream.Publish.Start"),
                                                  "NetStream.Publish.BadName: This connection "
                                                  "publishes another stream already."));
    EXPECT_TRUE(session.publishing());
}

TEST_F(Session, PlayIsRefusedInWords) {
    publisher.handshake().connect().call("createStream", 2).call("play", 3, "k1");
    exchange();
    EXPECT_THAT(publisher.statuses(), ElementsAre(HasSubstr("browser")));
    EXPECT_TRUE(session.closing());
}

TEST_F(Session, AStoppedPublisherIsToldWhy) {
    publish();
    session.stop({ErrorKind::conflict, "live", "Another encoder took over."});
    exchange();
    EXPECT_THAT(publisher.statuses().back(),
                "NetStream.Publish.BadName: Another encoder took over.");
    EXPECT_TRUE(session.closing());
}

TEST_F(Session, ARestartingServerSaysGoodbyeWithoutBlame) {
    publish();
    session.stop({ErrorKind::unavailable, "rtmp", "Restarting."});
    exchange();
    EXPECT_TRUE(publisher.heard_status("NetStream.Unpublish.Success: Restarting."));
    EXPECT_TRUE(publisher.heard_status("NetConnection.Connect.Closed"));
    EXPECT_FALSE(publisher.heard_status("NetStream.Publish.BadName"));
    auto const eof = std::ranges::any_of(publisher.heard(), [](Message const& m) {
        return m.type == MessageType::user_control && m.payload.view()[1] == 1;
    });
    EXPECT_TRUE(eof);
    EXPECT_TRUE(session.closing());
}

TEST_F(Session, PingsAreAnsweredAndAsked) {
    ByteWriter ping;
    ping.u16(6);
    ping.u32(0xABCD);
    publisher.handshake().message(2, MessageType::user_control, 0, 0, ping.view());
    exchange();
    ASSERT_THAT(publisher.heard(), SizeIs(1));
    EXPECT_THAT(publisher.heard()[0].payload.view(), ElementsAre(0, 7, 0, 0, 0xAB, 0xCD));
    session.ping(5);
    exchange();
    ASSERT_THAT(publisher.heard(), SizeIs(2));
    EXPECT_THAT(publisher.heard()[1].payload.view(), ElementsAre(0, 6, 0, 0, 0, 5));
}

TEST_F(Session, ReceivedBytesAreAcknowledgedAsThePeerAsks) {
    ByteWriter window;
    window.u32(10'000);
    publish();
    publisher.message(2, MessageType::window_acknowledgement_size, 0, 0, window.view());
    for (int i = 0; i < 100; ++i) publisher.video(0, Bytes(1000));
    auto const stream = publisher.take();
    for (auto left = ByteView(stream); !left.empty();) {
        auto const size = std::min<std::size_t>(left.size(), 1000);
        ASSERT_TRUE(session.feed(left.first(size)));
        left = left.subspan(size);
    }
    exchange();
    auto const count =
        std::ranges::count(publisher.heard(), MessageType::acknowledgement, &Message::type);
    EXPECT_GE(count, 9);
    EXPECT_LE(count, 12);
}

TEST_F(Session, Amf3CommandsAndDataAreTakenAsAmf0) {
    amf0::Writer connect;
    connect.string("connect").number(1).begin_object().name("app").string("live").end_object();
    Bytes payload{0};
    payload.insert(payload.end(), connect.view().begin(), connect.view().end());
    publisher.handshake().message(3, MessageType::command_amf3, 0, 0, payload);
    publisher.publish("k1");
    exchange();
    ASSERT_THAT(recorder.publishes, SizeIs(1));
    EXPECT_EQ(recorder.publishes[0].app, "live");
    session.accept_publish();
    amf0::Writer data;
    data.string("onMetaData").begin_object().name("encoder").string("x").end_object();
    payload.assign(1, 0);
    payload.insert(payload.end(), data.view().begin(), data.view().end());
    publisher.message(4, MessageType::data_amf3, 1, 0, payload);
    exchange();
    EXPECT_THAT(recorder.encoders, ElementsAre("x"));
}

TEST_F(Session, AggregatesAreTakenApart) {
    publish();
    ByteWriter aggregate;
    for (std::uint32_t i = 0; i < 3; ++i) {
        aggregate.u8(i == 1 ? 8 : 9);
        aggregate.u24(2);
        aggregate.u24(7000 + i * 10);
        aggregate.u8(0);
        aggregate.u24(0);
        aggregate.text("ab");
        aggregate.u32(13);
    }
    aggregate.u8(9);
    aggregate.u24(99);
    publisher.message(6, MessageType::aggregate, 1, 500, aggregate.view());
    exchange();
    EXPECT_EQ(recorder.media, (std::vector<Recorder::Media>{{MediaKind::video, 500, "ab"},
                                                            {MediaKind::audio, 510, "ab"},
                                                            {MediaKind::video, 520, "ab"}}));
}

TEST_F(Session, MetadataBeyondTheLimitsIsIgnored) {
    publish();
    publisher.message(4, MessageType::data_amf0, 1, 0, Bytes(5000, 5)).video(1, as_bytes("on"));
    exchange();
    EXPECT_THAT(recorder.media, SizeIs(1));
}

TEST_F(Session, WhatIsNoRtmpIsAnError) {
    EXPECT_FALSE(session.feed(as_bytes("GET / HTTP/1.1\r\n\r\n")));
}

TEST(ServerSession, AnyCutGivesTheSameEvents) {
    TestPublisher source;
    source.everything_until_publish("k1").metadata("m");
    for (std::uint32_t i = 0; i < 50; ++i) {
        source.video(i * 40, Bytes(i * 37, static_cast<std::uint8_t>(i)));
        source.audio(i * 40 + 3, Bytes(i % 7, 1));
    }
    source.delete_stream();
    auto const stream = source.take();
    std::vector<Recorder::Media> reference;
    std::mt19937 random(3);
    for (std::size_t const longest : {1U << 20, 1U, 2U, 7U, 100U, 1000U, 3000U}) {
        Recorder recorder;
        ServerSession session(recorder);
        for (auto left = ByteView(stream); !left.empty();) {
            auto const size = std::min<std::size_t>(left.size(), 1 + random() % longest);
            ASSERT_TRUE(session.feed(left.first(size)));
            left = left.subspan(size);
            if (session.waiting()) session.accept_publish();
        }
        ASSERT_TRUE(session.feed({}));
        EXPECT_EQ(recorder.unpublished, 1);
        EXPECT_THAT(recorder.media, SizeIs(100));
        if (reference.empty()) reference = recorder.media;
        EXPECT_EQ(recorder.media, reference);
    }
}

TEST(ServerSession, DamagedStreamsAreReadWithoutFault) {
    TestPublisher source;
    source.everything_until_publish("k1").metadata("m");
    for (std::uint32_t i = 0; i < 20; ++i) source.video(i * 40, Bytes(200));
    auto const whole = source.take();
    std::mt19937 random(4);
    for (int round = 0; round < 500; ++round) {
        auto stream = whole;
        for (int i = 0; i < 8; ++i) {
            auto const at = 3073 + random() % (stream.size() - 3073);
            stream[at] = static_cast<std::uint8_t>(random());
        }
        Recorder recorder;
        ServerSession session(recorder);
        for (auto left = ByteView(stream); !left.empty();) {
            auto const size = std::min<std::size_t>(left.size(), 1 + random() % 2000);
            if (!session.feed(left.first(size))) break;
            left = left.subspan(size);
            if (session.waiting()) session.accept_publish();
        }
        EXPECT_LE(recorder.media.size(), 400U);
    }
}

}  // namespace
}  // namespace directfanz::rtmp
