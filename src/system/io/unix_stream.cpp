#include "system/io/unix_stream.hpp"

#include <cerrno>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <poll.h>
#include <sys/socket.h>

namespace directfanz::io {

UnixStream::UnixStream(UnixSocket socket) : socket_(std::move(socket)) {}

IoOutcome UnixStream::read(std::span<std::uint8_t> into) {
    for (;;) {
        auto const got = ::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT);
        if (got > 0) return {.status = IoStatus::done, .bytes = static_cast<std::size_t>(got)};
        if (got == 0) return {.status = IoStatus::closed};
        if (errno == EINTR) continue;
        if (errno == EAGAIN) {
            return {.status = IoStatus::would_block, .wait_for = Readiness::readable};
        }
        return {.status = IoStatus::failed};
    }
}

IoOutcome UnixStream::write(std::span<iovec const> parts) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts.data());
    message.msg_iovlen = parts.size();
    for (;;) {
        auto const put = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put >= 0) return {.status = IoStatus::done, .bytes = static_cast<std::size_t>(put)};
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return {.status = IoStatus::failed};
        return {.status = IoStatus::would_block, .wait_for = Readiness::writable};
    }
}

Task<> UnixStream::ready(Readiness readiness) {
    auto const kind =
        readiness == Readiness::readable ? UnixSocket::wait_read : UnixSocket::wait_write;
    return socket_.async_wait(kind, asio::redirect_error(awaiting, ignored_));
}

void UnixStream::cancel() {
    socket_.cancel(ignored_);
}

void UnixStream::finish_writing() {
    socket_.shutdown(UnixSocket::shutdown_send, ignored_);
}

void UnixStream::close() {
    socket_.close(ignored_);
}

bool UnixStream::peer_has_left() const {
    pollfd state{.fd = socket_.native_handle(), .events = POLLRDHUP, .revents = 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace directfanz::io
