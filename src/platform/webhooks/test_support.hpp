#pragma once

#include "platform/events/events.hpp"
#include "platform/schema/schema.hpp"
#include "platform/webhooks/delivery_store.hpp"
#include "platform/webhooks/signature.hpp"
#include "platform/webhooks/webhook_store.hpp"
#include "system/db/migrate.hpp"
#include "system/db/test_database.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// For tests alone.
namespace directfanz::webhooks {

/// Stores on a database of their own.
class WebhookFixture : public db::OnEveryDatabase {
  protected:
    WebhookFixture() {
        auto const migrated = db::migrate(*database, schema::migrations());
        if (!migrated) throw std::runtime_error(describe(migrated.error()));
    }

    Webhook create(std::string id,
                   std::vector<events::EventType> types = {events::EventType::stream_live},
                   std::string account = "anna") {
        Webhook webhook{.id = std::move(id),
                        .account = AccountId(std::move(account)),
                        .url = "https://receiver.example/hook",
                        .events = std::move(types),
                        .secret = new_webhook_secret(),
                        .old_secret = {},
                        .old_secret_until = {},
                        .created_at = kStart,
                        .failing_since = {}};
        auto const created = webhooks.create(webhook);
        if (!created) throw std::runtime_error(describe(created.error()));
        return webhook;
    }

    events::Event happen(events::EventType type = events::EventType::stream_live,
                         std::string account = "anna", WallTime at = kStart) {
        auto event =
            events::make_event(type, AccountId(std::move(account)), R"({"stream":"s1"})", at);
        auto const told = teller.tell(event);
        if (!told) throw std::runtime_error(describe(told.error()));
        return event;
    }

    std::vector<Delivery> log(std::string const& webhook) {
        return deliveries.list(webhook, std::nullopt, 1'000).value();
    }

    static constexpr WallTime kStart{seconds(1'800'000'000)};

    std::unique_ptr<db::Database> database = test_database.open();
    events::Events teller{*database};
    events::Outbox outbox{*database};
    WebhookStore webhooks{*database};
    DeliveryStore deliveries{*database};
};

}  // namespace directfanz::webhooks
