#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "system/io/task.hpp"

namespace directfanz::http {

/// One connection's protocol, from its first byte after the handshake to its end.
///
/// It has no timer of its own: the server calls sweep() now and then. While it waits for a request
/// it holds no buffer. All calls on one loop; the stream, the server's context and the peer outlive
/// it.
class Connection {
  public:
    virtual ~Connection() = default;

    /// Serves until either side ends it, then closes the stream. `first_bytes` have been read
    /// already, perhaps none; they are valid until run() first waits.
    virtual io::Task<> run(ByteView first_bytes) = 0;

    enum class Verdict {
        keep,
        abandon,  ///< the client left while a handler works for it: cancel run()
    };
    /// Ends waits whose deadline has passed.
    virtual Verdict sweep(SteadyTime now) = 0;

    /// Ends the connection if it waits for a request; called once when the server drains.
    virtual void close_if_idle() = 0;

    /// Is there a request whose answer is not written yet?
    virtual bool owes_answer() const = 0;
};

}  // namespace directfanz::http
