#include "system/http/server.hpp"

#include "system/http/test_support.hpp"
#include "system/io/wait_queue.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <future>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/socket.h>

namespace directfanz::http {
namespace {

using testing::kLargeBlobs;
using testing::kMiB;
using testing::kPlain;
using testing::pattern;
using testing::request;

// ---- The server on loopback
// ----------------------------------------------------------------------

struct Reply {
    unsigned status = 0;
    std::string head;
    std::string body;

    bool has(std::string_view field) const { return head.find(field) != std::string::npos; }
};

/// A plain blocking socket; what never arrives ends the test's patience after ten seconds.
class Client {
  public:
    explicit Client(std::uint16_t port, int receive_buffer = 0)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
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
    Client(Client&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)), pending_(std::move(other.pending_)) {}
    ~Client() { leave(); }

    void leave() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    void finish() { ::shutdown(socket_, SHUT_WR); }

    /// False when the server has closed.
    bool send(std::string_view text) {
        while (!text.empty()) {
            auto const sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    /// What comes until the server closes.
    std::string read_all() {
        while (receive()) {
        }
        EXPECT_TRUE(ended_) << "the server neither sends nor closes";
        return std::exchange(pending_, {});
    }

    /// Has the server closed, without another byte?
    bool sees_the_end() {
        auto const rest = read_all();
        EXPECT_EQ(rest, "");
        return ended_ && rest.empty();
    }

    Reply read_reply(bool to_head = false) {
        Reply reply;
        std::size_t end = 0;
        while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
            if (!receive()) {
                ADD_FAILURE() << "no answer, but: " << pending_;
                return reply;
            }
        }
        reply.head = pending_.substr(0, end + 4);
        pending_.erase(0, end + 4);
        std::from_chars(reply.head.data() + 9, reply.head.data() + 12, reply.status);
        auto const field = reply.head.find("Content-Length: ");
        std::size_t length = 0;
        if (field != std::string::npos) {
            std::from_chars(reply.head.data() + field + 16, reply.head.data() + end, length);
        }
        if (to_head) length = 0;
        while (pending_.size() < length && receive()) {
        }
        reply.body = pending_.substr(0, length);
        pending_.erase(0, reply.body.size());
        EXPECT_EQ(reply.body.size(), length);
        return reply;
    }

  private:
    bool receive() {
        std::array<char, 64 * 1024> buffer;
        auto const got = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (got > 0) pending_.append(buffer.data(), static_cast<std::size_t>(got));
        ended_ = got == 0 || (got < 0 && errno == ECONNRESET);
        return got > 0;
    }

    int socket_;
    std::string pending_;
    bool ended_ = false;
};

class ServerTest : public ::testing::Test {
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
        if (server_) drain(seconds(5));
        loop_.stop();
        thread_.join();
    }

    /// Runs `work` on the loop and returns what it returns.
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

    /// Drains and destroys the server.
    void drain(milliseconds patience) {
        begin_drain(patience).get();
        on_loop([this] {
            server_.reset();
            waiting_.reset();
            return true;
        });
    }

