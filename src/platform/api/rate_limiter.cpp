#include "platform/api/rate_limiter.hpp"

#include "system/io/address_range.hpp"

#include <algorithm>

namespace directfanz::api {
namespace {

using std::chrono::nanoseconds;

std::size_t index_of(RateClass rate) {
    return static_cast<std::size_t>(rate);
}

/// Between two that come back.
nanoseconds interval_of(RateLimit const& limit) {
    return nanoseconds(limit.window) / limit.requests;
}

/// What a bucket that is `missing` until it is full grants.
Allowance describe_bucket(RateLimit const& limit, nanoseconds missing) {
    auto const interval = interval_of(limit);
    auto const room = interval * limit.requests - missing;
    return {.granted = true,
            .limit = limit,
            .remaining = static_cast<std::uint32_t>(std::max<std::int64_t>(0, room / interval)),
            .reset = std::chrono::ceil<seconds>(missing),
            .retry_after = std::chrono::ceil<seconds>(std::max(nanoseconds(0), interval - room))};
}

}  // namespace

RateLimits RateLimits::times(std::uint32_t factor) const {
    auto scaled = *this;
    for (auto& limit : scaled.by_address) limit.requests *= factor;
    for (auto& limit : scaled.by_account) limit.requests *= factor;
    return scaled;
}

RateLimiter::RateLimiter(RateTable const& limits)
    : limits_(limits), buckets_(limits.size(), Buckets(kMaxBuckets)) {}

Allowance RateLimiter::take(RateClass rate, std::string_view whom, SteadyTime now) {
    auto const& limit = limits_[index_of(rate)];
    std::string const key(whom);
    std::lock_guard const lock(mutex_);
    auto& buckets = buckets_[index_of(rate)];
    auto* const known = buckets.find(key);
    auto const full_at = known == nullptr ? now : std::max(*known, now);
    auto const after = full_at + interval_of(limit);
    if (after - now > interval_of(limit) * limit.requests) {
        auto refused = describe_bucket(limit, full_at - now);
        refused.granted = false;
        return refused;
    }
    if (known != nullptr) {
        *known = after;
    } else {
        buckets.put(key, after);
    }
    return describe_bucket(limit, after - now);
}

void RateLimiter::give_back(RateClass rate, std::string_view whom, SteadyTime now) {
    std::string const key(whom);
    std::lock_guard const lock(mutex_);
    auto* const known = buckets_[index_of(rate)].find(key);
    if (known != nullptr) *known = std::max(*known - interval_of(limits_[index_of(rate)]), now);
}

std::string counted_address(std::string_view address) {
    auto parsed = io::parse_ip(address);
    if (!parsed) return std::string(address);
    if (!io::is_v4(*parsed)) std::fill(parsed->bytes.begin() + 8, parsed->bytes.end(), 0);
    return std::string(parsed->bytes.begin(), parsed->bytes.end());
}

}  // namespace directfanz::api
