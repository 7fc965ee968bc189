#pragma once

#include "platform/accounts/account_store.hpp"
#include "platform/webhooks/schedule.hpp"
#include "platform/webhooks/webhook.hpp"
#include "system/db/database.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace directfanz::webhooks {

/// What is said when something is to be sent to a webhook that is switched off.
Error switched_off();

/// One that something waits for.
struct DueWebhook {
    std::string id;
    AccountId account;
};

/// Events on their way, and the log of those that went. Every call blocks; from any thread.
class DeliveryStore {
  public:
    explicit DeliveryStore(db::Database& database) : database_(database) {}

    /// That wait for one webhook: further ones fail at once, and say so in the log.
    static constexpr std::int64_t kMostWaiting = 1'000;
    /// Of the log, for each webhook.
    static constexpr std::int64_t kMostKept = 2'000;
    static constexpr std::chrono::days kKeep{30};

    /// Makes a delivery for each of the account's webhooks that asks for the event, and marks it as
    /// handed on. Returns how many.
    Result<std::size_t> hand_on(events::Event const& event, WallTime now);

    /// To one webhook, whatever it asks for.
    Result<Delivery> add(Webhook const& webhook, events::Event const& event, WallTime now);

    /// Webhooks with deliveries whose time has come: one of each account, then a second one of
    /// each, and so on; those that have waited longest first.
    Result<std::vector<DueWebhook>> due_webhooks(WallTime now, std::size_t most);
    /// Oldest first.
    Result<std::vector<Delivery>> due(std::string_view webhook, WallTime now, std::size_t most);
    /// When the first is due of those that are not due yet; nothing if there are none.
    Result<std::optional<WallTime>> next_due(WallTime now);
    /// The webhook of a delivery that is to be sent; nothing if it is gone or switched off.
    Result<std::optional<Webhook>> receiver(std::string_view webhook);

    /// Writes down what became of an attempt. Returns the webhook if it was switched off for it.
    /// `chance`: see wait_after().
    Result<std::optional<Webhook>> settle(Delivery const& delivery, Outcome const& outcome,
                                          WallTime now, double chance);

    /// Newest first.
    Result<std::vector<Delivery>> list(std::string_view webhook,
                                       std::optional<accounts::Before> const& before,
                                       std::size_t most);

    /// Has it sent once more, now. Errors: not_found; conflict for a webhook that is switched off.
    Result<Delivery> resend(Webhook const& webhook, std::string_view id, WallTime now);

    /// Drops what the log keeps no longer.
    Result<void> clean(WallTime now);

  private:
    db::Database& database_;
};

}  // namespace directfanz::webhooks
