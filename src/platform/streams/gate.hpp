#pragma once

#include "media/live/publish_gate.hpp"
#include "platform/streams/failure_limiter.hpp"
#include "platform/streams/lifecycle.hpp"
#include "platform/streams/lookup.hpp"
#include "platform/streams/page_store.hpp"
#include "system/io/blocking.hpp"

namespace directfanz::streams {

/// Lets those publish who know a stream's key. From any loop; the database is asked on the pool.
///
/// A right key opens its stream whoever else failed from the same address: a whole agency may be
/// behind one. A wrong one costs the same question to the database as a right one (an index over
/// hashes), which is less than the connection that brought it; beyond the limit of its address the
/// refusal is held back. That makes guessing slow, and a misconfigured encoder that tries again at
/// once, too; that keys cannot be guessed, their 160 bits see to.
class StreamGate final : public live::PublishGate {
  public:
    /// All outlive this.
    StreamGate(PageStore& pages, StreamLookup& lookup, Lifecycle& lifecycle,
               io::BlockingPool& blocking, FailureLimits limits)
        : pages_(pages),
          lookup_(lookup),
          lifecycle_(lifecycle),
          blocking_(blocking),
          limits_(limits),
          limiter_(limits) {}

    /// Errors: denied (the lifecycle's refusals; an unknown key, after FailureLimits::delay if too
    /// many came from this address), unavailable (the database failed: the operator's log says
    /// how).
    io::Task<Result<live::PublishGrant>> authorize(ingest::PublishRequest const& request) override;

    /// Also takes up what another process has changed of the stream.
    io::Task<Result<void>> recheck(live::PublishGrant const& grant) override;

    /// Longer ones are not ours; they are not hashed.
    static constexpr std::size_t kMaxKeyLength = 256;

  private:
    io::Task<Error> deny(ingest::PublishRequest const& request);

    PageStore& pages_;
    StreamLookup& lookup_;
    Lifecycle& lifecycle_;
    io::BlockingPool& blocking_;
    FailureLimits limits_;
    FailureLimiter limiter_;
};

}  // namespace directfanz::streams
