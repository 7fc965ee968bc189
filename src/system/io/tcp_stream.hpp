#pragma once

#include "system/io/byte_stream.hpp"
#include "system/io/socket.hpp"

#include <optional>

#include <boost/system/error_code.hpp>

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
    void cancel() override;
    void finish_writing() override;
    void close() override;
    bool peer_has_left() const override;
    bool detach() override;
    void attach(EventLoop& loop) override;

    /// Of the socket; -1 once it is closed.
    int descriptor() const { return descriptor_; }

  private:
    IoOutcome send(std::span<iovec const> parts, int flags);

    /// Absent between detach() and attach().
    std::optional<TcpSocket> socket_;
    Tcp protocol_ = Tcp::v4();
    int descriptor_;
    boost::system::error_code ignored_;
};

}  // namespace directfanz::io
