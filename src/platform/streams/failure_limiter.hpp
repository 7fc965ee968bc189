#pragma once

#include "base/clock.hpp"
#include "base/lru_map.hpp"

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace directfanz::streams {

struct FailureLimits {
    unsigned failures = 10;
    milliseconds window{60'000};
    /// How long a refusal beyond them is held back: shorter than a drain, which waits for it.
    milliseconds delay{2'000};
};

/// Counts failed attempts by address, so that guessing is slow. IPv6 counts by its /64: a household
/// has all of one. From any thread.
///
/// A window begins with an address's first failure. When it holds `failures` of them the address is
/// slowed down until its end; what it tries meanwhile does not lengthen it. Attempts under way at
/// the same time may go a little over the limit.
class FailureLimiter {
  public:
    explicit FailureLimiter(FailureLimits limits) : limits_(limits), table_(kMaxAddresses) {}

    /// How long the address is slowed down still; nothing if it is not.
    std::optional<milliseconds> blocked_for(std::string_view address, SteadyTime now);

    void record(std::string_view address, SteadyTime now);

    /// About 2 MiB; above it, addresses heard of longest ago are forgotten.
    static constexpr std::size_t kMaxAddresses = 16'384;

  private:
    struct Failures {
        SteadyTime since;
        unsigned count = 0;
    };

    FailureLimits limits_;
    std::mutex mutex_;
    LruMap<std::string, Failures> table_;
};

/// What the address counts as: an IPv6 address's /64, any other text as it is.
std::string counted_as(std::string_view address);

}  // namespace directfanz::streams
