#include "platform/streams/store.hpp"

#include "base/digest.hpp"

#include <fmt/format.h>

namespace directfanz::streams {
namespace {

std::int64_t to_database(WallTime time) {
    return std::chrono::floor<milliseconds>(time).time_since_epoch().count();
}

WallTime from_database(std::int64_t time) {
    return WallTime(milliseconds(time));
}

std::string hash_of(StreamKey const& key) {
    return to_hex(sha256(as_bytes(key.value())));
}

constexpr std::string_view kColumns =
    "id, title, created_at, discontinuity_sequence, media_sequence";

/// From kColumns.
Stream stream_of(db::Row const& row) {
    return {.id = StreamId(row.text(0)),
            .title = row.text(1),
            .created_at = from_database(row.integer(2)),
            .discontinuity_sequence = static_cast<std::uint64_t>(row.integer(3)),
            .media_sequence = static_cast<std::uint64_t>(row.integer(4))};
}

Result<std::optional<Stream>> find_one(db::Connection& connection, std::string_view where,
                                       db::Parameter const& parameter) {
    auto const rows = connection.query(
        fmt::format("SELECT {} FROM streams WHERE {}", kColumns, where), {parameter});
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) return std::nullopt;
    return stream_of(rows->front());
}

Result<Stream> find_existing(db::Connection& connection, StreamId const& id) {
    auto found = find_one(connection, "id = :id", {"id", id.value()});
    if (!found) return std::unexpected(std::move(found.error()));
    if (!*found) {
        return fail(
            ErrorKind::not_found, "stream",
            fmt::format("there is no stream '{}'; 'directfanz stream list' shows all", id.value()));
    }
    return **found;
}

}  // namespace

Result<OpenedStream> StreamStore::create(std::string_view title) {
    auto checked = check_title(title);
    if (!checked) return std::unexpected(std::move(checked.error()));
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));

    // Milliseconds, as the database keeps them: what is returned equals what is found later.
    OpenedStream opened{.stream = {.id = new_stream_id(),
                                   .title = std::string(title),
                                   .created_at = std::chrono::floor<milliseconds>(wall_now())},
                        .key = new_stream_key()};
    for (;;) {
        auto const inserted =
            (*connection)
                ->execute(
                    "INSERT INTO streams (id, title, key_hash, created_at, key_created_at) "
                    "VALUES (:id, :title, :key_hash, :created_at, :key_created_at) "
                    "ON CONFLICT (id) DO NOTHING",
                    {{"id", opened.stream.id.value()},
                     {"title", title},
                     {"key_hash", hash_of(opened.key)},
                     {"created_at", to_database(opened.stream.created_at)},
                     {"key_created_at", to_database(opened.stream.created_at)}});
        if (!inserted) return std::unexpected(inserted.error());
        if (*inserted == 1) return opened;
        opened.stream.id = new_stream_id();
    }
}

Result<std::vector<Stream>> StreamStore::list() {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query(fmt::format("SELECT {} FROM streams ORDER BY created_at, id", kColumns));
    if (!rows) return std::unexpected(rows.error());
    std::vector<Stream> streams;
    for (auto const& row : *rows) streams.push_back(stream_of(row));
    return streams;
}

Result<std::optional<Stream>> StreamStore::find(StreamId const& id) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    return find_one(**connection, "id = :id", {"id", id.value()});
}

Result<std::optional<Stream>> StreamStore::find_by_key(StreamKey const& key) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    return find_one(**connection, "key_hash = :key_hash", {"key_hash", hash_of(key)});
}

Result<void> StreamStore::raise_sequences(StreamId const& id, Sequences const& to) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    for (auto const& [column, number] :
         {std::pair{"discontinuity_sequence", to.discontinuity}, {"media_sequence", to.media}}) {
        auto const value = static_cast<std::int64_t>(number);
        auto const updated =
            (*connection)
                ->execute(fmt::format("UPDATE streams SET {0} = :number "
                                      "WHERE id = :id AND {0} < :below",
                                      column),
                          {{"number", value}, {"id", id.value()}, {"below", value}});
        if (!updated) return std::unexpected(updated.error());
    }
    return {};
}

Result<OpenedStream> StreamStore::rotate_key(StreamId const& id) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto transaction = db::Transaction::begin(**connection);
    if (!transaction) return std::unexpected(std::move(transaction.error()));

    auto stream = find_existing(**connection, id);
    if (!stream) return std::unexpected(std::move(stream.error()));
    OpenedStream opened{.stream = std::move(*stream), .key = new_stream_key()};
    auto const updated = (*connection)
                             ->execute(
                                 "UPDATE streams SET key_hash = :key_hash, key_created_at = "
                                 ":key_created_at WHERE id = :id",
                                 {{"key_hash", hash_of(opened.key)},
                                  {"key_created_at", to_database(wall_now())},
                                  {"id", id.value()}});
    if (!updated) return std::unexpected(updated.error());
    auto committed = transaction->commit();
    if (!committed) return std::unexpected(std::move(committed.error()));
    return opened;
}

Result<Stream> StreamStore::remove(StreamId const& id) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto transaction = db::Transaction::begin(**connection);
    if (!transaction) return std::unexpected(std::move(transaction.error()));

    auto stream = find_existing(**connection, id);
    if (!stream) return stream;
    auto const removed =
        (*connection)->execute("DELETE FROM streams WHERE id = :id", {{"id", id.value()}});
    if (!removed) return std::unexpected(removed.error());
    auto committed = transaction->commit();
    if (!committed) return std::unexpected(std::move(committed.error()));
    return stream;
}

}  // namespace directfanz::streams
