#pragma once

#include "base/result.hpp"
#include "system/io/byte_stream.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/system/error_code.hpp>

namespace directfanz::io {

using UnixSocket = asio::basic_stream_socket<asio::local::stream_protocol, Executor>;

/// One end of a connection to another process of this machine.
class UnixStream final : public ByteStream {
  public:
    explicit UnixStream(UnixSocket socket);

    IoOutcome read(std::span<std::uint8_t> into) override;
    IoOutcome write(std::span<iovec const> parts) override;
    Task<> ready(Readiness readiness) override;
    void cancel() override;
    void finish_writing() override;
    void close() override;
    bool peer_has_left() const override;

  private:
    /// Mutable, since Asio's handle() is not const.
    mutable UnixSocket socket_;
    boost::system::error_code ignored_;
};

}  // namespace directfanz::io
