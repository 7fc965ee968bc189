#include "system/http/http2_connection.hpp"

#include "system/http/http2_limits.hpp"
#include "system/http/http2_outbox.hpp"
#include "system/http/http2_test_client.hpp"
#include "system/http/server.hpp"
#include "system/http/test_support.hpp"
#include "system/io/wait_queue.hpp"

#include <array>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <gtest/gtest.h>
#include <malloc.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace directfanz::http {
namespace {

using testing::Http2Client;
using testing::kLargeBlobs;
using testing::kMiB;

/// nghttp2's client on a plain blocking socket; what never arrives ends the test's patience after
/// ten seconds.
class LoopbackClient : public Http2Client {
  public:
    explicit LoopbackClient(std::uint16_t port, Options options = {}, int receive_buffer = 0)
        : Http2Client(options), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        timeval const patience{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        if (receive_buffer > 0) {
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        }
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    }
    ~LoopbackClient() { leave(); }

    void leave() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }

    void send() {
        auto const bytes = take_output();
        if (!bytes.empty()) ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }

    /// Receives once, after sending what there is; false at the end.
    bool receive() {
        send();
        std::array<std::uint8_t, 64 * 1024> buffer;
        auto const got = ::recv(socket_, buffer.data(), buffer.size(), 0);
        EXPECT_TRUE(got >= 0 || errno == ECONNRESET) << "the server neither sends nor closes";
        if (got <= 0) return false;
        return feed({buffer.data(), static_cast<std::size_t>(got)});
    }

    /// Until that answer is whole, its stream is reset, or the connection ends.
    testing::Http2Reply const& await(std::int32_t stream) {
        while (!is_complete(stream) && !reply(stream).closed && receive()) {
        }
        return reply(stream);
    }

    std::string get(std::string const& path) { return await(request(path)).body; }

    /// Reads until the server closes.
    bool sees_the_end() {
        while (receive()) {
        }
        return true;
    }

  private:
    int socket_;
};

/// A peer that asks, and whose kernel takes nothing until the peer has taken its words
/// back.
class RegretfulPeer final : public io::ByteStream {
  public:
    RegretfulPeer(std::string ask, std::string regret)
        : ask_(std::move(ask)), regret_(std::move(regret)) {}

    /// Runs before the bytes that a write names are read.
    std::function<void()> on_write;
    std::string written;

    io::IoOutcome read(std::span<std::uint8_t> into) override {
        if (!ask_.empty()) return take(ask_, into);
        // The answer has to be in the batch that waits.
        if (!regret_.empty() && offered_ > Http2Outbox::kCopyBelow) return take(regret_, into);
        if (!written.empty()) return {.status = io::IoStatus::closed};
        return {.status = io::IoStatus::would_block, .wait_for = io::Readiness::readable};
    }

    io::IoOutcome write(std::span<iovec const> parts) override {
        if (!regret_.empty()) {
            offered_ = 0;
            for (auto const& part : parts) offered_ += part.iov_len;
            if (offered_ > Http2Outbox::kCopyBelow) {
                return {.status = io::IoStatus::would_block, .wait_for = io::Readiness::writable};
            }
        } else if (on_write) {
            std::exchange(on_write, nullptr)();
        }
        std::size_t size = 0;
        for (auto const& part : parts) {
            if (regret_.empty()) written.append(static_cast<char*>(part.iov_base), part.iov_len);
            size += part.iov_len;
        }
        return {.status = io::IoStatus::done, .bytes = size};
    }

    io::Task<> ready(io::Readiness) override {
        auto const executor = co_await io::asio::this_coro::executor;
        co_await io::asio::post(executor, io::awaiting);
    }

    void cancel() override {}
    void finish_writing() override {}
    void close() override {}
    bool peer_has_left() const override { return false; }

