#include "platform/events/events.hpp"

#include <fmt/format.h>

namespace directfanz::events {
namespace {

std::int64_t to_database(WallTime time) {
    return std::chrono::floor<milliseconds>(time).time_since_epoch().count();
}

constexpr std::string_view kColumns = "id, type, account, at, data";

/// A type that this program does not know was written by a newer one: those rows stay for it.
std::vector<Event> events_of(std::vector<db::Row> const& rows) {
    std::vector<Event> events;
    for (auto const& row : rows) {
        auto const type = parse_event_type(row.text(1));
        if (!type) continue;
        events.push_back({.id = row.text(0),
                          .type = *type,
                          .account = AccountId(row.text(2)),
                          .at = WallTime(milliseconds(row.integer(3))),
                          .data = row.text(4)});
    }
    return events;
}

}  // namespace

Result<void> Events::keep(db::Connection& connection, Event const& event) {
    auto const inserted = connection.execute(
        "INSERT INTO events (id, type, account, at, data) VALUES (:id, :type, :account, :at, "
        ":data)",
        {{"id", event.id},
         {"type", to_string(event.type)},
         {"account", event.account.value()},
         {"at", to_database(event.at)},
         {"data", event.data}});
    if (!inserted) return std::unexpected(inserted.error());
    return {};
}

void Events::announce(Event const& event) const {
    for (auto const& listener : listeners_) listener(event);
}

Result<void> Events::tell(Event const& event) {
    {
        auto connection = database_.acquire();
        if (!connection) return std::unexpected(std::move(connection.error()));
        auto kept = keep(**connection, event);
        if (!kept) return kept;
    }
    announce(event);
    return {};
}

Result<std::vector<Event>> Outbox::waiting(std::size_t most) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query(
                fmt::format("SELECT {} FROM events WHERE handed_on = 0 ORDER BY at, id LIMIT :most",
                            kColumns),
                {{"most", most}});
    if (!rows) return std::unexpected(rows.error());
    return events_of(*rows);
}

Result<void> Outbox::handed_on(db::Connection& connection, Event const& event) {
    auto const updated =
        connection.execute("UPDATE events SET handed_on = 1 WHERE id = :id", {{"id", event.id}});
    if (!updated) return std::unexpected(updated.error());
    return {};
}

Result<std::int64_t> Outbox::forget(WallTime before) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    return (*connection)
        ->execute("DELETE FROM events WHERE handed_on = 1 AND at < :before",
                  {{"before", to_database(before)}});
}

Result<std::vector<Event>> Outbox::list(AccountId const& account, std::size_t most) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows = (*connection)
                          ->query(fmt::format("SELECT {} FROM events WHERE account = :account "
                                              "ORDER BY at DESC, id DESC LIMIT :most",
                                              kColumns),
                                  {{"account", account.value()}, {"most", most}});
    if (!rows) return std::unexpected(rows.error());
    return events_of(*rows);
}

Result<void> Outbox::forget_all(AccountId const& account) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const gone = (*connection)
                          ->execute("DELETE FROM events WHERE account = :account",
                                    {{"account", account.value()}});
    if (!gone) return std::unexpected(gone.error());
    return {};
}

}  // namespace directfanz::events
