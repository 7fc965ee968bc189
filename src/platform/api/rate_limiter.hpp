#pragma once

#include "base/clock.hpp"
#include "base/lru_map.hpp"
#include "platform/api/access.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::api {

/// So many requests at once, and as many again spread over each window.
struct RateLimit {
    std::uint32_t requests = 1;
    seconds window{60};
};

/// One for each RateClass, in its order.
using RateTable = std::array<RateLimit, 5>;

struct RateLimits {
    /// A household, an office or a carrier's gate shares an address: far more than one person
    /// needs.
    RateTable by_address{{
        {.requests = 3'000, .window = seconds(60)},  // read
        {.requests = 300, .window = seconds(60)},    // write
        {.requests = 30, .window = seconds(300)},    // guess: those that failed
        {.requests = 20, .window = seconds(3'600)},  // mail
        {.requests = 60, .window = seconds(600)},    // costly
    }};
    RateTable by_account{{
        {.requests = 1'200, .window = seconds(60)},
        {.requests = 120, .window = seconds(60)},
        {.requests = 10, .window = seconds(300)},
        {.requests = 10, .window = seconds(3'600)},
        {.requests = 30, .window = seconds(600)},
    }};

    /// All of them so many times as high: for tests and measurements.
    RateLimits times(std::uint32_t factor) const;
};

/// What became of a request, and what may come still.
struct Allowance {
    bool granted = true;
    RateLimit limit;
    std::uint32_t remaining = 0;
    /// Until all is back.
    seconds reset{0};
    /// Until one more is granted; zero if one is at present.
    seconds retry_after{0};
};

/// Token buckets by class and by whom they are for: full at first, a request takes one out, time
/// puts them back. From any thread.
class RateLimiter {
  public:
    explicit RateLimiter(RateTable const& limits);

    Allowance take(RateClass rate, std::string_view whom, SteadyTime now);

    /// The request does not count after all.
    void give_back(RateClass rate, std::string_view whom, SteadyTime now);

    /// Of each class: about 2 MiB. Beyond it whoever asked longest ago has a full bucket again.
    static constexpr std::size_t kMaxBuckets = 16'384;

  private:
    using Buckets = LruMap<std::string, SteadyTime>;

    RateTable const limits_;
    std::mutex mutex_;
    /// When each will be full.
    std::vector<Buckets> buckets_;
};

/// The address as limits count it: an IPv6 address's /64, since a household has all of one.
std::string counted_address(std::string_view address);

}  // namespace directfanz::api
