#pragma once

#include "media/live/publish_gate.hpp"
#include "platform/streams/failure_limiter.hpp"
#include "platform/streams/store.hpp"
#include "system/io/blocking.hpp"

namespace directfanz::streams {

/// Lets those publish who know a stream's key. From any loop; the database is asked on the pool.
class StreamGate final : public live::PublishGate {
  public:
    StreamGate(StreamStore& store, io::BlockingPool& blocking, FailureLimits limits)
        : store_(store), blocking_(blocking), limiter_(limits) {}

    /// Errors: denied (unknown key; too many of them from this address, then the database is not
    /// asked), unavailable (the database failed: the operator's log says how).
    io::Task<Result<live::PublishGrant>> authorize(ingest::PublishRequest const& request) override;

    io::Task<Result<void>> recheck(live::PublishGrant const& grant) override;

    /// Longer ones are not ours; they are not hashed.
    static constexpr std::size_t kMaxKeyLength = 256;

  private:
    StreamStore& store_;
    io::BlockingPool& blocking_;
    FailureLimiter limiter_;
};

}  // namespace directfanz::streams
