#include "system/io/socket_stream.hpp"

#include "system/io/give_way.hpp"

#include <cerrno>
#include <tuple>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace directfanz::io {

SocketStream::SocketStream(asio::io_context& loop, int descriptor) : descriptor_(descriptor) {
    int on = 1;
    std::ignore = ::ioctl(descriptor_, FIONBIO, &on);
    watch_.emplace(loop, descriptor_);
}

SocketStream::~SocketStream() {
    SocketStream::close();
}

IoOutcome SocketStream::read(std::span<std::uint8_t> into) {
    for (;;) {
        auto const got = ::recv(descriptor_, into.data(), into.size(), 0);
        if (got > 0) {
            auto const bytes = static_cast<std::size_t>(got);
            // What is less than was asked for is all that there is (epoll(7), question 9).
            if (bytes < into.size()) exhausted(Readiness::readable);
            return {.status = IoStatus::done, .bytes = bytes};
        }
        if (got == 0) return {.status = IoStatus::closed};
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return {.status = IoStatus::failed};
        exhausted(Readiness::readable);
        return {.status = IoStatus::would_block, .wait_for = Readiness::readable};
    }
}

IoOutcome SocketStream::unwritten() {
    if (errno != EAGAIN) return {.status = IoStatus::failed};
    exhausted(Readiness::writable);
    return {.status = IoStatus::would_block, .wait_for = Readiness::writable};
}

IoOutcome SocketStream::send(std::span<iovec const> parts, int flags) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts.data());
    message.msg_iovlen = parts.size();
    for (;;) {
        auto const put = ::sendmsg(descriptor_, &message, flags | MSG_NOSIGNAL);
        if (put >= 0) return {.status = IoStatus::done, .bytes = static_cast<std::size_t>(put)};
        if (errno != EINTR) return unwritten();
    }
}

IoOutcome SocketStream::write(std::span<iovec const> parts) {
    return send(parts, 0);
}

Task<> SocketStream::ready(Readiness readiness) {
    return watch_ ? watch_->ready(readiness) : give_way();
}

void SocketStream::exhausted(Readiness readiness) {
    if (watch_) watch_->exhausted(readiness);
}

void SocketStream::take_time() {
    if (watch_) watch_->take_time();
}

void SocketStream::cancel() {
    if (watch_) watch_->cancel();
}

void SocketStream::finish_writing() {
    std::ignore = ::shutdown(descriptor_, SHUT_WR);
}

void SocketStream::close() {
    watch_.reset();
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void SocketStream::detach() {
    watch_.reset();
}

void SocketStream::attach(EventLoop& loop) {
    watch_.emplace(loop.context(), descriptor_);
}

std::optional<microseconds> SocketStream::round_trip() const {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(descriptor_, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
    return microseconds(info.tcpi_rtt);
}

bool SocketStream::peer_has_left() const {
    pollfd state{.fd = descriptor_, .events = POLLRDHUP, .revents = 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace directfanz::io
