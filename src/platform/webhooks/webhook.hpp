#pragma once

#include "base/clock.hpp"
#include "platform/api/caller.hpp"
#include "platform/events/event.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::webhooks {

/// Where an account's events go.
struct Webhook {
    std::string id;
    AccountId account;
    std::string url;
    /// In the order of EventType.
    std::vector<events::EventType> events;
    bool enabled = true;
    /// whsec_…
    std::string secret;
    /// Signs too until then.
    std::optional<std::string> old_secret;
    std::optional<WallTime> old_secret_until;
    WallTime created_at;
    /// The first failure since the last success.
    std::optional<WallTime> failing_since;
};

enum class DeliveryState { waiting, delivered, failed };
inline constexpr std::array<std::string_view, 3> kDeliveryStates{"waiting", "delivered", "failed"};

/// One event on its way to one webhook.
struct Delivery {
    std::string id;
    std::string webhook;
    /// The event's id: the webhook-id of every attempt.
    std::string event;
    std::string type;
    /// Sent byte for byte the same each time.
    std::string body;
    WallTime created_at;
    DeliveryState state = DeliveryState::waiting;
    /// In all.
    std::int64_t attempts = 0;
    /// Of the schedule, which a resend begins anew.
    std::int64_t tries = 0;
    std::optional<WallTime> next_attempt_at;
    /// Of the last attempt; none where no answer came.
    std::optional<std::int64_t> status;
    /// The beginning of the last answer, or what failed, in words.
    std::string response;
};

/// Of one account.
inline constexpr std::int64_t kMostWebhooks = 20;
inline constexpr std::size_t kMaxUrl = 500;
/// How long a secret signs beside the one that has replaced it.
inline constexpr std::chrono::hours kOldSecretLife{24};

}  // namespace directfanz::webhooks
