#include "system/web_client/web_client.hpp"

#include "base/property_test.hpp"
#include "system/http/server.hpp"
#include "system/io/scope.hpp"
#include "system/io/wait_queue.hpp"

#include <future>
#include <map>
#include <optional>
#include <thread>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace directfanz::web_client {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kPlain = "text/plain";

/// A server of ours on loopback, on a thread of its own.
class WebServer {
  public:
    WebServer() {
        router_.add(http::Method::get, "/hello", &hello);
        router_.add(http::Method::post, "/echo", &echo);
        router_.add(http::Method::put, "/echo", &echo);
        router_.add(http::Method::get, "/missing", &missing);
        router_.add(http::Method::get, "/elsewhere", &elsewhere);
        router_.add(http::Method::get, "/large", &large);
        router_.add(http::Method::get, "/wait",
                    [this](http::Request const&, http::PathParameters const&) { return wait(); });
        auto acceptor = io::listen(loop_, {io::asio::ip::address_v4::loopback(), 0});
        port_ = acceptor->local_endpoint().port();
        waiting_.emplace(loop_);
        server_.emplace(loop_, router_, http::ServerLimits{});
        server_->serve(std::move(*acceptor));
        thread_ = std::jthread([this] { loop_.run(); });
    }
    ~WebServer() {
        std::promise<void> gone;
        loop_.post([&] { loop_.spawn(drain(gone)); });
        gone.get_future().get();
        loop_.stop();
    }

    std::string url(std::string_view path) const {
        return fmt::format("http://127.0.0.1:{}{}", port_, path);
    }

    std::size_t waiting() {
        std::promise<std::size_t> count;
        loop_.post([&] { count.set_value(waiting_->size()); });
        return count.get_future().get();
    }
    void let_go() {
        loop_.post([this] { waiting_->notify_all(); });
    }

  private:
    static io::Task<http::Response> hello(http::Request const&, http::PathParameters const&) {
        co_return http::text_response(200, std::string(kPlain), "hello");
    }
    static io::Task<http::Response> echo(http::Request const& request,
                                         http::PathParameters const&) {
        auto const field = [&](std::string_view name) {
            return std::string(request.headers.get(name).value_or("(none)"));
        };
        co_return http::text_response(
            200, std::string(kPlain),
            fmt::format("{}|{}|{}|{}|{}", field("content-type"), field("x-one"),
                        field("user-agent"), field("expect"), request.body));
    }
    static io::Task<http::Response> missing(http::Request const&, http::PathParameters const&) {
        co_return http::text_response(404, std::string(kPlain), "nothing");
    }
    static io::Task<http::Response> elsewhere(http::Request const&, http::PathParameters const&) {
        auto response = http::text_response(302, std::string(kPlain), "");
        response.headers.set("Location", "/hello");
        co_return response;
    }
    static io::Task<http::Response> large(http::Request const&, http::PathParameters const&) {
        co_return http::text_response(200, std::string(kPlain), std::string(10'000'000, 'x'));
    }
    io::Task<http::Response> wait() {
        co_await waiting_->wait(SteadyTime::max());
        co_return http::text_response(200, std::string(kPlain), "waited");
    }
    io::Task<> drain(std::promise<void>& gone) {
        co_await server_->drain(steady_now());
        server_.reset();
        waiting_.reset();
        gone.set_value();
    }

    io::EventLoop loop_;
    http::Router router_;
    std::optional<io::WaitQueue> waiting_;
    std::optional<http::Server> server_;
    std::uint16_t port_ = 0;
    std::jthread thread_;
};

/// A listening socket that says `words` to who comes, and keeps the connection.
class RudeServer {
  public:
    explicit RudeServer(std::string words) : words_(std::move(words)) {
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::listen(socket_, 10);
        socklen_t size = sizeof address;
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        url_ = fmt::format("http://127.0.0.1:{}/", ntohs(address.sin_port));
        thread_ = std::jthread([this] { serve(); });
    }
    ~RudeServer() {
        ::shutdown(socket_, SHUT_RDWR);
        thread_.join();
        ::close(socket_);
    }

    std::string const& url() const { return url_; }

  private:
    void serve() {
        std::vector<int> peers;
        for (;;) {
            auto const peer = ::accept(socket_, nullptr, nullptr);
            if (peer < 0) break;
            (void)::send(peer, words_.data(), words_.size(), MSG_NOSIGNAL);
            peers.push_back(peer);
        }
        for (auto const peer : peers) ::close(peer);
    }

    std::string words_;
    int socket_;
    std::string url_;
    std::jthread thread_;
};

class WebClientTest : public ::testing::Test {
  protected:
    static std::future<Result<Response>> start(WebClient& client, Request request) {
        auto promise = std::make_shared<std::promise<Result<Response>>>();
        auto future = promise->get_future();
        client.start(std::move(request),
                     [promise](Result<Response> result) { promise->set_value(std::move(result)); });
        return future;
    }

    static Result<Response> ask(WebClient& client, Request request) {
        return start(client, std::move(request)).get();
    }

