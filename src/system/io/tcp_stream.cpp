#include "system/io/tcp_stream.hpp"

#include <cerrno>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

namespace directfanz::io {
namespace {

using UnsentLimit = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>;

/// What the kernel keeps for a peer beyond what is on its way. It bounds a slow reader's memory,
/// and a write can go on as soon as half of it is sent: so a stall is noticed, and slowness is no
/// stall.
constexpr int kUnsentBytes = 256 * 1024;

/// Why the last write put nothing.
IoOutcome unwritten() {
    if (errno == EAGAIN) return {.status = IoStatus::would_block, .wait_for = Readiness::writable};
    return {.status = IoStatus::failed};
}

std::size_t size_of(std::span<iovec const> parts) {
    std::size_t size = 0;
    for (auto const& part : parts) size += part.iov_len;
    return size;
}

}  // namespace

TcpStream::TcpStream(TcpSocket socket) : socket_(std::move(socket)) {
    // Each answer is one write, so waiting for more to send only delays it.
    socket_->set_option(Tcp::no_delay(true), ignored_);
    socket_->set_option(UnsentLimit(kUnsentBytes), ignored_);
    socket_->native_non_blocking(true, ignored_);
    descriptor_ = socket_->native_handle();
}

TcpStream::~TcpStream() {
    if (!socket_ && descriptor_ >= 0) ::close(descriptor_);
}

IoOutcome TcpStream::read(std::span<std::uint8_t> into) {
    for (;;) {
        auto const got = ::recv(descriptor_, into.data(), into.size(), 0);
        if (got > 0) return {.status = IoStatus::done, .bytes = static_cast<std::size_t>(got)};
        if (got == 0) return {.status = IoStatus::closed};
        if (errno == EINTR) continue;
        if (errno == EAGAIN) {
            return {.status = IoStatus::would_block, .wait_for = Readiness::readable};
        }
        return {.status = IoStatus::failed};
    }
}

IoOutcome TcpStream::send(std::span<iovec const> parts, int flags) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts.data());
    message.msg_iovlen = parts.size();
    for (;;) {
        auto const put = ::sendmsg(descriptor_, &message, flags | MSG_NOSIGNAL);
        if (put >= 0) return {.status = IoStatus::done, .bytes = static_cast<std::size_t>(put)};
        if (errno != EINTR) return unwritten();
    }
}

IoOutcome TcpStream::write(std::span<iovec const> parts) {
    return send(parts, 0);
}

IoOutcome TcpStream::send_file(std::span<iovec const> before, FileSpan const& file) {
    std::size_t sent = 0;
    if (!before.empty()) {
        // With more to come the head waits for the body, to share its first packet.
        auto const outcome = send(before, MSG_MORE);
        if (outcome.status != IoStatus::done || outcome.bytes < size_of(before)) return outcome;
        sent = outcome.bytes;
    }
    auto offset = static_cast<off_t>(file.offset);
    for (;;) {
        auto const put = ::sendfile(descriptor_, file.descriptor, &offset, file.bytes.size());
        if (put > 0)
            return {.status = IoStatus::done, .bytes = sent + static_cast<std::size_t>(put)};
        if (put < 0 && errno == EINTR) continue;
        // What went before the file is sent in any case; the next call meets the same trouble.
        if (sent > 0) return {.status = IoStatus::done, .bytes = sent};
        if (put == 0) return {.status = IoStatus::failed};
        return unwritten();
    }
}

Task<> TcpStream::ready(Readiness readiness) {
    auto const kind =
        readiness == Readiness::readable ? TcpSocket::wait_read : TcpSocket::wait_write;
    return socket_->async_wait(kind, asio::redirect_error(awaiting, ignored_));
}

void TcpStream::cancel() {
    if (socket_) socket_->cancel(ignored_);
}

void TcpStream::finish_writing() {
    if (socket_) socket_->shutdown(TcpSocket::shutdown_send, ignored_);
}

void TcpStream::close() {
    if (!socket_) return;
    socket_->close(ignored_);
    descriptor_ = -1;
}

bool TcpStream::detach() {
    boost::system::error_code error;
    protocol_ = socket_->local_endpoint(error).protocol();
    if (error) return false;
    auto const descriptor = socket_->release(error);
    if (error) return false;
    descriptor_ = descriptor;
    socket_.reset();
    return true;
}

void TcpStream::attach(EventLoop& loop) {
    socket_.emplace(loop.executor(), protocol_, descriptor_);
    socket_->native_non_blocking(true, ignored_);
}

bool TcpStream::peer_has_left() const {
    pollfd state{.fd = descriptor_, .events = POLLRDHUP, .revents = 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace directfanz::io
