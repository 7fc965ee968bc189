#pragma once

#include "media/ingest/rtmp/listener.hpp"
#include "media/ingest/rtmp/recording_target.hpp"
#include "media/ingest/rtmp/test_publisher.hpp"

#include <atomic>
#include <memory>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace directfanz::rtmp::testing {

/// A publisher with a real, blocking socket.
class SocketPublisher : public TestPublisher {
  public:
    /// `receive_buffer` in bytes; 0 lets the system choose and enlarge it.
    explicit SocketPublisher(std::uint16_t port, int receive_buffer = 0)
        : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        if (receive_buffer != 0) {
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        }
        timeval const patience{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        sockaddr generic{};
        static_assert(sizeof generic == sizeof address);
        std::memcpy(&generic, &address, sizeof address);
        connected_ = ::connect(socket_, &generic, sizeof generic) == 0;
    }
    ~SocketPublisher() override { hang_up(); }
    SocketPublisher(SocketPublisher const&) = delete;
    SocketPublisher& operator=(SocketPublisher const&) = delete;

    bool connected() const { return connected_; }

    void send() override { send(take()); }
    void send(ByteView bytes) {
        while (!bytes.empty()) {
            auto const sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
        }
    }
    /// Reads once. False if the server has closed, or says nothing for long.
    bool listen_once() {
        Bytes buffer(64 * 1024);
        auto const got = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (got <= 0) return false;
        hear(ByteView(buffer).first(static_cast<std::size_t>(got)));
        return true;
    }
    /// Reads until a status begins so; false if the server closes before.
    bool wait_for_status(std::string_view code) {
        while (!heard_status(code)) {
            if (!listen_once()) return heard_status(code);
        }
        return true;
    }
    /// Reads until the server closes.
    void wait_for_close() {
        while (listen_once()) continue;
    }
    void hang_up() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

  private:
    int socket_;
    bool connected_ = false;
};

/// Two loops, a recording target, and a listener on a port of its own.
class ListenerTest : public ::testing::Test {
  protected:
    void start() {
        listener = std::make_unique<Listener>(loops, target, settings);
        auto const endpoint =
            listener->listen(io::Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
        ASSERT_TRUE(endpoint) << endpoint.error().message;
        port = endpoint->port();
        loops.start();
    }
    void TearDown() override {
        if (listener) drain(seconds(2));
        loops.stop();
    }
    void drain(milliseconds patience) {
        std::atomic<bool> done = false;
        loops[0].spawn(drain_task(*listener, steady_now() + patience, done));
        while (!done) std::this_thread::sleep_for(milliseconds(1));
    }
    bool wait_for_connections(std::size_t count) const {
        for (int i = 0; i < 1000; ++i) {
            if (listener->connections() == count) return true;
            std::this_thread::sleep_for(milliseconds(10));
        }
        return false;
    }

    static io::Task<> drain_task(Listener& drained, SteadyTime deadline, std::atomic<bool>& done) {
        co_await drained.drain(deadline);
        done = true;
    }

    io::LoopPool loops{2};
    RecordingTarget target{loops};
    Settings settings;
    std::unique_ptr<Listener> listener;
    std::uint16_t port = 0;
};

}  // namespace directfanz::rtmp::testing
