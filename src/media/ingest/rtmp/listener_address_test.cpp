#include "media/ingest/rtmp/listener_fixture.hpp"

#include <list>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// Whose connection it is: limits by address, and proxies.
namespace directfanz::rtmp {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;
using testing::SocketPublisher;

class RtmpAddresses : public testing::ListenerTest {
  protected:
    void trust(std::string_view proxies) {
        settings.trusted_proxies = *io::AddressSet::parse(proxies);
    }
    static std::string text_header(std::string const& client) {
        return "PROXY TCP4 " + client + " 127.0.0.1 40000 1935\r\n";
    }
    void publish_as(SocketPublisher& publisher, std::string const& header) {
        publisher.send(as_bytes(header));
        publisher.everything_until_publish("key").send();
        ASSERT_TRUE(publisher.wait_for_status("NetStream.Publish.Start"));
    }
};

std::size_t count_lines(std::string const& log, std::string_view text) {
    std::size_t count = 0;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
        if (line.find(text) != std::string::npos) ++count;
    }
    return count;
}

TEST_F(RtmpAddresses, OneAddressHasSoManyConnectionsThatDoNotPublish) {
    ::testing::internal::CaptureStderr();
    settings.waiting_per_address = 2;
    start();
    SocketPublisher first(port);
    SocketPublisher second(port);
    ASSERT_TRUE(wait_for_connections(2));
    for (int i = 0; i < 5; ++i) SocketPublisher(port).wait_for_close();
    EXPECT_EQ(listener->connections(), 2U);
    auto const logged = ::testing::internal::GetCapturedStderr();
    EXPECT_EQ(count_lines(logged, "rtmp_address_turned_away"), 1U) << "not one a connection";
    EXPECT_THAT(logged, HasSubstr("rtmp_address_turned_away address=127.0.0.1 limit=2"));
}

TEST_F(RtmpAddresses, ThoseThatPublishAreAsManyAsTheyLike) {
    settings.waiting_per_address = 1;
    start();
    std::list<SocketPublisher> publishers;
    for (int i = 0; i < 8; ++i) {
        auto& publisher = publishers.emplace_back(port);
        publish_as(publisher, "");
    }
    EXPECT_EQ(listener->connections(), 8U);
}

TEST_F(RtmpAddresses, WhoStopsPublishingButStaysCountsAgain) {
    settings.waiting_per_address = 1;
    start();
    SocketPublisher publisher(port);
    publish_as(publisher, "");
    publisher.delete_stream().send();
    ASSERT_TRUE(publisher.wait_for_status("NetStream.Unpublish.Success"));
    SocketPublisher(port).wait_for_close();
    publisher.hang_up();
    ASSERT_TRUE(wait_for_connections(0));
    SocketPublisher next(port);
    publish_as(next, "");
}

TEST_F(RtmpAddresses, APlaceIsFreeAgainOnceItsConnectionIsGone) {
    settings.waiting_per_address = 1;
    start();
    for (int i = 0; i < 10; ++i) {
        SocketPublisher publisher(port);
        publisher.handshake().connect().send();
        ASSERT_TRUE(publisher.listen_once());
        publisher.hang_up();
        ASSERT_TRUE(wait_for_connections(0));
    }
}

TEST_F(RtmpAddresses, ATrustedProxySaysForWhomItConnects) {
    trust("127.0.0.0/8");
    start();
    SocketPublisher text(port);
    publish_as(text, text_header("192.0.2.7"));
    EXPECT_EQ(target.record(0).request.remote_address, "192.0.2.7");
    SocketPublisher binary(port);
    publish_as(binary,
               "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\xC0\x00\x02\x08\x7F\0\0\1\x9C\x40\7\x8F"s);
    EXPECT_EQ(target.record(1).request.remote_address, "192.0.2.8");
}

TEST_F(RtmpAddresses, TheHeaderMayComeInPieces) {
    trust("127.0.0.1");
    start();
    SocketPublisher publisher(port);
    for (auto const c : text_header("192.0.2.7")) {
        publisher.send(as_bytes(std::string(1, c)));
        std::this_thread::sleep_for(milliseconds(1));
    }
    publish_as(publisher, "");
    EXPECT_EQ(target.record(0).request.remote_address, "192.0.2.7");
}

TEST_F(RtmpAddresses, ATrustedProxyWithoutAHeaderStandsForItselfAndIsNotCounted) {
    trust("127.0.0.1");
    settings.waiting_per_address = 1;
    start();
    std::list<SocketPublisher> idle;
    for (int i = 0; i < 5; ++i) {
        auto& publisher = idle.emplace_back(port);
        publisher.handshake().connect().send();
        ASSERT_TRUE(publisher.listen_once());
    }
    SocketPublisher publisher(port);
    publish_as(publisher, "");
    EXPECT_EQ(target.record(0).request.remote_address, "127.0.0.1");
}

TEST_F(RtmpAddresses, BehindAProxyEachClientHasItsOwnPlaces) {
    trust("127.0.0.1");
    settings.waiting_per_address = 1;
    start();
    SocketPublisher mine(port);
    mine.send(as_bytes(text_header("192.0.2.7")));
    mine.handshake().connect().send();
    ASSERT_TRUE(mine.listen_once());
    SocketPublisher second(port);
    second.send(as_bytes(text_header("192.0.2.7")));
    second.wait_for_close();
    SocketPublisher other(port);
    publish_as(other, text_header("192.0.2.8"));
}

TEST_F(RtmpAddresses, NobodyElseMaySaySo) {
    trust("192.0.2.0/24");
    start();
    SocketPublisher publisher(port);
    publisher.send(as_bytes(text_header("192.0.2.7")));
    publisher.everything_until_publish("key").send();
    publisher.wait_for_close();
    EXPECT_EQ(target.size(), 0U);
}

TEST_F(RtmpAddresses, AHeaderThatIsNoneEndsTheConnection) {
    ::testing::internal::CaptureStderr();
    trust("127.0.0.1");
    start();
    SocketPublisher publisher(port);
    publisher.send(as_bytes("PROXY nonsense\r\n"));
    publisher.wait_for_close();
    EXPECT_TRUE(wait_for_connections(0));
    EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("proxy_header_refused"));
}

TEST_F(RtmpAddresses, AProxyThatNeverFinishesItsHeaderIsClosed) {
    trust("127.0.0.1");
    settings.publish_time = milliseconds(300);
    start();
    SocketPublisher silent(port);
    SocketPublisher half(port);
    half.send(as_bytes("PROXY TCP4"));
    silent.wait_for_close();
    half.wait_for_close();
    EXPECT_TRUE(wait_for_connections(0));
}

TEST_F(RtmpAddresses, ADrainDoesNotWaitForAHeader) {
    trust("127.0.0.1");
    settings.publish_time = seconds(60);
    start();
    SocketPublisher silent(port);
    ASSERT_TRUE(wait_for_connections(1));
    auto const began = steady_now();
    drain(seconds(30));
    EXPECT_LT(steady_now() - began, seconds(20));
    EXPECT_EQ(listener->connections(), 0U);
}

}  // namespace
}  // namespace directfanz::rtmp
