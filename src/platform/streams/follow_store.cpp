#include "platform/streams/follow_store.hpp"

#include "platform/streams/stream.hpp"

#include <fmt/format.h>

namespace directfanz::streams {
namespace {

std::int64_t now() {
    return std::chrono::floor<milliseconds>(wall_now()).time_since_epoch().count();
}

Result<void> count_followers(db::Connection& connection, AccountId const& creator, int change) {
    auto const counted = connection.execute(
        "INSERT INTO follower_counts (creator, followers) VALUES (:creator, 1) "
        "ON CONFLICT (creator) DO UPDATE SET followers = follower_counts.followers + :change",
        {{"creator", creator.value()}, {"change", change}});
    if (!counted) return std::unexpected(counted.error());
    return {};
}

Result<bool> any(db::Database& database, std::string_view sql, db::Parameters parameters) {
    auto connection = database.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows = (*connection)->query(sql, parameters);
    if (!rows) return std::unexpected(rows.error());
    return !rows->empty();
}

}  // namespace

Result<bool> FollowStore::follow(AccountId const& account, AccountId const& creator) {
    return db::transact(database_, [&](db::Connection& connection) -> Result<bool> {
        auto const inserted = connection.execute(
            "INSERT INTO follows (account, creator, created_at) "
            "VALUES (:account, :creator, :created_at) ON CONFLICT (account, creator) DO NOTHING",
            {{"account", account.value()}, {"creator", creator.value()}, {"created_at", now()}});
        if (!inserted) return std::unexpected(inserted.error());
        if (*inserted == 0) return false;
        auto const followed =
            connection.query("SELECT COUNT(*) FROM follows WHERE account = :account",
                             {{"account", account.value()}});
        if (!followed) return std::unexpected(followed.error());
        if (followed->front().integer(0) > kMostFollowed) {
            return fail(ErrorKind::too_large, "follow",
                        fmt::format("You follow {} creators already. Follow one of them no longer "
                                    "to make room.",
                                    kMostFollowed));
        }
        auto const counted = count_followers(connection, creator, 1);
        if (!counted) return std::unexpected(counted.error());
        return true;
    });
}

Result<bool> FollowStore::unfollow(AccountId const& account, AccountId const& creator) {
    return db::transact(database_, [&](db::Connection& connection) -> Result<bool> {
        auto const removed = connection.execute(
            "DELETE FROM follows WHERE account = :account AND creator = :creator",
            {{"account", account.value()}, {"creator", creator.value()}});
        if (!removed) return std::unexpected(removed.error());
        if (*removed == 0) return false;
        auto const counted = count_followers(connection, creator, -1);
        if (!counted) return std::unexpected(counted.error());
        return true;
    });
}

Result<bool> FollowStore::follows(AccountId const& account, AccountId const& creator) {
    return any(database_, "SELECT 1 FROM follows WHERE account = :account AND creator = :creator",
               {{"account", account.value()}, {"creator", creator.value()}});
}

Result<std::int64_t> FollowStore::followers(AccountId const& creator) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows = (*connection)
                          ->query("SELECT followers FROM follower_counts WHERE creator = :creator",
                                  {{"creator", creator.value()}});
    if (!rows) return std::unexpected(rows.error());
    return rows->empty() ? 0 : rows->front().integer(0);
}

Result<std::vector<Follow>> FollowStore::followed_by(AccountId const& account, std::size_t most,
                                                     std::optional<Follow> const& after) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    std::string sql =
        "SELECT creator, created_at FROM follows WHERE account = :account "
        "ORDER BY created_at DESC, creator DESC LIMIT :most";
    std::vector<db::Parameter> parameters{{"account", account.value()}, {"most", most}};
    if (after) {
        sql =
            "SELECT creator, created_at FROM follows WHERE account = :account "
            "AND (created_at < :since OR (created_at = :since AND creator < :creator)) "
            "ORDER BY created_at DESC, creator DESC LIMIT :most";
        parameters.emplace_back("since", after->since);
        parameters.emplace_back("creator", after->creator.value());
    }
    auto const rows = (*connection)->query(sql, parameters);
    if (!rows) return std::unexpected(rows.error());
    std::vector<Follow> follows;
    for (auto const& row : *rows)
        follows.push_back({.creator = AccountId(row.text(0)), .since = row.integer(1)});
    return follows;
}

