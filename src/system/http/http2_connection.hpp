#pragma once

#include "system/http/connection.hpp"
#include "system/http/server_context.hpp"
#include "system/io/byte_stream.hpp"

#include <memory>

namespace directfanz::http {

/// One HTTP/2 connection (RFC 9113): many requests at once, each handler a coroutine of its own, so
/// that the blocked reloads of all renditions share one connection.
///
/// A handler is cancelled when its stream is reset or the peer has gone. The connection ends with a
/// GOAWAY: in two steps when the server drains, at once when it is idle for too long or the peer
/// costs more than it may (http2_limits.hpp). Idle it takes about 28 KiB, of which 16 KiB are
/// nghttp2's buffer for one frame.
class Http2Connection final : public Connection {
  public:
    Http2Connection(io::ByteStream& stream, ServerContext& server, Peer const& peer);
    ~Http2Connection() override;

    io::Task<> run(ByteView first_bytes) override;
    Verdict sweep(SteadyTime now) override;
    void close_if_idle() override;
    bool owes_answer() const override;

  private:
    class Core;
    std::shared_ptr<Core> core_;
};

}  // namespace directfanz::http
