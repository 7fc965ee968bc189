#include "platform/webhooks/delivery_store.hpp"

#include "platform/accounts/rows.hpp"
#include "platform/accounts/secret.hpp"
#include "platform/events/events.hpp"
#include "platform/webhooks/webhook_store.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace directfanz::webhooks {
namespace {

using accounts::from_database;
using accounts::maybe_from_database;
using accounts::to_database;

constexpr std::string_view kColumns =
    "id, webhook, event, type, body, created_at, state, attempts, tries, next_attempt_at, status, "
    "response";

DeliveryState parse_state(std::string_view name) {
    auto const found = std::ranges::find(kDeliveryStates, name);
    return found == kDeliveryStates.end()
               ? DeliveryState::failed
               : static_cast<DeliveryState>(found - kDeliveryStates.begin());
}

std::string_view to_string(DeliveryState state) {
    return kDeliveryStates[static_cast<std::size_t>(state)];
}

std::vector<Delivery> deliveries_of(std::vector<db::Row> const& rows) {
    std::vector<Delivery> deliveries;
    for (auto const& row : rows) {
        deliveries.push_back({.id = row.text(0),
                              .webhook = row.text(1),
                              .event = row.text(2),
                              .type = row.text(3),
                              .body = row.text(4),
                              .created_at = from_database(row.integer(5)),
                              .state = parse_state(row.text(6)),
                              .attempts = row.integer(7),
                              .tries = row.integer(8),
                              .next_attempt_at = maybe_from_database(row.maybe_integer(9)),
                              .status = row.maybe_integer(10),
                              .response = row.text(11)});
    }
    return deliveries;
}

Result<Delivery> insert(db::Connection& connection, Webhook const& webhook,
                        events::Event const& event, WallTime now) {
    auto const waiting = connection.query(
        "SELECT COUNT(*) FROM deliveries WHERE webhook = :webhook AND state = 'waiting'",
        {{"webhook", webhook.id}});
    if (!waiting) return std::unexpected(waiting.error());
    auto const too_many = waiting->front().integer(0) >= DeliveryStore::kMostWaiting;
    Delivery delivery{
        .id = accounts::new_id(),
        .webhook = webhook.id,
        .event = event.id,
        .type = std::string(events::to_string(event.type)),
        .body = events::to_json(event),
        .created_at = std::chrono::floor<milliseconds>(now),
        .state = too_many ? DeliveryState::failed : DeliveryState::waiting,
        .next_attempt_at =
            too_many ? std::nullopt : std::optional(std::chrono::floor<milliseconds>(now)),
        .status = {},
        .response = too_many ? "Not sent: too many others wait for this server already." : ""};
    auto const due = delivery.next_attempt_at
                         ? std::optional(to_database(*delivery.next_attempt_at))
                         : std::optional<std::int64_t>();
    auto const inserted = connection.execute(
        "INSERT INTO deliveries (id, webhook, event, type, body, created_at, state, "
        "next_attempt_at, response) VALUES (:id, :webhook, :event, :type, :body, :created_at, "
        ":state, :next_attempt_at, :response)",
        {{"id", delivery.id},
         {"webhook", delivery.webhook},
         {"event", delivery.event},
         {"type", delivery.type},
         {"body", delivery.body},
         {"created_at", to_database(delivery.created_at)},
         {"state", to_string(delivery.state)},
         {"next_attempt_at", due},
         {"response", delivery.response}});
    if (!inserted) return std::unexpected(inserted.error());
    return delivery;
}

Result<std::optional<Delivery>> find(db::Connection& connection, std::string_view webhook,
                                     std::string_view id) {
    auto const rows = connection.query(
        fmt::format("SELECT {} FROM deliveries WHERE id = :id AND webhook = :webhook", kColumns),
        {{"id", id}, {"webhook", webhook}});
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) return std::nullopt;
    return deliveries_of(*rows).front();
}

}  // namespace

Error switched_off() {
    return {ErrorKind::conflict, "webhook", "This webhook is switched off. Switch it on first."};
}

