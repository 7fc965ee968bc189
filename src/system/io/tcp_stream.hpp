#pragma once

#include "system/io/byte_stream.hpp"
#include "system/io/socket.hpp"

#include <boost/system/error_code.hpp>

namespace directfanz::io {

class TcpStream final : public ByteStream {
  public:
    explicit TcpStream(TcpSocket socket);

    IoOutcome read(std::span<std::uint8_t> into) override;
    IoOutcome write(std::span<iovec const> parts) override;
    Task<> ready(Readiness readiness) override;
    void cancel() override;
    void finish_writing() override;
    void close() override;
    bool peer_has_left() const override;

  private:
    TcpSocket socket_;
    int descriptor_;
    boost::system::error_code ignored_;
};

}  // namespace directfanz::io
