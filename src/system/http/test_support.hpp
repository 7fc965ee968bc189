#pragma once

#include "system/http/router.hpp"
#include "system/io/byte_stream.hpp"
#include "system/io/event_loop.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

/// For this folder's tests and fuzzers alone.
namespace directfanz::http::testing {

/// Runs a coroutine that needs no one else to its end, and returns what it returns.
template <typename T>
T run_now(io::Task<T> task) {
    io::EventLoop loop;
    std::optional<T> value;
    auto done = [&value](std::exception_ptr const& failure, T result) {
        if (failure) std::rethrow_exception(failure);
        value.emplace(std::move(result));
    };
    io::asio::co_spawn(loop.context(), std::move(task), done);
    loop.context().run();
    return std::move(value.value());
}

inline void run_now(io::Task<> task) {
    io::EventLoop loop;
    auto done = [](std::exception_ptr const& failure) {
        if (failure) std::rethrow_exception(failure);
    };
    io::asio::co_spawn(loop.context(), std::move(task), done);
    loop.context().run();
}

inline Request get(std::string path, std::vector<std::pair<std::string, std::string>> fields = {}) {
    Request request;
    request.path = std::move(path);
    for (auto& [name, value] : fields) request.headers.add(std::move(name), std::move(value));
    return request;
}

inline std::string text_of(std::vector<Blob> const& body) {
    std::string text;
    for (auto const& blob : body) text += blob.text();
    return text;
}

/// A peer that has written its bytes down: they arrive in the pieces given, with nothing to read
/// between them, and it ends its side after the last one.
class ScriptedStream final : public io::ByteStream {
  public:
    explicit ScriptedStream(std::vector<ByteView> const& pieces) {
        for (auto const piece : pieces) pieces_.emplace_back(piece.begin(), piece.end());
    }

    /// The most that one write takes; between two writes there is no room.
    std::size_t write_limit = 1 << 20;
    std::string written;
    /// Runs whenever the connection waits.
    std::function<void()> on_wait;
    /// How many turns of the loop a wait for the one or the other lasts.
    std::size_t turns_to_read = 0;
    std::size_t turns_to_write = 0;
    bool closed = false;

    io::IoOutcome read(std::span<std::uint8_t> into) override {
        if (pieces_.empty()) return {.status = io::IoStatus::closed};
        if (!std::exchange(may_read_, false)) {
            return {.status = io::IoStatus::would_block, .wait_for = io::Readiness::readable};
        }
        auto& piece = pieces_.front();
        auto const count = std::min(piece.size(), into.size());
        std::copy_n(piece.begin(), count, into.begin());
        piece.erase(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
        if (piece.empty()) pieces_.pop_front();
        return {.status = io::IoStatus::done, .bytes = count};
    }

    io::IoOutcome write(std::span<iovec const> parts) override {
        if (!std::exchange(may_write_, false)) {
            return {.status = io::IoStatus::would_block, .wait_for = io::Readiness::writable};
        }
        auto room = write_limit;
        for (auto const& part : parts) {
            auto const count = std::min(part.iov_len, room);
            written.append(static_cast<char const*>(part.iov_base), count);
            room -= count;
        }
        return {.status = io::IoStatus::done, .bytes = write_limit - room};
    }

    io::Task<> ready(io::Readiness readiness) override {
        auto const reads = readiness == io::Readiness::readable;
        if (on_wait) on_wait();
        auto const executor = co_await io::asio::this_coro::executor;
        for (auto turns = reads ? turns_to_read : turns_to_write; turns > 0; --turns) {
            co_await io::asio::post(executor, io::awaiting);
        }
        (reads ? may_read_ : may_write_) = true;
    }

    void cancel() override {}
    void finish_writing() override {}
    void close() override { closed = true; }
    bool peer_has_left() const override { return false; }

  private:
    std::deque<Bytes> pieces_;
    bool may_read_ = true;
    bool may_write_ = true;
};

// Handlers that answer at once, and their routes.

inline constexpr std::size_t kMiB = 1024 * 1024;
inline constexpr std::size_t kLargeBlobs = 32;
inline constexpr std::string_view kPlain = "text/plain";

inline Blob const& pattern() {
    static Blob const blob = [] {
        Bytes bytes(kMiB);
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<std::uint8_t>(i * 31 >> 5);
        return Blob(std::move(bytes));
    }();
    return blob;
}

inline io::Task<Response> hello(Request const&, PathParameters const&) {
    co_return text_response(200, std::string(kPlain), "hello");
}

inline io::Task<Response> echo(Request const& request, PathParameters const&) {
    co_return text_response(200, std::string(kPlain), request.query + "|" + request.body);
}

inline io::Task<Response> digits(Request const&, PathParameters const&) {
    auto response = text_response(200, std::string(kPlain), "0123456789");
    response.headers.add("ETag", "\"digits\"");
    co_return response;
}

inline io::Task<Response> large(Request const&, PathParameters const&) {
    Response response;
    response.body.assign(kLargeBlobs, pattern());
    co_return response;
}

/// More Blobs than one write may gather.
inline io::Task<Response> crumbs(Request const&, PathParameters const&) {
    Response response;
    for (auto i = 0; i < 1000; ++i) response.body.emplace_back(fmt::format("{},", i));
    co_return response;
}

inline io::Task<Response> throws(Request const&, PathParameters const&) {
    throw std::runtime_error("this handler fails");
    co_return Response();
}

/// An answer with this body, of which the handler keeps nothing.
inline io::Task<Response> answer_with(Blob body) {
    Response response;
    response.body.push_back(std::move(body));
    co_return response;
}

/// Without those that write to the log or take long.
inline void add_quiet_routes(Router& router) {
    router.add(Method::get, "/hello", hello);
    router.add(Method::get, "/echo", echo);
    router.add(Method::post, "/echo", echo);
    router.add(Method::get, "/digits", digits);
}

inline void add_plain_routes(Router& router) {
    add_quiet_routes(router);
    router.add(Method::get, "/large", large);
    router.add(Method::get, "/crumbs", crumbs);
    router.add(Method::get, "/throws", throws);
}

/// The bytes of a GET request.
inline std::string request(std::string_view path, std::string_view fields = "") {
    return fmt::format("GET {} HTTP/1.1\r\nHost: h\r\n{}\r\n", path, fields);
}

}  // namespace directfanz::http::testing
