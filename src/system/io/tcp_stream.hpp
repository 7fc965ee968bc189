#pragma once

#include "system/io/byte_stream.hpp"
#include "system/io/poller.hpp"
#include "system/io/socket.hpp"

#include <optional>

namespace directfanz::io {

class TcpStream final : public ByteStream {
  public:
    explicit TcpStream(TcpSocket socket);
    ~TcpStream() override;

    IoOutcome read(std::span<std::uint8_t> into) override;
    IoOutcome write(std::span<iovec const> parts) override;
    /// By sendfile(2): what is in the file goes to the network page by page, uncopied.
    IoOutcome send_file(std::span<iovec const> before, FileSpan const& file) override;
    Task<> ready(Readiness readiness) override;
    void take_time() override;
    void cancel() override;
    void finish_writing() override;
    void close() override;
    bool peer_has_left() const override;
    bool detach() override;
    void attach(EventLoop& loop) override;

    /// Of the socket; -1 once it is closed.
    int descriptor() const { return descriptor_; }
    /// For who reads and writes the descriptor itself: a try would have blocked.
    void exhausted(Readiness readiness);

  private:
    IoOutcome send(std::span<iovec const> parts, int flags);
    /// Why the last write put nothing.
    IoOutcome unwritten();

    int descriptor_;
    /// Absent between detach() and attach(), and once it is closed.
    std::optional<Watch> watch_;
};

}  // namespace directfanz::io
