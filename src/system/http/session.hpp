#pragma once

#include "base/clock.hpp"
#include "system/http/connection.hpp"
#include "system/http/server_context.hpp"
#include "system/io/byte_stream.hpp"

#include <memory>
#include <optional>

namespace directfanz::http {

enum class Protocol { http1, http2 };

/// One accepted connection: shakes hands, finds out what the peer speaks, and leaves the rest to
/// the Connection of that protocol.
class Session {
  public:
    Session(std::unique_ptr<io::ByteStream> stream, Peer peer, ServerContext& server);

    /// Serves until either side ends it. Call once.
    io::Task<> run();

    /// As Connection's.
    Connection::Verdict sweep(SteadyTime now);
    void close_if_idle();
    bool owes_answer() const { return connection_ && connection_->owes_answer(); }

    Peer const& peer() const { return peer_; }

  private:
    /// False if the peer failed or took too long.
    io::Task<bool> shake_hands();
    /// Reads until it is clear what the peer speaks, then serves it.
    io::Task<> serve_by_first_bytes();
    io::Task<> serve(Protocol protocol, ByteView first_bytes);

    std::unique_ptr<io::ByteStream> stream_;
    Peer peer_;
    ServerContext& server_;
    /// Null until the protocol is known.
    std::unique_ptr<Connection> connection_;

    /// Until there is a connection, which has its own.
    SteadyTime deadline_;
    bool expired_ = false;
};

/// What a peer speaks whose first bytes these are: HTTP/2 with prior knowledge begins with "PRI"
/// (RFC 9113, 3.4), which no method of HTTP/1.1 does. Nothing if more bytes must tell.
std::optional<Protocol> protocol_of(ByteView first_bytes);

}  // namespace directfanz::http
