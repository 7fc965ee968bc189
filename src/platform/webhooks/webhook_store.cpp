#include "platform/webhooks/webhook_store.hpp"

#include "platform/accounts/rows.hpp"

#include <fmt/format.h>

namespace directfanz::webhooks {
namespace {

using accounts::from_database;
using accounts::maybe_from_database;
using accounts::to_database;

constexpr std::string_view kColumns =
    "id, account, url, events, enabled, secret, old_secret, old_secret_until, created_at, "
    "failing_since";

Webhook webhook_of(db::Row const& row) {
    return {.id = row.text(0),
            .account = AccountId(row.text(1)),
            .url = row.text(2),
            .events = parse_event_types(row.text(3)),
            .enabled = row.integer(4) != 0,
            .secret = row.text(5),
            .old_secret = row.maybe_text(6),
            .old_secret_until = maybe_from_database(row.maybe_integer(7)),
            .created_at = from_database(row.integer(8)),
            .failing_since = maybe_from_database(row.maybe_integer(9))};
}

std::optional<std::int64_t> maybe_to_database(std::optional<WallTime> time) {
    if (!time) return std::nullopt;
    return to_database(*time);
}

std::vector<db::Parameter> parameters_of(Webhook const& webhook) {
    return {{"id", webhook.id},
            {"url", webhook.url},
            {"events", to_text(webhook.events)},
            {"enabled", webhook.enabled ? 1 : 0},
            {"secret", webhook.secret},
            {"old_secret", webhook.old_secret},
            {"old_secret_until", maybe_to_database(webhook.old_secret_until)},
            {"failing_since", maybe_to_database(webhook.failing_since)}};
}

}  // namespace

std::string to_text(std::vector<events::EventType> const& types) {
    std::string text;
    for (auto const type : types) {
        if (!text.empty()) text += ' ';
        text += events::to_string(type);
    }
    return text;
}

std::vector<events::EventType> parse_event_types(std::string_view text) {
    std::vector<events::EventType> types;
    while (!text.empty()) {
        auto const end = std::min(text.find(' '), text.size());
        if (auto const type = events::parse_event_type(text.substr(0, end))) types.push_back(*type);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return types;
}

Result<void> WebhookStore::create(Webhook const& webhook) {
    auto const work = [&](db::Connection& connection) -> Result<void> {
        auto const rows = connection.query("SELECT COUNT(*) FROM webhooks WHERE account = :account",
                                           {{"account", webhook.account.value()}});
        if (!rows) return std::unexpected(rows.error());
        if (rows->front().integer(0) >= kMostWebhooks) {
            return fail(ErrorKind::conflict, "webhook",
                        fmt::format("An account has at most {} webhooks.", kMostWebhooks));
        }
        auto parameters = parameters_of(webhook);
        parameters.emplace_back("account", webhook.account.value());
        parameters.emplace_back("created_at", to_database(webhook.created_at));
        auto const inserted = connection.execute(
            "INSERT INTO webhooks (id, account, url, events, enabled, secret, old_secret, "
            "old_secret_until, created_at, failing_since) VALUES (:id, :account, :url, :events, "
            ":enabled, :secret, :old_secret, :old_secret_until, :created_at, :failing_since)",
            parameters);
        if (!inserted) return std::unexpected(inserted.error());
        return {};
    };
    return db::transact(database_, work);
}

Result<std::vector<Webhook>> WebhookStore::list(AccountId const& account) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    return list(**connection, account);
}

Result<std::vector<Webhook>> WebhookStore::list(db::Connection& connection,
                                                AccountId const& account) {
    auto const rows = connection.query(
        fmt::format("SELECT {} FROM webhooks WHERE account = :account ORDER BY created_at, id",
                    kColumns),
        {{"account", account.value()}});
    if (!rows) return std::unexpected(rows.error());
    std::vector<Webhook> webhooks;
    for (auto const& row : *rows) webhooks.push_back(webhook_of(row));
    return webhooks;
}

Result<std::optional<Webhook>> WebhookStore::find(AccountId const& account, std::string_view id) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto found = find(**connection, id);
    if (found && *found && (*found)->account != account) return std::nullopt;
    return found;
}

Result<std::optional<Webhook>> WebhookStore::find(db::Connection& connection, std::string_view id) {
    auto const rows = connection.query(
        fmt::format("SELECT {} FROM webhooks WHERE id = :id", kColumns), {{"id", id}});
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) return std::nullopt;
    return webhook_of(rows->front());
}

Result<Webhook> WebhookStore::edit(AccountId const& account, std::string_view id,
                                   std::function<void(Webhook&)> const& change) {
    auto const work = [&](db::Connection& connection) -> Result<Webhook> {
        auto const found = find(connection, id);
        if (!found) return std::unexpected(found.error());
        if (!*found || (*found)->account != account) {
            return fail(ErrorKind::not_found, "webhook", "There is no such webhook.");
        }
        auto webhook = **found;
        change(webhook);
        if (webhook.enabled && !(*found)->enabled) webhook.failing_since.reset();
        auto const updated = connection.execute(
            "UPDATE webhooks SET url = :url, events = :events, enabled = :enabled, secret = "
            ":secret, old_secret = :old_secret, old_secret_until = :old_secret_until, "
            "failing_since = :failing_since WHERE id = :id",
            parameters_of(webhook));
        if (!updated) return std::unexpected(updated.error());
        if (!webhook.enabled && (*found)->enabled) {
            auto const off = switch_off(connection, id, "The webhook was switched off.");
            if (!off) return std::unexpected(off.error());
        }
        return webhook;
    };
    return db::transact(database_, work);
}

Result<void> WebhookStore::switch_off(db::Connection& connection, std::string_view id,
                                      std::string_view why) {
    auto const off =
        connection.execute("UPDATE webhooks SET enabled = 0 WHERE id = :id", {{"id", id}});
    if (!off) return std::unexpected(off.error());
    auto const failed = connection.execute(
        "UPDATE deliveries SET state = 'failed', next_attempt_at = NULL, response = :why WHERE "
        "webhook = :id AND state = 'waiting'",
        {{"id", id}, {"why", why}});
    if (!failed) return std::unexpected(failed.error());
    return {};
}

Result<bool> WebhookStore::remove(AccountId const& account, std::string_view id) {
    auto const work = [&](db::Connection& connection) -> Result<bool> {
        auto const gone =
            connection.execute("DELETE FROM webhooks WHERE id = :id AND account = :account",
                               {{"id", id}, {"account", account.value()}});
        if (!gone) return std::unexpected(gone.error());
        if (*gone == 0) return false;
        auto const deliveries =
            connection.execute("DELETE FROM deliveries WHERE webhook = :id", {{"id", id}});
        if (!deliveries) return std::unexpected(deliveries.error());
        return true;
    };
    return db::transact(database_, work);
}

Result<void> WebhookStore::remove_all(AccountId const& account) {
    auto const work = [&](db::Connection& connection) -> Result<void> {
        for (std::string_view const statement :
             {"DELETE FROM deliveries WHERE webhook IN (SELECT id FROM webhooks WHERE account = "
              ":account)",
              "DELETE FROM webhooks WHERE account = :account"}) {
            auto const gone = connection.execute(statement, {{"account", account.value()}});
            if (!gone) return std::unexpected(gone.error());
        }
        return {};
    };
    return db::transact(database_, work);
}

}  // namespace directfanz::webhooks
