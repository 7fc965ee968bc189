#include "system/http/session.hpp"

#include "system/http/http1_connection.hpp"
#include "system/http/http2_connection.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace directfanz::http {
namespace {

using io::IoStatus;
using io::Readiness;

constexpr std::size_t kFirstReadBytes = 16 * 1024;
constexpr std::string_view kHttp2Begins = "PRI";

/// The one place where a protocol gets its implementation.
std::unique_ptr<Connection> connection_for(Protocol protocol, io::ByteStream& stream,
                                           ServerContext& server, Peer const& peer) {
    if (protocol == Protocol::http2) {
        return std::make_unique<Http2Connection>(stream, server, peer);
    }
    return std::make_unique<Http1Connection>(stream, server, peer);
}

/// One a loop's thread: a connection leaves nothing in it when it waits.
std::span<std::uint8_t> read_buffer() {
    thread_local std::array<std::uint8_t, kFirstReadBytes> buffer;
    return buffer;
}

}  // namespace

std::optional<Protocol> protocol_of(ByteView first_bytes) {
    auto const count = std::min(first_bytes.size(), kHttp2Begins.size());
    if (!std::ranges::equal(first_bytes.first(count), as_bytes(kHttp2Begins.substr(0, count)))) {
        return Protocol::http1;
    }
    if (count < kHttp2Begins.size()) return std::nullopt;
    return Protocol::http2;
}

Session::Session(std::unique_ptr<io::ByteStream> stream, Peer peer, ServerContext& server)
    : stream_(std::move(stream)),
      peer_(std::move(peer)),
      server_(server),
      deadline_(steady_now() + server.limits.request_time) {
    peer_.encrypted = stream_->encrypted();
}

io::Task<> Session::run() {
    auto const greeted = co_await shake_hands();
    if (!greeted || (server_.draining && peer_.encrypted)) {
        stream_->close();
        co_return;
    }
    if (stream_->protocol() == "h2") {
        co_await serve(Protocol::http2, {});
    } else if (stream_->protocol() == "http/1.1") {
        co_await serve(Protocol::http1, {});
    } else {
        co_await serve_by_first_bytes();
    }
}

io::Task<bool> Session::shake_hands() {
    for (;;) {
        auto const outcome = stream_->handshake();
        if (outcome.status == IoStatus::done) co_return true;
        if (outcome.status != IoStatus::would_block) co_return false;
        co_await stream_->ready(outcome.wait_for);
        if (expired_) co_return false;
    }
}

io::Task<> Session::serve_by_first_bytes() {
    // What came before the peer went on with a "P" or "PR" that is not all there is.
    Bytes held;
    deadline_ = steady_now() + server_.limits.idle_time;
    auto wait_for = Readiness::readable;
    for (;;) {
        // Mostly nothing is there yet, and to ask in vain would cost a system call.
        co_await stream_->ready(wait_for);
        if (expired_) break;
        auto const buffer = read_buffer();
        auto const outcome = stream_->read(buffer);
        wait_for = outcome.wait_for;
        if (outcome.status == IoStatus::would_block) continue;
        if (outcome.status != IoStatus::done) break;
        ByteView bytes = buffer.first(outcome.bytes);
        if (!held.empty()) {
            held.insert(held.end(), bytes.begin(), bytes.end());
            bytes = held;
        }
        auto const protocol = protocol_of(bytes);
        if (protocol) {
            co_await serve(*protocol, bytes);
            co_return;
        }
        if (held.empty()) {
            held.assign(bytes.begin(), bytes.end());
            deadline_ = steady_now() + server_.limits.request_time;
        }
    }
    stream_->close();
}

io::Task<> Session::serve(Protocol protocol, ByteView first_bytes) {
    connection_ = connection_for(protocol, *stream_, server_, peer_);
    return connection_->run(first_bytes);
}

Connection::Verdict Session::sweep(SteadyTime now) {
    if (connection_) return connection_->sweep(now);
    if (now >= deadline_) {
        expired_ = true;
        stream_->cancel();
    }
    return Connection::Verdict::keep;
}

void Session::close_if_idle() {
    if (connection_) return connection_->close_if_idle();
    expired_ = true;
    stream_->cancel();
}

}  // namespace directfanz::http
