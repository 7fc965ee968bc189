#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>

namespace directfanz::rtmp {

/// The server's half of the handshake (clause 5.2), fed byte by byte if need be.
///
///     client: C0 = version 8 | C1 = time 32, version 32, 1528 bytes | C2 = an echo of S1
///     server: S0 S1 S2, as soon as C1 is there
///
/// In the simple form S2 echoes C1. Publishers after Flash Player 9 put a client version and an
/// HMAC-SHA256 digest into C1, at a place that four other bytes of it tell (one of two schemas),
/// and expect digests made with Adobe's published keys in S1 and S2.
class Handshake {
  public:
    static constexpr std::size_t kPacketSize = 1536;
    /// C0 and C1 together.
    static constexpr std::size_t kFirstSize = 1 + kPacketSize;

    /// Takes what belongs to the handshake from the start of `bytes` and returns how many that
    /// were. Errors: unsupported for the encrypted RTMPE, invalid for what is not RTMP at all.
    Result<std::size_t> feed(ByteView bytes);

    bool done() const { return received_ == kFirstSize + kPacketSize; }

    /// S0, S1 and S2 once C1 is whole; empty before and after.
    Bytes take_output();

  private:
    void answer();

    Bytes first_;
    std::size_t received_ = 0;
    Bytes output_;
};

/// The two places where C1 and S1 can hold their digest.
enum class DigestSchema {
    key_first,     ///< the digest's offset at byte 772
    digest_first,  ///< at byte 8
};

/// Where in a C1 or S1 of Handshake::kPacketSize bytes the 32 bytes of the digest begin.
std::size_t digest_offset(ByteView packet, DigestSchema schema);

/// HMAC-SHA256 of the packet without its digest, with the key of clients (C1).
Bytes client_digest(ByteView packet, std::size_t offset);
/// The same with the key of servers (S1).
Bytes server_digest(ByteView packet, std::size_t offset);
/// The digest that ends an S2 answering a C1 with `client_digest`.
Bytes response_digest(ByteView client_digest, ByteView response_without_digest);

}  // namespace directfanz::rtmp
