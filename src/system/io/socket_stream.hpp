#pragma once

#include "system/io/byte_stream.hpp"
#include "system/io/poller.hpp"

#include <optional>
#include <span>

namespace directfanz::io {

/// The bytes of a connected stream socket, whatever kind it is.
class SocketStream : public ByteStream {
  public:
    /// Owns `descriptor`, which blocks no more from now on. On that loop.
    SocketStream(asio::io_context& loop, int descriptor);
    ~SocketStream() override;
    SocketStream(SocketStream const&) = delete;
    SocketStream& operator=(SocketStream const&) = delete;

    IoOutcome read(std::span<std::uint8_t> into) override;
    IoOutcome write(std::span<iovec const> parts) override;
    Task<> ready(Readiness readiness) override;
    void take_time() override;
    void cancel() override;
    void finish_writing() override;
    void close() override;
    bool peer_has_left() const override;
    std::optional<microseconds> round_trip() const override;
    void detach() override;
    void attach(EventLoop& loop) override;

    /// -1 once it is closed.
    int descriptor() const { return descriptor_; }
    /// For who reads and writes the descriptor itself: a try would have blocked.
    void exhausted(Readiness readiness);

  protected:
    /// As write(), with flags of sendmsg(2).
    IoOutcome send(std::span<iovec const> parts, int flags);
    /// Why the last write, by `errno`, put nothing.
    IoOutcome unwritten();

  private:
    int descriptor_;
    /// Absent between detach() and attach(), and once it is closed.
    std::optional<Watch> watch_;
};

}  // namespace directfanz::io
