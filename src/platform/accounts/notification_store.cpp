#include "platform/accounts/notification_store.hpp"

#include "platform/accounts/rows.hpp"
#include "platform/accounts/secret.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace directfanz::accounts {
namespace {

constexpr std::array<std::string_view, 7> kKinds{
    "stream_live",
    "creator_approved",
    "creator_refused",
    "new_follower",
    "broadcast_ended_by_moderator",
    "webhook_disabled",
    "named_moderator",
};

NotificationKind parse_kind(std::string_view name) {
    auto const found = std::ranges::find(kKinds, name);
    return static_cast<NotificationKind>(found == kKinds.end() ? 0 : found - kKinds.begin());
}

/// By the index of notifications_of_account alone, but for what goes.
Result<void> trim(db::Connection& connection, AccountId const& account) {
    auto const gone = connection.execute(
        "DELETE FROM notifications WHERE account = :account AND id IN (SELECT id FROM "
        "notifications WHERE account = :account ORDER BY created_at DESC, id DESC LIMIT 1000000 "
        "OFFSET :kept)",
        {{"account", account.value()}, {"kept", NotificationStore::kMost}});
    if (!gone) return std::unexpected(gone.error());
    return {};
}

}  // namespace

std::string_view to_string(NotificationKind kind) {
    return kKinds[static_cast<std::size_t>(kind)];
}

Result<void> NotificationStore::notify(std::vector<AccountId> const& accounts,
                                       Notification const& notification, WallTime now) {
    auto const by =
        notification.by ? std::optional(notification.by->value()) : std::optional<std::string>();
    auto const work = [&](db::Connection& connection) -> Result<void> {
        for (auto const& account : accounts) {
            auto const inserted = connection.execute(
                "INSERT INTO notifications (id, account, kind, created_at, stream, title, "
                "by_account, reason) VALUES (:id, :account, :kind, :now, :stream, :title, :by, "
                ":reason)",
                {{"id", new_id()},
                 {"account", account.value()},
                 {"kind", to_string(notification.kind)},
                 {"now", to_database(now)},
                 {"stream", notification.stream},
                 {"title", notification.title},
                 {"by", by},
                 {"reason", notification.reason}});
            if (!inserted) return std::unexpected(inserted.error());
        }
        for (auto const& account : std::set<AccountId>(accounts.begin(), accounts.end())) {
            auto const trimmed = trim(connection, account);
            if (!trimmed) return trimmed;
        }
        return {};
    };
    return db::transact(database_, work);
}

Result<std::vector<Notification>> NotificationStore::list(AccountId const& account,
                                                          std::optional<Before> const& before,
                                                          std::size_t most) {
    std::string where = "account = :account";
    std::vector<db::Parameter> parameters{{"account", account.value()}, {"most", most}};
    if (before) {
        where += " AND (created_at < :time OR (created_at = :time AND id < :last))";
        parameters.emplace_back("time", before->time);
        parameters.emplace_back("last", before->id);
    }
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query(fmt::format("SELECT id, kind, created_at, read_at, stream, title, by_account, "
                                "reason FROM notifications WHERE {} ORDER BY created_at DESC, id "
                                "DESC LIMIT :most",
                                where),
                    parameters);
    if (!rows) return std::unexpected(rows.error());
    std::vector<Notification> all;
    for (auto const& row : *rows) {
        auto const by = row.maybe_text(6);
        all.push_back({.id = row.text(0),
                       .kind = parse_kind(row.text(1)),
                       .created_at = from_database(row.integer(2)),
                       .read = !row.is_null(3),
                       .stream = row.maybe_text(4),
                       .title = row.maybe_text(5),
                       .by = by ? std::optional(AccountId(*by)) : std::nullopt,
                       .reason = row.maybe_text(7)});
    }
    return all;
}

Result<std::int64_t> NotificationStore::unread(AccountId const& account) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query(
                "SELECT COUNT(*) FROM notifications WHERE account = :account AND read_at IS "
                "NULL",
                {{"account", account.value()}});
    if (!rows) return std::unexpected(rows.error());
    return rows->front().integer(0);
}

Result<void> NotificationStore::read_all(AccountId const& account, WallTime now) {
    auto const work = [&](db::Connection& connection) -> Result<void> {
        auto const read = connection.execute(
            "UPDATE notifications SET read_at = :now WHERE account = :account AND read_at IS NULL",
            {{"now", to_database(now)}, {"account", account.value()}});
        if (!read) return std::unexpected(read.error());
        return {};
    };
    return db::transact(database_, work);
}

}  // namespace directfanz::accounts
