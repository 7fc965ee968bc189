#pragma once

#include "system/io/socket.hpp"
#include "system/io/socket_stream.hpp"

namespace directfanz::io {

class TcpStream final : public SocketStream {
  public:
    explicit TcpStream(TcpSocket socket);

    /// By sendfile(2): what is in the file goes to the network page by page, uncopied.
    IoOutcome send_file(std::span<iovec const> before, FileSpan const& file) override;
};

}  // namespace directfanz::io