  private:
    static io::IoOutcome take(std::string& text, std::span<std::uint8_t> into) {
        auto const count = text.copy(reinterpret_cast<char*>(into.data()), into.size());
        text.erase(0, count);
        return {.status = io::IoStatus::done, .bytes = count};
    }

    std::string ask_;
    std::string regret_;
    std::size_t offered_ = 0;
};

class Http2ConnectionTest : public ::testing::Test {
  protected:
    void start(ServerLimits limits = {}) {
        testing::add_plain_routes(router_);
        router_.add(Method::get, "/wait",
                    [this](Request const&, PathParameters const&) { return wait(); });
        auto acceptor = io::listen(loop_, {io::asio::ip::address_v4::loopback(), 0});
        ASSERT_TRUE(acceptor);
        port_ = acceptor->local_endpoint().port();
        waiting_.emplace(loop_);
        server_.emplace(loop_, router_, limits);
        server_->serve(std::move(*acceptor));
        thread_ = std::jthread([this] { loop_.run(); });
    }

    void TearDown() override {
        if (!thread_.joinable()) return;
        if (server_) {
            begin_drain(seconds(5)).get();
            destroy();
        }
        loop_.stop();
        thread_.join();
    }

    template <typename Work>
    auto on_loop(Work work) {
        std::promise<decltype(work())> promise;
        loop_.post([&] { promise.set_value(work()); });
        return promise.get_future().get();
    }

    /// Returns when `condition` holds on the loop; the test's time limit is the limit.
    template <typename Condition>
    void await(Condition condition) {
        while (!on_loop(condition)) std::this_thread::sleep_for(milliseconds(1));
    }

    static io::Task<> drain_and_tell(Server& server, SteadyTime deadline,
                                     std::promise<void>& done) {
        co_await server.drain(deadline);
        done.set_value();
    }

    std::future<void> begin_drain(milliseconds patience) {
        drained_ = {};
        loop_.post([this, patience] {
            loop_.spawn(drain_and_tell(*server_, steady_now() + patience, drained_));
        });
        return drained_.get_future();
    }

    void destroy() {
        on_loop([this] {
            server_.reset();
            waiting_.reset();
            return true;
        });
    }

    ServerCounters counters() {
        return on_loop([this] { return server_->counters(); });
    }
    void await_waiting(std::size_t count) {
        await([this, count] { return waiting_->size() == count; });
    }
    void await_connections(std::size_t count) {
        await([this, count] { return server_->connections() == count; });
    }
    void notify() {
        on_loop([this] {
            waiting_->notify_all();
            return true;
        });
    }

    io::EventLoop loop_;
    Router router_;
    std::optional<io::WaitQueue> waiting_;
    std::optional<Server> server_;
    std::promise<void> drained_;
    std::uint16_t port_ = 0;
    std::jthread thread_;

  private:
    io::Task<Response> wait() {
        co_await waiting_->wait(SteadyTime::max());
        co_return text_response(200, "text/plain", "waited");
    }
};

