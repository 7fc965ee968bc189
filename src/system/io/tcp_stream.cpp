#include "system/io/tcp_stream.hpp"

#include "system/io/give_way.hpp"

#include <cerrno>
#include <tuple>
#include <utility>

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

namespace directfanz::io {
namespace {

/// What the kernel keeps for a peer beyond what is on its way. It bounds a slow reader's memory,
/// and a write can go on as soon as half of it is sent: so a stall is noticed, and slowness is no
/// stall.
constexpr int kUnsentBytes = 256 * 1024;

void set_option(int descriptor, int option, int value) {
    // One that is refused costs speed alone.
    std::ignore = ::setsockopt(descriptor, IPPROTO_TCP, option, &value, sizeof value);
}

std::size_t size_of(std::span<iovec const> parts) {
    std::size_t size = 0;
    for (auto const& part : parts) size += part.iov_len;
    return size;
}

}  // namespace

TcpStream::TcpStream(TcpSocket socket) {
    auto& loop = socket.get_executor().context();
    boost::system::error_code ignored;
    socket.native_non_blocking(true, ignored);
    descriptor_ = socket.release(ignored);
    // Each answer is one write, so waiting for more to send only delays it.
    set_option(descriptor_, TCP_NODELAY, 1);
    set_option(descriptor_, TCP_NOTSENT_LOWAT, kUnsentBytes);
    watch_.emplace(loop, descriptor_);
}

TcpStream::~TcpStream() {
    close();
}

IoOutcome TcpStream::read(std::span<std::uint8_t> into) {
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

IoOutcome TcpStream::unwritten() {
    if (errno != EAGAIN) return {.status = IoStatus::failed};
    exhausted(Readiness::writable);
    return {.status = IoStatus::would_block, .wait_for = Readiness::writable};
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
    return watch_ ? watch_->ready(readiness) : give_way();
}

void TcpStream::exhausted(Readiness readiness) {
    if (watch_) watch_->exhausted(readiness);
}

void TcpStream::take_time() {
    if (watch_) watch_->take_time();
}

void TcpStream::cancel() {
    if (watch_) watch_->cancel();
}

void TcpStream::finish_writing() {
    std::ignore = ::shutdown(descriptor_, SHUT_WR);
}

void TcpStream::close() {
    watch_.reset();
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

bool TcpStream::detach() {
    watch_.reset();
    return true;
}

void TcpStream::attach(EventLoop& loop) {
    watch_.emplace(loop.context(), descriptor_);
}

bool TcpStream::peer_has_left() const {
    pollfd state{.fd = descriptor_, .events = POLLRDHUP, .revents = 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace directfanz::io
