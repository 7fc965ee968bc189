#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "system/web_client/web_client.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

/// What an answer means for a delivery, and when it is tried again.
namespace directfanz::webhooks {

/// How long to wait after each attempt that failed, as Standard Webhooks 1.0.0 recommends
/// ("Delivery attempts"): ten attempts in about three days.
inline constexpr std::array<seconds, 9> kSchedule{
    seconds(5),          seconds(5 * 60),     seconds(30 * 60),
    seconds(2 * 3'600),  seconds(5 * 3'600),  seconds(10 * 3'600),
    seconds(14 * 3'600), seconds(20 * 3'600), seconds(24 * 3'600),
};
/// A server may ask for more time (Retry-After), up to this.
inline constexpr seconds kLongestRetryAfter{24 * 3'600};
/// A webhook whose every attempt failed for so long is switched off.
inline constexpr std::chrono::hours kDisableAfter{5 * 24};
/// What is kept of an answer.
inline constexpr std::size_t kMostResponse = 500;

/// What became of an attempt.
struct Outcome {
    /// 2xx.
    bool delivered = false;
    /// 410: the receiver wants no more of it, ever.
    bool gone = false;
    std::optional<std::int64_t> status;
    /// The beginning of the body, or what failed, in words: at most kMostResponse bytes of UTF-8
    /// without control characters.
    std::string response;
    std::optional<seconds> retry_after;
};

Outcome outcome_of(Result<web_client::Response> const& answer);

/// How long to wait after the try with this number (1, 2, …); nothing if it was the last one.
/// `chance` in 0…1 spreads the waits by a tenth to either side, so that a server that comes back is
/// not asked by all at once.
std::optional<milliseconds> wait_after(std::int64_t tries, Outcome const& outcome, double chance);

}  // namespace directfanz::webhooks