Result<std::size_t> DeliveryStore::hand_on(events::Event const& event, WallTime now) {
    auto const work = [&](db::Connection& connection) -> Result<std::size_t> {
        auto const webhooks = WebhookStore::list(connection, event.account);
        if (!webhooks) return std::unexpected(webhooks.error());
        std::size_t made = 0;
        for (auto const& webhook : *webhooks) {
            auto const asked = std::ranges::find(webhook.events, event.type);
            if (!webhook.enabled || asked == webhook.events.end()) continue;
            auto const inserted = insert(connection, webhook, event, now);
            if (!inserted) return std::unexpected(inserted.error());
            ++made;
        }
        auto const marked = events::Outbox::handed_on(connection, event);
        if (!marked) return std::unexpected(marked.error());
        return made;
    };
    return db::transact(database_, work);
}

Result<Delivery> DeliveryStore::add(Webhook const& webhook, events::Event const& event,
                                    WallTime now) {
    auto const work = [&](db::Connection& connection) {
        return insert(connection, webhook, event, now);
    };
    return db::transact(database_, work);
}

Result<std::vector<DueWebhook>> DeliveryStore::due_webhooks(WallTime now, std::size_t most) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query(
                "SELECT waits.webhook, webhooks.account FROM (SELECT webhook, "
                "MIN(next_attempt_at) AS since FROM deliveries WHERE state = 'waiting' AND "
                "next_attempt_at <= :now GROUP BY webhook) AS waits JOIN webhooks ON webhooks.id = "
                "waits.webhook ORDER BY ROW_NUMBER() OVER (PARTITION BY webhooks.account ORDER BY "
                "waits.since, waits.webhook), waits.since, waits.webhook LIMIT :most",
                {{"now", to_database(now)}, {"most", most}});
    if (!rows) return std::unexpected(rows.error());
    std::vector<DueWebhook> webhooks;
    for (auto const& row : *rows) {
        webhooks.push_back({.id = row.text(0), .account = AccountId(row.text(1))});
    }
    return webhooks;
}

Result<std::vector<Delivery>> DeliveryStore::due(std::string_view webhook, WallTime now,
                                                 std::size_t most) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query(fmt::format("SELECT {} FROM deliveries WHERE webhook = :webhook AND state = "
                                "'waiting' AND next_attempt_at <= :now ORDER BY next_attempt_at, "
                                "created_at, id LIMIT :most",
                                kColumns),
                    {{"webhook", webhook}, {"now", to_database(now)}, {"most", most}});
    if (!rows) return std::unexpected(rows.error());
    return deliveries_of(*rows);
}

Result<std::optional<WallTime>> DeliveryStore::next_due(WallTime now) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query(
                "SELECT MIN(next_attempt_at) FROM deliveries WHERE state = 'waiting' AND "
                "next_attempt_at > :now",
                {{"now", to_database(now)}});
    if (!rows) return std::unexpected(rows.error());
    return maybe_from_database(rows->front().maybe_integer(0));
}

Result<std::optional<Webhook>> DeliveryStore::receiver(std::string_view webhook) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto found = WebhookStore::find(**connection, webhook);
    if (found && *found && !(*found)->enabled) return std::nullopt;
    return found;
}