TEST_F(Http2ConnectionTest, AnswersOverOneConnection) {
    start();
    LoopbackClient client(port_);
    for (auto i = 0; i < 100; ++i) ASSERT_EQ(client.get("/hello"), "hello");
    auto const stream = client.post("/echo", std::string(100'000, 'b'));
    EXPECT_EQ(client.await(stream).body, "|" + std::string(100'000, 'b'));
    auto const counted = counters();
    EXPECT_EQ(counted.accepted, 1U);
    EXPECT_EQ(counted.requests, 101U);
    EXPECT_EQ(counted.responses[2], 101U);
    EXPECT_GT(counted.bytes_sent, 100'000U);
}

TEST_F(Http2ConnectionTest, SendsALargeBodyWholeBesidesOthers) {
    start();
    LoopbackClient client(port_);
    auto const large = client.request("/large");
    auto const crumbs = client.request("/crumbs");
    EXPECT_TRUE(client.await(crumbs).body.ends_with("998,999,"));
    EXPECT_FALSE(client.is_complete(large));
    auto const& body = client.await(large).body;
    ASSERT_EQ(body.size(), kLargeBlobs * kMiB);
    for (std::size_t i = 0; i < kLargeBlobs; ++i) {
        ASSERT_EQ(std::string_view(body).substr(i * kMiB, kMiB), testing::pattern().text());
    }
}

TEST_F(Http2ConnectionTest, LetsManyAnswersWaitOnOneConnection) {
    start();
    LoopbackClient client(port_);
    std::vector<std::int32_t> streams;
    for (auto i = 0; i < 90; ++i) streams.push_back(client.request("/wait"));
    client.send();
    await_waiting(90);
    EXPECT_EQ(client.get("/hello"), "hello");
    notify();
    for (auto const stream : streams) EXPECT_EQ(client.await(stream).body, "waited");
}

TEST_F(Http2ConnectionTest, CancelsTheHandlerOfAStreamThatIsReset) {
    start();
    LoopbackClient client(port_);
    auto const gone = client.request("/wait");
    auto const kept = client.request("/wait");
    client.send();
    await_waiting(2);
    client.reset(gone);
    client.send();
    await_waiting(1);
    notify();
    EXPECT_EQ(client.await(kept).body, "waited");
    EXPECT_EQ(counters().responses[0], 1U);
    EXPECT_EQ(client.get("/hello"), "hello");
}

TEST(Http2ConnectionMemory, KeepsABodyThatTheKernelHasNotTakenWhenItsStreamIsReset) {
    // Of an answer that is whole in a batch, the session is done with the stream.
    constexpr std::uint32_t kWindow = 4000;
    testing::WatchedBody watched('w', 2 * kWindow);
    Router router;
    router.add(Method::get, "/watched", [&](Request const&, PathParameters const&) {
        return testing::answer_with(watched.release());
    });
    ServerContext context{.router = router, .limits = {}, .counters = {}};
    Peer const peer{.address = "127.0.0.1", .connection = 1};
    Http2Client client({.stream_window = kWindow, .opens_windows = false});
    auto const stream = client.request("/watched");
    auto const ask = client.take_output();
    client.reset(stream);
    RegretfulPeer wire(ask, client.take_output());
    std::optional<bool> gone_before_it_was_taken;
    wire.on_write = [&] { gone_before_it_was_taken = watched.gone(); };
    Http2Connection connection(wire, context, peer);
    testing::run_now(connection.run({}));
    EXPECT_EQ(gone_before_it_was_taken, false);
    EXPECT_TRUE(wire.written.find(std::string(kWindow, 'w')) != std::string::npos);
    EXPECT_TRUE(watched.gone());
}

TEST(Http2ConnectionMemory, OwesAndKeepsNothingOfABatchWhosePeerHasLeft) {
    testing::WatchedBody watched('w', 2 * Http2Outbox::kCopyBelow);
    Router router;
    router.add(Method::get, "/watched", [&](Request const&, PathParameters const&) {
        return testing::answer_with(watched.release());
    });
    ServerContext context{.router = router, .limits = {}, .counters = {}};
    Peer const peer{.address = "127.0.0.1", .connection = 1};
    Http2Client client;
    auto const greeting = client.take_output();
    client.request("/watched");
    auto const ask = client.take_output();
    testing::ScriptedStream wire({as_bytes(ask)});
    // The answer is in a batch, for which there is no room, when the peer leaves.
    wire.turns_to_read = 10;
    wire.turns_to_write = 100;
    Http2Connection connection(wire, context, peer);
    auto owed = false;
    wire.on_wait = [&] { owed = owed || connection.owes_answer(); };
    testing::run_now(connection.run(as_bytes(greeting)));
    EXPECT_TRUE(owed);
    EXPECT_FALSE(connection.owes_answer());
    EXPECT_EQ(context.counters.responses[0], 1U);
    EXPECT_TRUE(watched.gone());
}

TEST_F(Http2ConnectionTest, CancelsTheHandlersOfAPeerThatLeaves) {
    start();
    LoopbackClient client(port_);
    for (auto i = 0; i < 20; ++i) client.request("/wait");
    client.send();
    await_waiting(20);
    client.leave();
    await_waiting(0);
    await_connections(0);
    EXPECT_EQ(counters().responses[0], 20U);
}

TEST_F(Http2ConnectionTest, LetsGoOfManyWhoLeaveAsTheirAnswersCome) {
    start();
    for (auto round = 0; round < 20; ++round) {
        std::vector<std::unique_ptr<LoopbackClient>> clients;
        for (auto i = 0; i < 5; ++i) {
            clients.push_back(std::make_unique<LoopbackClient>(port_));
            for (auto j = 0; j < 4; ++j) clients.back()->request("/wait");
            clients.back()->send();
        }
        await_waiting(20);
        clients[0]->leave();
        clients[1]->reset(3);
        clients[1]->send();
        std::this_thread::sleep_for(microseconds(round * 100));
        notify();
        ASSERT_EQ(clients[2]->await(7).body, "waited");
        clients.clear();
        await_connections(0);
    }
}

TEST_F(Http2ConnectionTest, AnswersAFailingHandlerWith500AndGoesOn) {
    start();
    LoopbackClient client(port_);
    EXPECT_EQ(client.await(client.request("/throws")).status(), "500");
    EXPECT_EQ(client.get("/hello"), "hello");
}

TEST_F(Http2ConnectionTest, CutsOffAReaderThatStalls) {
    start({.write_stall = milliseconds(60)});
    LoopbackClient client(port_, {.stream_window = 0x7fffffff}, 4096);
    client.open_window(0, 0x7fff0000 - 65535);
    client.request("/large");
    client.send();
    await_connections(1);
    await_connections(0);
    EXPECT_EQ(counters().responses[0], 1U);
    EXPECT_LT(counters().bytes_sent, kLargeBlobs * kMiB / 2) << "the kernel holds a bounded part";
}

TEST_F(Http2ConnectionTest, EndsIdleConnectionsWithAGoaway) {
    start({.idle_time = milliseconds(60)});
    LoopbackClient unused(port_);
    LoopbackClient used(port_);
    EXPECT_EQ(used.get("/hello"), "hello");
    EXPECT_TRUE(unused.sees_the_end());
    EXPECT_TRUE(used.sees_the_end());
    EXPECT_EQ(used.goaways, std::vector<std::uint32_t>{0});
    EXPECT_EQ(unused.goaways, std::vector<std::uint32_t>{0});
}

TEST_F(Http2ConnectionTest, PingsDoNotKeepAnIdleConnection) {
    start({.idle_time = milliseconds(60)});
    LoopbackClient client(port_);
    do {
        client.ping();
        std::this_thread::sleep_for(milliseconds(2));
    } while (client.receive());
    EXPECT_EQ(client.goaways, std::vector<std::uint32_t>{0});
}

TEST_F(Http2ConnectionTest, DoesNotTimeAnswersThatWait) {
    start({.request_time = milliseconds(20),
           .idle_time = milliseconds(20),
           .write_stall = milliseconds(20)});
    LoopbackClient waiting(port_);
    auto const stream = waiting.request("/wait");
    waiting.send();
    await_waiting(1);
    // Longer than every limit: idle connections made afterwards are closed meanwhile.
    for (auto i = 0; i < 5; ++i) EXPECT_TRUE(LoopbackClient(port_).sees_the_end());
    notify();
    EXPECT_EQ(waiting.await(stream).body, "waited");
}

TEST_F(Http2ConnectionTest, DrainsIdleConnections) {
    start();
    LoopbackClient client(port_);
    EXPECT_EQ(client.get("/hello"), "hello");
    auto drained = begin_drain(seconds(60));
    EXPECT_TRUE(client.sees_the_end());
    ASSERT_FALSE(client.goaways.empty());
    EXPECT_EQ(client.goaways.front(), 0U);
    client.leave();
    drained.get();
}

TEST_F(Http2ConnectionTest, LetsAnswersFinishWhileItDrains) {
    start();
    LoopbackClient client(port_);
    auto const waiting = client.request("/wait");
    client.send();
    await_waiting(1);
    auto drained = begin_drain(seconds(60));
    while (client.goaways.size() < 2 && client.receive()) {
    }
    notify();
    EXPECT_EQ(client.await(waiting).body, "waited");
    EXPECT_TRUE(client.sees_the_end());
    client.leave();
    drained.get();
}

TEST_F(Http2ConnectionTest, EndsWhatOutlastsTheDrain) {
    start();
    LoopbackClient client(port_);
    client.request("/wait");
    client.send();
    await_waiting(1);
    begin_drain(milliseconds(50)).get();
    EXPECT_TRUE(client.sees_the_end());
    EXPECT_EQ(counters().responses[0], 1U);
}

TEST_F(Http2ConnectionTest, MayBeDestroyedWithoutADrain) {
    start();
    LoopbackClient client(port_);
    client.request("/wait");
    client.send();
    await_waiting(1);
    on_loop([this] {
        server_.reset();
        return true;
    });
    EXPECT_TRUE(client.sees_the_end());
}

TEST_F(Http2ConnectionTest, MayOutliveItsLoopsRun) {
    start();
    LoopbackClient client(port_);
    client.request("/wait");
    client.send();
    await_waiting(1);
    loop_.stop();
    thread_.join();
    server_.reset();
    EXPECT_TRUE(waiting_.has_value()) << "the loop goes last, with what waits on it";
}

TEST_F(Http2ConnectionTest, CutsOffAnAttackerWhileOthersAreServed) {
    start();
    LoopbackClient attacker(port_);
    LoopbackClient other(port_);
    auto resets = 0;
    while (attacker.goaways.empty() && resets < 10'000) {
        auto const stream = attacker.request("/wait");
        attacker.send();
        attacker.reset(stream);
        if (!attacker.receive()) break;
        ++resets;
        if (resets % 50 == 0) ASSERT_EQ(other.get("/hello"), "hello");
        attacker.ping();
    }
    EXPECT_TRUE(attacker.sees_the_end());
    EXPECT_EQ(attacker.goaways, std::vector<std::uint32_t>{11}) << "ENHANCE_YOUR_CALM";
    EXPECT_GE(resets, 199);
    EXPECT_EQ(other.get("/hello"), "hello");
    await_waiting(0);
}

TEST_F(Http2ConnectionTest, KeepsAnIdleConnectionBelow36Kibibytes) {
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) || \
    __has_feature(thread_sanitizer)
    constexpr auto kCounts = false;
#else
    constexpr auto kCounts = true;
#endif
    start();
    LoopbackClient warm(port_);
    warm.get("/hello");
    constexpr std::size_t kClients = 200;
    std::size_t const before = on_loop([] { return ::mallinfo2().uordblks; });
    std::vector<int> sockets;
    auto const hello = testing::preface();
    for (std::size_t i = 0; i < kClients; ++i) {
        auto const raw = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port_);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ASSERT_EQ(::connect(raw, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        ASSERT_EQ(::send(raw, hello.data(), hello.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(hello.size()));
        std::array<char, 1000> answer;
        ASSERT_GT(::recv(raw, answer.data(), answer.size(), 0), 0);
        sockets.push_back(raw);
    }
    std::size_t const after = on_loop([] { return ::mallinfo2().uordblks; });
    auto const each = (after - before) / kClients;
    for (auto const raw : sockets) ::close(raw);
    if (kCounts) EXPECT_LT(each, 36U * 1024);
    RecordProperty("bytes_per_connection", std::to_string(each));
    fmt::print("{} bytes for each idle connection\n", each);
}

}  // namespace
}  // namespace directfanz::http
