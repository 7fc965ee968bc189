#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "system/io/address_range.hpp"
#include "system/io/socket.hpp"

#include <cstddef>
#include <optional>

namespace directfanz::io {

/// What a proxy sends before all else, to say for whom it connects: the PROXY protocol of HAProxy
/// (proxy-protocol.txt), version 1 (text) and 2 (binary), in pieces of any size.
///
/// It is optional: each version's first byte begins neither RTMP (3) nor TLS (0x16), so the first
/// byte tells whether there is one.
class ProxyHeaderReader {
  public:
    /// Of version 2 with all that proxies add behind the addresses; they send a few hundred bytes.
    static constexpr std::size_t kMaxSize = 4096;
    /// Of version 1, its line's end included (2.1).
    static constexpr std::size_t kMaxLine = 107;

    /// Takes what belongs to the header off the front of `bytes` and returns how much that was: all
    /// unless done(). Error: invalid, too_large.
    Result<std::size_t> feed(ByteView bytes);

    /// There is no more of it, or nothing at all.
    bool done() const { return done_; }

    /// For whom the proxy connects; nothing if for itself (LOCAL, UNKNOWN), or without a header.
    std::optional<IpAddress> source() const { return source_; }

  private:
    Result<void> read_line();
    Result<void> read_binary();
    /// How many bytes are certainly the header's, as far as it is known.
    std::size_t wanted() const;

    Bytes seen_;
    bool done_ = false;
    std::optional<IpAddress> source_;
};

/// Reads the header off a socket and leaves what is behind it there. Errors: those of the reader;
/// io when the connection ends before the header does.
Task<Result<std::optional<IpAddress>>> read_proxy_header(TcpSocket& socket);

}  // namespace directfanz::io