Result<std::optional<Webhook>> DeliveryStore::settle(Delivery const& delivery,
                                                     Outcome const& outcome, WallTime now,
                                                     double chance) {
    auto const work = [&](db::Connection& connection) -> Result<std::optional<Webhook>> {
        auto const webhook = WebhookStore::find(connection, delivery.webhook);
        if (!webhook) return std::unexpected(webhook.error());
        auto const present = find(connection, delivery.webhook, delivery.id);
        if (!present) return std::unexpected(present.error());
        // It was deleted while its server was asked.
        if (!*webhook || !*present) return std::nullopt;
        auto const still_waits = (*present)->state == DeliveryState::waiting;

        auto const since = (*webhook)->failing_since.value_or(now);
        auto const off = !outcome.delivered && (*webhook)->enabled &&
                         (outcome.gone || now - since >= kDisableAfter);
        auto const wait = wait_after((*present)->tries + 1, outcome, chance);
        auto const again = !outcome.delivered && !off && still_waits && wait.has_value();
        auto const state = outcome.delivered ? DeliveryState::delivered
                           : again           ? DeliveryState::waiting
                                             : DeliveryState::failed;
        auto const next =
            again ? std::optional(to_database(now + *wait)) : std::optional<std::int64_t>();
        auto const written = connection.execute(
            "UPDATE deliveries SET state = :state, attempts = attempts + 1, tries = tries + 1, "
            "next_attempt_at = :next, status = :status, response = :response WHERE id = :id",
            {{"state", to_string(state)},
             {"next", next},
             {"status", outcome.status},
             {"response", outcome.response},
             {"id", delivery.id}});
        if (!written) return std::unexpected(written.error());

        auto const failing =
            outcome.delivered ? std::optional<std::int64_t>() : std::optional(to_database(since));
        auto const noted =
            connection.execute("UPDATE webhooks SET failing_since = :since WHERE id = :id",
                               {{"since", failing}, {"id", delivery.webhook}});
        if (!noted) return std::unexpected(noted.error());
        if (!off) return std::nullopt;
        auto const switched =
            WebhookStore::switch_off(connection, delivery.webhook,
                                     "Not sent: the webhook was switched off, since its server "
                                     "has not taken anything for long.");
        if (!switched) return std::unexpected(switched.error());
        return WebhookStore::find(connection, delivery.webhook);
    };
    return db::transact(database_, work);
}

Result<std::vector<Delivery>> DeliveryStore::list(std::string_view webhook,
                                                  std::optional<accounts::Before> const& before,
                                                  std::size_t most) {
    std::string where = "webhook = :webhook";
    std::vector<db::Parameter> parameters{{"webhook", webhook}, {"most", most}};
    if (before) {
        where += " AND (created_at < :time OR (created_at = :time AND id < :last))";
        parameters.emplace_back("time", before->time);
        parameters.emplace_back("last", before->id);
    }
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows = (*connection)
                          ->query(fmt::format("SELECT {} FROM deliveries WHERE {} ORDER BY "
                                              "created_at DESC, id DESC LIMIT :most",
                                              kColumns, where),
                                  parameters);
    if (!rows) return std::unexpected(rows.error());
    return deliveries_of(*rows);
}

Result<Delivery> DeliveryStore::resend(Webhook const& webhook, std::string_view id, WallTime now) {
    if (!webhook.enabled) return std::unexpected(switched_off());
    auto const work = [&](db::Connection& connection) -> Result<Delivery> {
        auto const rows = connection.query(
            fmt::format("UPDATE deliveries SET state = 'waiting', tries = 0, next_attempt_at = "
                        ":now WHERE id = :id AND webhook = :webhook RETURNING {}",
                        kColumns),
            {{"now", to_database(now)}, {"id", id}, {"webhook", webhook.id}});
        if (!rows) return std::unexpected(rows.error());
        if (rows->empty()) {
            return fail(ErrorKind::not_found, "delivery", "There is no such delivery.");
        }
        return deliveries_of(*rows).front();
    };
    return db::transact(database_, work);
}

Result<void> DeliveryStore::clean(WallTime now) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const old =
        (*connection)
            ->execute("DELETE FROM deliveries WHERE state <> 'waiting' AND created_at < :before",
                      {{"before", to_database(now - kKeep)}});
    if (!old) return std::unexpected(old.error());
    auto const full = (*connection)
                          ->query(
                              "SELECT webhook FROM deliveries GROUP BY webhook HAVING COUNT(*) > "
                              ":most",
                              {{"most", kMostKept}});
    if (!full) return std::unexpected(full.error());
    for (auto const& row : *full) {
        auto const cut =
            (*connection)
                ->execute(
                    "DELETE FROM deliveries WHERE webhook = :webhook AND state <> 'waiting' AND "
                    "id IN (SELECT id FROM deliveries WHERE webhook = :webhook ORDER BY created_at "
                    "DESC, id DESC LIMIT 1000000 OFFSET :most)",
                    {{"webhook", row.text(0)}, {"most", kMostKept}});
        if (!cut) return std::unexpected(cut.error());
    }
    return {};
}

}  // namespace directfanz::webhooks
