#include "worker/session.hpp"

#include "media/transcode/wire/coding.hpp"
#include "media/transcode/wire/message_reader.hpp"
#include "worker/pipeline.hpp"
#include "worker/video_encoder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <sys/uio.h>

namespace directfanz::worker {

namespace {

constexpr std::size_t kReadSize = 256 << 10;

/// Writes messages, and waits while the server does not read. After the first failure it is silent:
/// the next read tells that the server has gone.
class Sender {
  public:
    explicit Sender(int socket) : socket_(socket) {}

    void send(wire::FromWorker const& message) {
        auto encoded = wire::encode(message);
        if (!encoded || gone_) return;
        std::array<iovec, 2> pieces{
            iovec{.iov_base = encoded->head.data(), .iov_len = encoded->head.size()},
            iovec{.iov_base = const_cast<std::uint8_t*>(encoded->payload.data()),
                  .iov_len = encoded->payload.size()}};
        msghdr header{};
        header.msg_iov = pieces.data();
        header.msg_iovlen = pieces.size();
        while (!gone_ && pieces[0].iov_len + pieces[1].iov_len > 0) {
            auto const sent = sendmsg(socket_, &header, MSG_NOSIGNAL);
            if (sent < 0) {
                gone_ = errno != EINTR;
                continue;
            }
            auto left = static_cast<std::size_t>(sent);
            for (auto& piece : pieces) {
                auto const part = std::min(left, piece.iov_len);
                piece.iov_base = static_cast<std::uint8_t*>(piece.iov_base) + part;
                piece.iov_len -= part;
                left -= part;
            }
        }
    }

  private:
    int socket_;
    bool gone_ = false;
};

}  // namespace

int serve(int socket, ByteView font, EncoderKind encoder,
          std::vector<std::string> const& warnings) {
    Sender sender(socket);
    sender.send(wire::Ready{.encoder = describe_encoder(encoder)});
    for (auto const& words : warnings)
        sender.send(wire::Log{.level = wire::LogLevel::warning, .words = words});
    Pipeline pipeline([&sender](wire::FromWorker const& message) { sender.send(message); }, font,
                      encoder);
    auto const failed = [&sender](Error const& error) {
        sender.send(wire::Log{.level = wire::LogLevel::error,
                              .words = describe(error).substr(0, wire::kMaxText)});
        return 1;
    };

    wire::MessageReader<wire::ToWorker> reader;
    std::vector<std::uint8_t> buffer(kReadSize);
    while (!pipeline.ended()) {
        auto const size = recv(socket, buffer.data(), buffer.size(), 0);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return 0;
        auto const messages = reader.feed({buffer.data(), static_cast<std::size_t>(size)});
        if (!messages) return failed(messages.error());
        for (auto const& message : *messages) {
            auto const handled = pipeline.handle(message);
            if (!handled) return failed(handled.error());
        }
    }
    return 0;
}

}  // namespace directfanz::worker