    std::size_t connections() {
        return on_loop([this] { return server_->connections(); });
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

    Client connect(int receive_buffer = 0) const { return Client(port_, receive_buffer); }

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
        co_return text_response(200, std::string(kPlain), "waited");
    }
};

TEST_F(ServerTest, KeepsTheConnectionBetweenRequests) {
    start();
    auto client = connect();
    for (auto i = 0; i < 100; ++i) {
        client.send(request("/hello"));
        auto const reply = client.read_reply();
        ASSERT_EQ(reply.status, 200U);
        ASSERT_EQ(reply.body, "hello");
    }
    auto const counted = counters();
    EXPECT_EQ(counted.accepted, 1U);
    EXPECT_EQ(counted.requests, 100U);
    EXPECT_EQ(counted.responses[2], 100U);
    EXPECT_GT(counted.bytes_sent, 500U);
}

TEST_F(ServerTest, AnswersAThousandPipelinedRequests) {
    start();
    auto client = connect();
    std::string pipeline;
    for (auto i = 0; i < 1000; ++i) pipeline += request(fmt::format("/echo?{}", i));
    std::jthread sender([&] { client.send(pipeline); });
    for (auto i = 0; i < 1000; ++i) ASSERT_EQ(client.read_reply().body, fmt::format("{}|", i));
}

TEST_F(ServerTest, SendsALargeBodyWhole) {
    start();
    auto client = connect();
    client.send(request("/large"));
    auto const reply = client.read_reply();
    ASSERT_EQ(reply.body.size(), kLargeBlobs * kMiB);
    for (std::size_t i = 0; i < kLargeBlobs; ++i) {
        ASSERT_EQ(std::string_view(reply.body).substr(i * kMiB, kMiB), pattern().text());
    }
    client.send(request("/hello"));
    EXPECT_EQ(client.read_reply().body, "hello");
}

TEST_F(ServerTest, AnswersHeadRangesAndConditions) {
    start();
    auto client = connect();
    client.send("HEAD /digits HTTP/1.1\r\nHost: h\r\n\r\n");
    auto const head = client.read_reply(true);
    EXPECT_EQ(head.status, 200U);
    EXPECT_TRUE(head.has("Content-Length: 10\r\n"));
    client.send(request("/digits", "Range: bytes=-3\r\n"));
    EXPECT_EQ(client.read_reply().body, "789");
    client.send(request("/digits", "If-None-Match: \"digits\"\r\n"));
    EXPECT_EQ(client.read_reply().status, 304U);
    client.send(request("/digits", "Range: bytes=10-\r\n"));
    EXPECT_EQ(client.read_reply().status, 416U);
    client.send(request("/hello"));
    EXPECT_EQ(client.read_reply().body, "hello") << "nothing was left over in between";
}

TEST_F(ServerTest, ServesHttp10) {
    start();
    auto closing = connect();
    closing.send("GET /hello HTTP/1.0\r\n\r\n");
    auto const text = closing.read_all();
    EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(text.ends_with("\r\n\r\nhello"));

    auto staying = connect();
    staying.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(staying.read_reply().has("Connection: keep-alive\r\n"));
    staying.send("GET /hello HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(staying.read_reply().has("Connection: close\r\n"));
    EXPECT_TRUE(staying.sees_the_end());
}

TEST_F(ServerTest, TellsTheClientToGoOn) {
    start();
    auto client = connect();
    client.send(
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_reply().status, 100U);
    client.send("hello");
    EXPECT_EQ(client.read_reply().body, "|hello");
}

TEST_F(ServerTest, RefusesABodyBeforeItIsSent) {
    start();
    auto client = connect();
    client.send(
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\nExpect: "
        "100-continue\r\n\r\n");
    EXPECT_EQ(client.read_reply().status, 413U);
    EXPECT_TRUE(client.sees_the_end());
}

TEST_F(ServerTest, LetsTheClientReadARefusalThoughItStillSends) {
    start({.body_bytes = 1000});
    auto client = connect();
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" +
                std::string(100'000, 'a'));
    EXPECT_EQ(client.read_reply().status, 413U);
    client.finish();
    EXPECT_TRUE(client.sees_the_end());
}

TEST_F(ServerTest, AnswersAFailingHandlerWith500AndGoesOn) {
    start();
    auto client = connect();
    client.send(request("/throws"));
    auto const reply = client.read_reply();
    EXPECT_EQ(reply.status, 500U);
    EXPECT_TRUE(reply.has("application/problem+json"));
    EXPECT_EQ(reply.body.find("this handler fails"), std::string::npos) << "that is for the log";
    client.send(request("/hello"));
    EXPECT_EQ(client.read_reply().body, "hello");
    EXPECT_EQ(counters().responses[5], 1U);
}

TEST_F(ServerTest, LetsAnswersWait) {
    start();
    auto waiting = connect();
    waiting.send(request("/wait"));
    await_waiting(1);
    auto other = connect();
    other.send(request("/hello"));
    EXPECT_EQ(other.read_reply().body, "hello");
    notify();
    EXPECT_EQ(waiting.read_reply().body, "waited");
}

TEST_F(ServerTest, ClosesWhoSendsARequestTooSlowly) {
    start({.request_time = milliseconds(40)});
    auto client = connect();
    client.send("GET /hello HTTP/1.1\r\n");
    EXPECT_EQ(client.read_reply().status, 408U);
    client.finish();
    EXPECT_TRUE(client.sees_the_end());
    EXPECT_EQ(counters().responses[4], 1U);
}

TEST_F(ServerTest, GivesAByteNowAndThenNoMoreTime) {
    start({.request_time = milliseconds(40)});
    auto client = connect();
    std::string_view text = "GET /hello HTTP/1.1\r\nX: ";
    std::jthread dripping([&](std::stop_token const& stop) {
        while (!stop.stop_requested() && client.send(text.substr(0, 1))) {
            if (text.size() > 1) text.remove_prefix(1);
            std::this_thread::sleep_for(milliseconds(5));
        }
    });
    EXPECT_EQ(client.read_reply().status, 408U);
}

TEST_F(ServerTest, ClosesASlowBodyToo) {
    start({.request_time = milliseconds(40)});
    auto client = connect();
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel");
    EXPECT_EQ(client.read_reply().status, 408U);
}

TEST_F(ServerTest, ClosesWhoAsksNothingMore) {
    start({.idle_time = milliseconds(40)});
    auto silent = connect();
    EXPECT_TRUE(silent.sees_the_end()) << "without a 408, which would answer the next request";
    auto served = connect();
    served.send(request("/hello"));
    EXPECT_EQ(served.read_reply().body, "hello");
    EXPECT_TRUE(served.sees_the_end());
    await_connections(0);
    EXPECT_EQ(counters().responses[0], 0U);
}

TEST_F(ServerTest, DoesNotTimeAnswersThatWait) {
    start({.request_time = milliseconds(20),
           .idle_time = milliseconds(20),
           .write_stall = milliseconds(20)});
    auto waiting = connect();
    waiting.send(request("/wait"));
    await_waiting(1);
    // Longer than every limit: idle connections made afterwards are closed meanwhile.
    for (auto i = 0; i < 5; ++i) EXPECT_TRUE(connect().sees_the_end());
    notify();
    EXPECT_EQ(waiting.read_reply().body, "waited");
}

TEST_F(ServerTest, ClosesWhoDoesNotReadItsAnswer) {
    start({.write_stall = milliseconds(60)});
    auto client = connect(4096);
    client.send(request("/large"));
    await_connections(1);
    await_connections(0);
    EXPECT_LT(client.read_all().size(), kLargeBlobs * kMiB / 2)
        << "the kernel holds a bounded part";
    EXPECT_EQ(counters().responses[0], 1U);
    EXPECT_EQ(counters().responses[2], 0U);
}

TEST_F(ServerTest, LetsGoOfAClientThatLeavesWhileItsAnswerWaits) {
    start({.request_time = milliseconds(20)});
    auto client = connect();
    client.send(request("/wait"));
    await_waiting(1);
    client.leave();
    await_waiting(0);
    await_connections(0);
    EXPECT_EQ(counters().responses[0], 1U);
}

TEST_F(ServerTest, LetsGoOfManyClientsThatLeaveAsTheirAnswersCome) {
    start({.request_time = milliseconds(20)});
    for (auto round = 0; round < 20; ++round) {
        std::vector<Client> clients;
        for (auto i = 0; i < 20; ++i) {
            clients.push_back(connect());
            clients.back().send(request("/wait"));
        }
        await_waiting(20);
        for (auto i = 0U; i < 10; ++i) clients[i].leave();
        std::this_thread::sleep_for(milliseconds(round));
        notify();
        for (auto i = 10U; i < 20; ++i) ASSERT_EQ(clients[i].read_reply().body, "waited");
        clients.clear();
        await_connections(0);
    }
}

TEST_F(ServerTest, TurnsAwayWhatIsTooMany) {
    ::testing::internal::CaptureStderr();
    start({.connections = 2});
    auto first = connect();
    auto second = connect();
    await_connections(2);
    auto third = connect();
    EXPECT_TRUE(third.sees_the_end());
    EXPECT_TRUE(connect().sees_the_end());
    first.send(request("/hello"));
    EXPECT_EQ(first.read_reply().body, "hello");
    EXPECT_EQ(counters().turned_away, 2U);
    second.leave();
    await_connections(1);
    auto fourth = connect();
    fourth.send(request("/hello"));
    EXPECT_EQ(fourth.read_reply().body, "hello");
    auto const logged = ::testing::internal::GetCapturedStderr();
    auto const line = logged.find("http_connections_turned_away limit=2 turned_away=1");
    ASSERT_NE(line, std::string::npos) << logged;
    EXPECT_EQ(logged.find("http_connections_turned_away", line + 1), std::string::npos)
        << "not once a connection";
}

TEST_F(ServerTest, DrainsIdleConnectionsAtOnce) {
    start();
    auto unused = connect();
    auto used = connect();
    used.send(request("/hello"));
    used.read_reply();
    await_connections(2);
    drain(seconds(60));
    EXPECT_TRUE(unused.sees_the_end());
    EXPECT_TRUE(used.sees_the_end());
}

TEST_F(ServerTest, LetsAnswersFinishWhileItDrains) {
    start();
    auto client = connect();
    client.send(request("/wait") + request("/hello"));
    await_waiting(1);
    auto drained = begin_drain(seconds(60));
    await([this] { return server_->connections() == 1; });
    notify();
    auto const reply = client.read_reply();
    EXPECT_EQ(reply.body, "waited");
    EXPECT_TRUE(reply.has("Connection: close\r\n"));
    client.finish();
    EXPECT_TRUE(client.sees_the_end()) << "the second request is the next server's";
    drained.get();
}

TEST_F(ServerTest, EndsWhatOutlastsTheDrain) {
    start();
    auto client = connect();
    client.send(request("/wait"));
    await_waiting(1);
    auto slow = connect(4096);
    slow.send(request("/large"));
    await_connections(2);
    drain(milliseconds(50));
    EXPECT_TRUE(client.sees_the_end());
    slow.read_all();
}

TEST_F(ServerTest, MayBeDestroyedWithoutADrain) {
    start();
    auto idle = connect();
    auto waiting = connect();
    waiting.send(request("/wait"));
    await_waiting(1);
    await_connections(2);
    on_loop([this] {
        server_.reset();
        return true;
    });
    EXPECT_TRUE(idle.sees_the_end());
    EXPECT_TRUE(waiting.sees_the_end());
}

TEST_F(ServerTest, MayOutliveItsLoopsRun) {
    start();
    auto idle = connect();
    auto waiting = connect();
    waiting.send(request("/wait"));
    await_waiting(1);
    await_connections(2);
    loop_.stop();
    thread_.join();
    server_.reset();
    EXPECT_TRUE(waiting_.has_value()) << "the loop goes last, with what waits on it";
}

/// Whether the allocator can be asked: not that of the sanitizers.
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) || \
    __has_feature(thread_sanitizer)
constexpr auto kCounts = false;
#else
constexpr auto kCounts = true;
#endif

TEST_F(ServerTest, KeepsOneThatSendsItsHeaderSlowlyBelowEightKibibytes) {
    start();
    auto warm = connect();
    warm.send(request("/hello"));
    warm.read_reply();
    constexpr std::size_t kClients = 400;
    auto const whole = request("/hello");
    std::vector<Client> clients;
    clients.reserve(kClients);
    auto const before = on_loop([] { return ::mallinfo2().uordblks; });
    for (std::size_t i = 0; i < kClients; ++i) clients.push_back(connect());
    auto const first = whole.size() / 2;
    for (auto& client : clients) client.send(whole.substr(0, first));
    await_connections(kClients + 1);
    for (auto& client : clients) client.send(whole.substr(first, 1));
    auto const after = on_loop([] { return ::mallinfo2().uordblks; });
    if (kCounts) EXPECT_LT((after - before) / kClients, 8192U);
    for (auto& client : clients) {
        client.send(whole.substr(first + 1));
        EXPECT_EQ(client.read_reply().body, "hello");
    }
}

TEST_F(ServerTest, KeepsAnIdleConnectionBelowEightKibibytes) {
    start();
    auto warm = connect();
    warm.send(request("/hello"));
    warm.read_reply();
    constexpr std::size_t kClients = 400;
    std::vector<Client> clients;
    clients.reserve(kClients);
    auto const before = on_loop([] { return ::mallinfo2().uordblks; });
    for (std::size_t i = 0; i < kClients; ++i) {
        clients.push_back(connect());
        clients.back().send(request("/hello"));
        ASSERT_EQ(clients.back().read_reply().body, "hello");
    }
    auto const after = on_loop([] { return ::mallinfo2().uordblks; });
    EXPECT_EQ(connections(), kClients + 1);
    if (kCounts) EXPECT_LT((after - before) / kClients, 8192U);
    RecordProperty("bytes_per_connection", std::to_string((after - before) / kClients));
    fmt::print("{} bytes for each idle connection\n", (after - before) / kClients);
}

// ---- A real client
// -------------------------------------------------------------------------------

class CurlTest : public ServerTest {
  protected:
    std::string curl(std::string const& arguments, std::string const& path) const {
        auto const command =
            fmt::format("curl -sS -g {} 'http://127.0.0.1:{}{}' 2>&1", arguments, port_, path);
        std::unique_ptr<FILE, int (*)(FILE*)> const pipe(::popen(command.c_str(), "r"), ::pclose);
        std::string output;
        std::array<char, 4096> buffer;
        while (auto const got = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
            output.append(buffer.data(), got);
        }
        return output;
    }
};

TEST_F(CurlTest, GetsAndPosts) {
    start();
    EXPECT_EQ(curl("", "/hello"), "hello");
    EXPECT_EQ(curl("-d body", "/echo"), "|body");
    EXPECT_EQ(curl("-H 'Transfer-Encoding: chunked' -d body", "/echo"), "|body");
    EXPECT_EQ(curl("-H 'Expect: 100-continue' -d body", "/echo"), "|body");
    EXPECT_EQ(curl("--http1.0", "/hello"), "hello");
    EXPECT_EQ(curl("-r 3-5", "/digits"), "345");
    EXPECT_EQ(curl("-o /dev/null -w '%{size_download}'", "/large"),
              std::to_string(kLargeBlobs * kMiB));
}

TEST_F(CurlTest, SeesStatusAndFields) {
    start();
    auto const status = [this](std::string const& arguments, std::string const& path) {
        return curl(arguments + " -o /dev/null -w '%{http_code}'", path);
    };
    EXPECT_EQ(status("", "/nothing"), "404");
    EXPECT_EQ(status("-X DELETE", "/hello"), "405");
    EXPECT_EQ(status("-X TRACE", "/hello"), "501");
    EXPECT_EQ(status("-X OPTIONS", "/hello"), "204");
    EXPECT_EQ(status("-I", "/hello"), "200");
    EXPECT_EQ(status("--path-as-is", "/../etc/passwd"), "400");
    EXPECT_EQ(status("-H 'If-None-Match: \"digits\"'", "/digits"), "304");
    EXPECT_NE(curl("-I", "/hello").find("Access-Control-Allow-Origin: *"), std::string::npos);
}

TEST_F(CurlTest, UsesAConnectionAgain) {
    start();
    auto const url = fmt::format("http://127.0.0.1:{}/hello", port_);
    EXPECT_EQ(curl(fmt::format("{} {} {}", url, url, url), "/hello"), "hellohellohellohello");
    EXPECT_EQ(counters().accepted, 1U);
}

}  // namespace
}  // namespace directfanz::http