    WebServer server;
    WebClient client{{.reach = Reach::anywhere}};
};

TEST_F(WebClientTest, BringsTheAnswerBack) {
    auto const got = ask(client, {.url = server.url("/hello")});
    ASSERT_TRUE(got) << describe(got.error());
    EXPECT_EQ(got->status, 200);
    EXPECT_EQ(got->body, "hello");
    EXPECT_FALSE(got->truncated);
    EXPECT_THAT(std::string(got->header("content-type")), HasSubstr("text/plain"));
    EXPECT_EQ(got->header("x-nothing"), "");
}

TEST_F(WebClientTest, SendsMethodHeadersAndBody) {
    for (std::string const method : {"POST", "PUT"}) {
        auto const got =
            ask(client, {.url = server.url("/echo"),
                         .method = method,
                         .headers = {{"Content-Type", "application/json"}, {"X-One", "a: b; c"}},
                         .body = std::string(5'000, 'y')});
        ASSERT_TRUE(got) << describe(got.error());
        EXPECT_EQ(got->body,
                  "application/json|a: b; c|DirectFanz|(none)|" + std::string(5'000, 'y'));
    }
}

TEST_F(WebClientTest, ABodyIsNoFormUnlessItIsSaid) {
    auto const got = ask(client, {.url = server.url("/echo"), .method = "POST", .body = "x"});
    ASSERT_TRUE(got) << describe(got.error());
    EXPECT_THAT(got->body, ::testing::StartsWith("(none)|"));
}

TEST_F(WebClientTest, AnyStatusIsAnAnswer) {
    EXPECT_EQ(ask(client, {.url = server.url("/missing")})->status, 404);
}

TEST_F(WebClientTest, RedirectsAreNotFollowed) {
    auto const got = ask(client, {.url = server.url("/elsewhere")});
    ASSERT_TRUE(got) << describe(got.error());
    EXPECT_EQ(got->status, 302);
    EXPECT_EQ(got->header("location"), "/hello");
}

TEST_F(WebClientTest, OfALongBodyTheBeginningIsKept) {
    WebClient small({.reach = Reach::anywhere, .most_body = 1'000});
    auto const got = ask(small, {.url = server.url("/large")});
    ASSERT_TRUE(got) << describe(got.error());
    EXPECT_EQ(got->status, 200);
    EXPECT_TRUE(got->truncated);
    EXPECT_EQ(got->body, std::string(1'000, 'x'));
    EXPECT_EQ(ask(small, {.url = server.url("/hello")})->body, "hello");
}

TEST_F(WebClientTest, AddressesThatAreNotPublicAreRefused) {
    WebClient careful;
    for (std::string_view const host : {"127.0.0.1", "localhost", "2130706433", "0x7f000001",
                                        "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"}) {
        auto const port = server.url("").substr(std::string_view("http://127.0.0.1:").size());
        auto const got = ask(careful, {.url = fmt::format("http://{}:{}/hello", host, port)});
        ASSERT_FALSE(got) << host;
        EXPECT_EQ(got.error().kind, ErrorKind::denied) << host << describe(got.error());
        EXPECT_THAT(got.error().message, HasSubstr("not one of the public internet")) << host;
    }
}

TEST_F(WebClientTest, OnlyTheWebIsAsked) {
    for (std::string_view const url :
         {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "smtp://127.0.0.1",
          "dict://127.0.0.1:11211/stat", "//127.0.0.1/", "/hello", "", "http://"}) {
        auto const got = ask(client, {.url = std::string(url)});
        ASSERT_FALSE(got) << url;
        EXPECT_EQ(got.error().kind, ErrorKind::invalid) << url;
    }
}

TEST_F(WebClientTest, AHeaderCannotHoldAnother) {
    for (auto const& header :
         {Header{"X-One", "a\r\nX-Two: b"}, Header{"X-One", "a\nb"}, Header{"X-One\r\nX-Two", "a"},
          Header{"", "a"}, Header{"a b", "c"}, Header{"a:", "b"}}) {
        auto const got = ask(client, {.url = server.url("/hello"), .headers = {header}});
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().kind, ErrorKind::invalid);
    }
    EXPECT_FALSE(ask(client, {.url = server.url("/hello"), .method = "GET / HTTP/1.1\r\nX: "}));
}

TEST_F(WebClientTest, WhoDoesNotAnswerIsGivenUp) {
    RudeServer const silent("");
    RudeServer const endless("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
    WebClient hasty({.reach = Reach::anywhere, .timeout = milliseconds(200)});
    for (auto const& url : {silent.url(), endless.url()}) {
        auto const got = ask(hasty, {.url = url});
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().kind, ErrorKind::timeout);
    }
}

TEST_F(WebClientTest, WhatIsNoHttpIsAnError) {
    RudeServer const rude("220 mail.example.org ESMTP\r\n");
    auto const got = ask(client, {.url = rude.url()});
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::unavailable);
}

TEST_F(WebClientTest, AClosedPortIsToldInWords) {
    std::string url;
    {
        RudeServer const gone("");
        url = gone.url();
    }
    auto const got = ask(client, {.url = url});
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(got.error().message, HasSubstr("does not take connections"));
}

TEST_F(WebClientTest, OneSlowHostLeavesRoomForOthers) {
    RudeServer const silent("");
    WebClient narrow({.reach = Reach::anywhere, .most_at_once = 4, .timeout = seconds(60)});
    std::vector<std::future<Result<Response>>> slow;
    for (int i = 0; i < 40; ++i) {
        slow.push_back(start(narrow, {.url = silent.url()}));
    }
    // The same address by another name is another host.
    auto const port = server.url("").substr(std::string_view("http://127.0.0.1:").size());
    auto const got = ask(narrow, {.url = fmt::format("http://localhost:{}/hello", port)});
    ASSERT_TRUE(got) << describe(got.error());
    EXPECT_EQ(got->body, "hello");
    narrow.stop();
    for (auto& one : slow) EXPECT_EQ(one.get().error().kind, ErrorKind::closed);
}

TEST_F(WebClientTest, TimeRunsFromARequestsTurnOn) {
    WebClient narrow({.reach = Reach::anywhere, .most_at_once = 4, .timeout = seconds(30)});
    std::vector<std::future<Result<Response>>> waiting;
    for (int i = 0; i < 6; ++i) waiting.push_back(start(narrow, {.url = server.url("/wait")}));
    // One a host: each has its turn when the one before is done.
    for (auto& one : waiting) {
        while (server.waiting() == 0) std::this_thread::sleep_for(milliseconds(1));
        EXPECT_EQ(server.waiting(), 1U);
        server.let_go();
        EXPECT_EQ(one.get()->body, "waited");
    }
}

TEST_F(WebClientTest, TooManyThatWaitAreRefusedAtOnce) {
    WebClient narrow({.reach = Reach::anywhere, .most_at_once = 1, .most_waiting = 3});
    std::vector<std::future<Result<Response>>> waiting;
    for (int i = 0; i < 3; ++i) waiting.push_back(start(narrow, {.url = server.url("/wait")}));
    auto const refused = ask(narrow, {.url = server.url("/hello")});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    narrow.stop();
    for (auto& one : waiting) EXPECT_EQ(one.get().error().kind, ErrorKind::closed);
}

TEST_F(WebClientTest, AfterTheEndNothingIsTakenOn) {
    client.stop();
    client.stop();
    auto const refused = ask(client, {.url = server.url("/hello")});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::closed);
}

io::Task<> send_all(WebClient& client, std::string url, int& answered, io::EventLoop& loop) {
    for (int i = 0; i < 10; ++i) {
        auto const got = co_await client.send({.url = url});
        if (got && got->body == "hello" && io::EventLoop::current() == &loop) ++answered;
    }
    loop.stop();
}

TEST_F(WebClientTest, ACoroutineGoesOnOnItsLoop) {
    io::EventLoop loop;
    int answered = 0;
    loop.spawn(send_all(client, server.url("/hello"), answered, loop));
    loop.run();
    EXPECT_EQ(answered, 10);
}

TEST(CheckUrlTest, TakesWhatMayBeAsked) {
    for (std::string_view const url :
         {"https://example.org", "http://example.org:8080/path?query=1#x",
          "https://xn--bcher-kva.de/", "https://192.0.2.1/", "https://[2001:db8::1]:8443/"}) {
        EXPECT_TRUE(check_url(url)) << url;
    }
    EXPECT_EQ(host_of("https://Example.org:8443/x"), "Example.org");
}

TEST(CheckUrlTest, RefusesTheRestInWords) {
    std::map<std::string, std::string_view> const wrong{
        {"ftp://example.org", "begin with https"},
        {"HTTPS//example.org", "begin with https"},
        {"https://user:password@example.org/", "a user or a password"},
        {"https://user@example.org/", "a user or a password"},
        {"https://example.org/a b", "blanks"},
        {"https://exämple.org/", "blanks"},
        {"https://example.org/\r\nX: y", "blanks"},
        {"https://:443/", "no address"},
        {"https://example.org:99999/", "no address"},
        {"https://" + std::string(2'000, 'a') + ".org", "longer than"},
    };
    for (auto const& [url, why] : wrong) {
        auto const refused = check_url(url);
        ASSERT_FALSE(refused) << url;
        EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
        EXPECT_THAT(refused.error().message, HasSubstr(std::string(why))) << url;
    }
}

TEST(CheckUrlTest, NothingMakesItFail) {
    using directfanz::testing::Generator;
    directfanz::testing::for_all_seeds([](Generator& any) {
        auto const bytes = any.bytes(60);
        auto const url = (any.coin() ? "https://" : "") + std::string(bytes.begin(), bytes.end());
        if (check_url(url)) {
            EXPECT_FALSE(host_of(url).empty());
        }
    });
}

}  // namespace
}  // namespace directfanz::web_client
