#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "media/ingest/publication.hpp"
#include "media/ingest/rtmp/settings.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/socket.hpp"
#include "system/io/tls_context.hpp"

#include <cstddef>
#include <memory>

namespace directfanz::rtmp {

struct Shared;

/// Takes RTMP publishers in, on every loop of a pool: each has its own listening sockets on the
/// same ports.
///
/// `loops` and `target` must outlive it. It may be destroyed once drain() has returned or the loops
/// have stopped.
class Listener {
  public:
    Listener(io::LoopPool& loops, ingest::PublishTarget& target, Settings const& settings = {});
    ~Listener();
    Listener(Listener const&) = delete;
    Listener& operator=(Listener const&) = delete;

    /// Opens a port, before or after the loops start, and returns where it listens: port 0 lets
    /// the system choose. With an identity it is RTMPS. Error: io, such as a port in use.
    Result<io::Tcp::endpoint> listen(io::Tcp::endpoint endpoint,
                                     std::shared_ptr<io::TlsIdentity> const& identity = nullptr);

    /// No new connections; publishers are told in words. Returns when all are gone, at the latest
    /// at `deadline`. On any loop of the pool.
    io::Task<> drain(SteadyTime deadline);

    /// At present, publishing or not; from any thread.
    std::size_t connections() const;

  private:
    io::LoopPool& loops_;
    std::shared_ptr<Shared> shared_;
};

}  // namespace directfanz::rtmp