Result<std::vector<AccountId>> FollowStore::followers_of(AccountId const& creator,
                                                         AccountId const& after, std::size_t most) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query(
                "SELECT account FROM follows WHERE creator = :creator AND account > :after "
                "ORDER BY account LIMIT :most",
                {{"creator", creator.value()}, {"after", after.value()}, {"most", most}});
    if (!rows) return std::unexpected(rows.error());
    std::vector<AccountId> accounts;
    for (auto const& row : *rows) accounts.emplace_back(row.text(0));
    return accounts;
}

Result<bool> FollowStore::like(StreamId const& stream, AccountId const& account) {
    return db::transact(database_, [&](db::Connection& connection) -> Result<bool> {
        auto const inserted = connection.execute(
            "INSERT INTO stream_likes (stream, account, created_at) "
            "SELECT id, CAST(:account AS TEXT), CAST(:created_at AS BIGINT) FROM streams "
            "WHERE id = :stream ON CONFLICT (stream, account) DO NOTHING",
            {{"stream", stream.value()}, {"account", account.value()}, {"created_at", now()}});
        if (!inserted) return std::unexpected(inserted.error());
        if (*inserted == 0) return false;
        auto const counted =
            connection.execute("UPDATE streams SET likes = likes + 1 WHERE id = :stream",
                               {{"stream", stream.value()}});
        if (!counted) return std::unexpected(counted.error());
        return true;
    });
}

Result<bool> FollowStore::unlike(StreamId const& stream, AccountId const& account) {
    return db::transact(database_, [&](db::Connection& connection) -> Result<bool> {
        auto const removed = connection.execute(
            "DELETE FROM stream_likes WHERE stream = :stream AND account = :account",
            {{"stream", stream.value()}, {"account", account.value()}});
        if (!removed) return std::unexpected(removed.error());
        if (*removed == 0) return false;
        auto const counted =
            connection.execute("UPDATE streams SET likes = likes - 1 WHERE id = :stream",
                               {{"stream", stream.value()}});
        if (!counted) return std::unexpected(counted.error());
        return true;
    });
}

Result<bool> FollowStore::likes(StreamId const& stream, AccountId const& account) {
    return any(database_,
               "SELECT 1 FROM stream_likes WHERE stream = :stream AND account = :account",
               {{"stream", stream.value()}, {"account", account.value()}});
}

Result<std::vector<Like>> FollowStore::liked_by(AccountId const& account, std::size_t most) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows = (*connection)
                          ->query(
                              "SELECT stream, created_at FROM stream_likes WHERE account = "
                              ":account ORDER BY created_at DESC, stream DESC LIMIT :most",
                              {{"account", account.value()}, {"most", most}});
    if (!rows) return std::unexpected(rows.error());
    std::vector<Like> likes;
    for (auto const& row : *rows)
        likes.push_back({.stream = StreamId(row.text(0)), .since = row.integer(1)});
    return likes;
}

Result<void> FollowStore::forget(AccountId const& account) {
    return db::transact(database_, [&](db::Connection& connection) -> Result<void> {
        for (std::string_view const sql :
             {"UPDATE follower_counts SET followers = followers - 1 WHERE creator IN "
              "(SELECT creator FROM follows WHERE account = :account)",
              "DELETE FROM follows WHERE account = :account OR creator = :account",
              "DELETE FROM follower_counts WHERE creator = :account",
              "UPDATE streams SET likes = likes - 1 WHERE id IN "
              "(SELECT stream FROM stream_likes WHERE account = :account)",
              "DELETE FROM stream_likes WHERE account = :account"}) {
            auto const done = connection.execute(sql, {{"account", account.value()}});
            if (!done) return std::unexpected(done.error());
        }
        return {};
    });
}

}  // namespace directfanz::streams
