#pragma once

#include "platform/webhooks/webhook.hpp"
#include "system/db/database.hpp"

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace directfanz::webhooks {

/// The webhooks that there are. Every call blocks; from any thread.
class WebhookStore {
  public:
    explicit WebhookStore(db::Database& database) : database_(database) {}

    /// Error: conflict when the account has kMostWebhooks.
    Result<void> create(Webhook const& webhook);

    /// Oldest first.
    Result<std::vector<Webhook>> list(AccountId const& account);
    /// Nothing for an id that is not the account's.
    Result<std::optional<Webhook>> find(AccountId const& account, std::string_view id);

    /// Changes a webhook as it stands now; one that is switched off tries no delivery any more, one
    /// that is switched on again has not failed yet. `change` may be called more than once.
    /// Error: not_found.
    Result<Webhook> edit(AccountId const& account, std::string_view id,
                         std::function<void(Webhook&)> const& change);

    /// With its deliveries. Returns whether there was one.
    Result<bool> remove(AccountId const& account, std::string_view id);
    /// All of the account.
    Result<void> remove_all(AccountId const& account);

    /// For other stores' transactions.
    static Result<std::optional<Webhook>> find(db::Connection& connection, std::string_view id);
    static Result<std::vector<Webhook>> list(db::Connection& connection, AccountId const& account);
    /// Switches it off, and fails what waits, saying why. `why` is a sentence.
    static Result<void> switch_off(db::Connection& connection, std::string_view id,
                                   std::string_view why);

  private:
    db::Database& database_;
};

/// As the database keeps them: names with blanks between them.
std::string to_text(std::vector<events::EventType> const& types);
std::vector<events::EventType> parse_event_types(std::string_view text);

}  // namespace directfanz::webhooks
