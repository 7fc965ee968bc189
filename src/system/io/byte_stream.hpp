#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/task.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <sys/uio.h>

namespace directfanz::io {

enum class Readiness { readable, writable };

enum class IoStatus {
    done,         ///< `bytes` were moved, at least one
    would_block,  ///< nothing at present: await `wait_for`, then try again
    closed,       ///< the peer has sent its last byte (reading only)
    failed,       ///< the connection is broken
};

struct IoOutcome {
    IoStatus status = IoStatus::done;
    std::size_t bytes = 0;
    /// TLS may have to read in order to write, and the other way round.
    Readiness wait_for = Readiness::readable;
};

/// Parts in one gathered write; below every system's IOV_MAX (at least 16, on Linux 1024).
inline constexpr std::size_t kMaxGather = 64;

/// Bytes of a file that are mapped as well, so that both ways of sending them are open.
struct FileSpan {
    int descriptor = -1;
    std::uint64_t offset = 0;
    ByteView bytes;
};

/// The bytes under a connection: TCP, or TLS over it.
///
/// Try first, then wait for readiness: so an idle connection holds no buffer, and a write goes
/// from the Blobs to the kernel without a copy in between. On one loop.
class ByteStream {
  public:
    virtual ~ByteStream() = default;

    /// To be called first, and again after `wait_for`, until it is no longer would_block; moves no
    /// bytes of the caller's.
    virtual IoOutcome handshake() { return {.status = IoStatus::done}; }
    /// What the handshake agreed to speak (ALPN: "h2", "http/1.1"); empty if nothing.
    virtual std::string_view protocol() const { return {}; }
    /// Can nobody between here and the peer read along?
    virtual bool encrypted() const { return false; }

    virtual IoOutcome read(std::span<std::uint8_t> into) = 0;
    /// Gathers all of `parts`, at most kMaxGather, into one write.
    virtual IoOutcome write(std::span<iovec const> parts) = 0;
    /// As write() of `before`, fewer than kMaxGather parts or none, and then of the file's bytes:
    /// without a copy of these where the transport can. Their file must not change any more.
    virtual IoOutcome send_file(std::span<iovec const> before, FileSpan const& file);

    /// Returns when a try is worth while, also when the connection broke or cancel() was called.
    virtual Task<> ready(Readiness readiness) = 0;
    /// From now on ready() may return a little later (unhurried_turn): for a peer that sends all
    /// the time. Not while it waits.
    virtual void take_time() {}
    /// Ends a ready() that is waiting.
    virtual void cancel() = 0;

    /// No more bytes from us; the peer sees the end after what was written.
    virtual void finish_writing() = 0;
    virtual void close() = 0;

    /// Lets go of its loop; call on that loop, while nothing waits. Until attach() it can only be
    /// destroyed.
    virtual void detach() {}
    /// Goes on with another loop; call on that loop.
    virtual void attach(EventLoop&) {}

    /// How long the way to the peer is, there and back, as the system has measured; nothing where
    /// it does not know.
    virtual std::optional<microseconds> round_trip() const { return std::nullopt; }

    /// Has the peer ended its side? A client that waits for an answer keeps it open.
    virtual bool peer_has_left() const = 0;
};

}  // namespace directfanz::io
