#pragma once

#include "media/live/publish_gate.hpp"
#include "platform/streams/failure_limiter.hpp"
#include "platform/streams/store.hpp"
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
    StreamGate(StreamStore& store, io::BlockingPool& blocking, FailureLimits limits)
        : store_(store), blocking_(blocking), limits_(limits), limiter_(limits) {}

    /// Errors: denied (unknown key; after FailureLimits::delay if too many came from this address),
    /// unavailable (the database failed: the operator's log says how).
    io::Task<Result<live::PublishGrant>> authorize(ingest::PublishRequest const& request) override;

    io::Task<Result<void>> recheck(live::PublishGrant const& grant) override;

    /// Longer ones are not ours; they are not hashed.
    static constexpr std::size_t kMaxKeyLength = 256;

  private:
    io::Task<Error> deny(ingest::PublishRequest const& request);

    StreamStore& store_;
    io::BlockingPool& blocking_;
    FailureLimits limits_;
    FailureLimiter limiter_;
};

}  // namespace directfanz::streams
