#include "system/io/socket.hpp"

#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace directfanz::io {
namespace {

using PlainSocket = asio::basic_stream_socket<Tcp>;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

Tcp::endpoint any_port() {
    return {asio::ip::address_v4::loopback(), 0};
}

TEST(ParseEndpoint, TakesAddressAndPort) {
    auto const endpoint = parse_endpoint("127.0.0.1:8080");
    ASSERT_TRUE(endpoint);
    EXPECT_EQ(endpoint->address().to_string(), "127.0.0.1");
    EXPECT_EQ(endpoint->port(), 8080);
}

TEST(ParseEndpoint, TakesIpv6InBrackets) {
    auto const endpoint = parse_endpoint("[::1]:1935");
    ASSERT_TRUE(endpoint);
    EXPECT_EQ(endpoint->address().to_string(), "::1");
    EXPECT_EQ(endpoint->port(), 1935);
}

TEST(ParseEndpoint, TakesAPortAloneAsEveryAddress) {
    auto const endpoint = parse_endpoint(":0");
    ASSERT_TRUE(endpoint);
    EXPECT_TRUE(endpoint->address().is_unspecified());
    EXPECT_EQ(endpoint->port(), 0);
}

TEST(ParseEndpoint, TakesLocalhostAsThisMachineOverIpv4) {
    auto const endpoint = parse_endpoint("localhost:8080");
    ASSERT_TRUE(endpoint);
    EXPECT_EQ(to_string(*endpoint), "127.0.0.1:8080");
}

TEST(ParseEndpoint, RefusesWhatIsNoEndpointAndSaysWhatOneLooksLike) {
    for (auto const* text : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
                             "127.0.0.1:-1", "localhos:80", "1.2.3:80", "[::1:80", ":80x"}) {
        auto const endpoint = parse_endpoint(text);
        ASSERT_FALSE(endpoint) << text;
        EXPECT_EQ(endpoint.error().kind, ErrorKind::invalid);
        EXPECT_NE(endpoint.error().message.find("127.0.0.1:8080"), std::string::npos);
    }
}

TEST(ToString, IsWhatParseEndpointTakes) {
    for (auto const* text : {"127.0.0.1:8080", "[::1]:443", "[::]:0"}) {
        auto const endpoint = parse_endpoint(text);
        ASSERT_TRUE(endpoint);
        EXPECT_EQ(to_string(*endpoint), text);
    }
}

TEST(Listen, TakesThePortForItself) {
    EventLoop loop;
    auto const first = listen(loop, any_port());
    ASSERT_TRUE(first);
    auto const second = listen(loop, first->local_endpoint());
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find("stop the program that uses the port"),
              std::string::npos);
}

TEST(Listen, LetsAcceptedConnectionsForgetVanishedPeers) {
    EventLoop loop;
    auto acceptor = listen(loop, any_port());
    ASSERT_TRUE(acceptor);
    asio::io_context clients;
    PlainSocket client(clients);
    client.connect(acceptor->local_endpoint());
    auto socket = acceptor->accept();
    auto const option = [&socket](int level, int name) {
        int value = 0;
        socklen_t size = sizeof value;
        EXPECT_EQ(::getsockopt(socket.native_handle(), level, name, &value, &size), 0);
        return value;
    };
    EXPECT_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPIDLE), kAskAfter.count());
    EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPINTVL), kAskEvery.count());
    EXPECT_EQ(option(IPPROTO_TCP, TCP_USER_TIMEOUT), milliseconds(kVanishedAfter).count());
}

TEST(ListenAll, GivesEachLoopASocketOnTheSamePort) {
    LoopPool loops(3);
    auto const acceptors = listen_all(loops, any_port());
    ASSERT_TRUE(acceptors);
    ASSERT_EQ(acceptors->size(), 3u);
    auto const port = acceptors->front().local_endpoint().port();
    EXPECT_NE(port, 0);
    for (auto const& acceptor : *acceptors) EXPECT_EQ(acceptor.local_endpoint().port(), port);
}

TEST(ListenAll, RefusesAPortThatASharingSocketListensOn) {
    LoopPool loops(2);
    auto const taken = listen_all(loops, any_port());
    ASSERT_TRUE(taken);
    auto const again = listen_all(loops, taken->front().local_endpoint());
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::io);
}

TEST(ListenAll, LeavesThePortFreeAfterAFailure) {
    LoopPool loops(1);
    Tcp::endpoint where;
    {
        auto const taken = listen_all(loops, any_port());
        ASSERT_TRUE(taken);
        where = taken->front().local_endpoint();
        ASSERT_FALSE(listen_all(loops, where));
    }
    EXPECT_TRUE(listen_all(loops, where));
}

// Counts on plain numbers of the test's thread: the loops run after one another on it.
TEST(ListenAll, LetsTheKernelSpreadConnectionsOverTheLoops) {
    LoopPool loops(2);
    auto acceptors = listen_all(loops, any_port());
    ASSERT_TRUE(acceptors);
    auto const where = acceptors->front().local_endpoint();

    asio::io_context clients;
    std::vector<PlainSocket> sockets;
    for (int i = 0; i < 64; ++i) {
        sockets.emplace_back(clients);
        sockets.back().connect(where);
    }
    std::array<std::size_t, 2> accepted{};
    for (std::size_t i = 0; i < 2; ++i) {
        auto& acceptor = (*acceptors)[i];
        acceptor.non_blocking(true);
        for (;;) {
            boost::system::error_code error;
            auto const socket = acceptor.accept(error);
            if (error) break;
            ++accepted[i];
        }
    }
    EXPECT_EQ(accepted[0] + accepted[1], 64u);
    EXPECT_GT(accepted[0], 0u);
    EXPECT_GT(accepted[1], 0u);
}

TEST(AcceptLoop, HandsOverConnectionsUntilTheAcceptorCloses) {
    EventLoop loop;
    auto acceptor = listen(loop, any_port());
    ASSERT_TRUE(acceptor);
    auto const where = acceptor->local_endpoint();
    std::set<std::string> peers;
    Scope scope(loop);
    scope.spawn(accept_loop(*acceptor, [&](TcpSocket socket) {
        peers.insert(address_of(socket));
        acceptor->close();
        loop.post([&loop] { loop.stop(); });
    }));
    asio::io_context clients;
    PlainSocket client(clients);
    client.connect(where);
    loop.run();
    EXPECT_EQ(peers, std::set<std::string>{"127.0.0.1"});
}

TEST(AddressOf, ShowsIpv4PeersOfADualStackSocketAsIpv4) {
    EventLoop loop;
    auto acceptor = listen(loop, *parse_endpoint(":0"));
    ASSERT_TRUE(acceptor);
    asio::io_context clients;
    PlainSocket client(clients);
    client.connect({asio::ip::address_v4::loopback(), acceptor->local_endpoint().port()});
    auto const socket = acceptor->accept();
    EXPECT_EQ(address_of(socket), "127.0.0.1");
}

}  // namespace
}  // namespace directfanz::io
