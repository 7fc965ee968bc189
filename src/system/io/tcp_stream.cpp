#include "system/io/tcp_stream.hpp"

#include <cerrno>
#include <tuple>

#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

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

int release(TcpSocket& socket) {
    boost::system::error_code ignored;
    return socket.release(ignored);
}

}  // namespace

TcpStream::TcpStream(TcpSocket socket)
    : SocketStream(socket.get_executor().context(), release(socket)) {
    // Each answer is one write, so waiting for more to send only delays it.
    set_option(descriptor(), TCP_NODELAY, 1);
    set_option(descriptor(), TCP_NOTSENT_LOWAT, kUnsentBytes);
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
        auto const put = ::sendfile(descriptor(), file.descriptor, &offset, file.bytes.size());
        if (put > 0)
            return {.status = IoStatus::done, .bytes = sent + static_cast<std::size_t>(put)};
        if (put < 0 && errno == EINTR) continue;
        // What went before the file is sent in any case; the next call meets the same trouble.
        if (sent > 0) return {.status = IoStatus::done, .bytes = sent};
        if (put == 0) return {.status = IoStatus::failed};
        return unwritten();
    }
}

}  // namespace directfanz::io
