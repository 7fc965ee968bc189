#include "platform/streams/broadcast_store.hpp"

#include "platform/streams/store_values.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace directfanz::streams {
namespace {

constexpr std::string_view kColumns =
    "id, stream, state, title, started_at, live_at, ended_at, ended_by, seen_at, peak_viewers, "
    "viewers, watched_seconds, likes, new_followers, width, height, frame_rate";

constexpr double kFrameRateScale = 1'000;

/// Where `name` stands in `names`; nothing if nowhere.
template <typename E, std::size_t Count>
std::optional<E> named(std::array<std::string_view, Count> const& names, std::string_view name) {
    auto const found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<E>(found - names.begin());
}

BroadcastRow row_of(db::Row const& row) {
    BroadcastRow broadcast{
        .id = row.text(0),
        .stream = StreamId(row.text(1)),
        .phase = named<Phase>(kPhases, row.text(2)).value_or(Phase::ended),
        .title = row.text(3),
        .started_at = from_database(row.integer(4)),
        .live_at = maybe_from_database(row.maybe_integer(5)),
        .ended_at = maybe_from_database(row.maybe_integer(6)),
        .ended_by = named<EndedBy>(kEndedBy, row.text(7)),
        .seen_at = from_database(row.integer(8)),
        .audience = {.peak = row.integer(9),
                     .distinct = row.integer(10),
                     .watched_seconds = row.integer(11)},
        .picture = {.width = static_cast<unsigned>(row.integer(14)),
                    .height = static_cast<unsigned>(row.integer(15)),
                    .frame_rate = static_cast<double>(row.integer(16)) / kFrameRateScale},
        .likes = row.integer(12),
        .new_followers = row.integer(13)};
    return broadcast;
}

std::vector<BroadcastRow> all_of(std::vector<db::Row> const& rows) {
    std::vector<BroadcastRow> broadcasts;
    for (auto const& row : rows) broadcasts.push_back(row_of(row));
    return broadcasts;
}

Result<std::vector<BroadcastRow>> select(db::Database& database, std::string_view where,
                                         db::Parameters parameters) {
    auto connection = database.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query(fmt::format("SELECT {} FROM broadcasts WHERE {}", kColumns, where), parameters);
    if (!rows) return std::unexpected(rows.error());
    return all_of(*rows);
}

Result<std::optional<BroadcastRow>> first(Result<std::vector<BroadcastRow>> rows) {
    if (!rows) return std::unexpected(std::move(rows.error()));
    if (rows->empty()) return std::nullopt;
    return std::move(rows->front());
}

/// Null for what nobody measured.
std::optional<std::int64_t> known(unsigned number) {
    return number == 0 ? std::nullopt : std::optional<std::int64_t>(number);
}

}  // namespace

std::string_view to_string(Phase phase) {
    return kPhases[static_cast<std::size_t>(phase)];
}

std::string_view to_string(EndedBy who) {
    return kEndedBy[static_cast<std::size_t>(who)];
}

Result<void> BroadcastStore::save(BroadcastRow const& row) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const frame_rate =
        static_cast<unsigned>(std::lround(row.picture.frame_rate * kFrameRateScale));
    auto const ended_by =
        row.ended_by ? std::optional(std::string(to_string(*row.ended_by))) : std::nullopt;
    auto const saved =
        (*connection)
            ->execute(
                "INSERT INTO broadcasts (id, stream, state, title, started_at, live_at, ended_at, "
                "ended_by, seen_at, peak_viewers, viewers, watched_seconds, width, height, "
                "frame_rate) SELECT CAST(:id AS TEXT), id, CAST(:state AS TEXT), "
                "CAST(:title AS TEXT), CAST(:started_at AS BIGINT), CAST(:live_at AS BIGINT), "
                "CAST(:ended_at AS BIGINT), CAST(:ended_by AS TEXT), CAST(:seen_at AS BIGINT), "
                "CAST(:peak AS BIGINT), CAST(:viewers AS BIGINT), CAST(:watched AS BIGINT), "
                "CAST(:width AS BIGINT), CAST(:height AS BIGINT), CAST(:frame_rate AS BIGINT) "
                "FROM streams WHERE id = :stream "
                "ON CONFLICT (id) DO UPDATE SET state = excluded.state, title = excluded.title, "
                "live_at = excluded.live_at, ended_at = excluded.ended_at, "
                "ended_by = excluded.ended_by, seen_at = excluded.seen_at, "
                "peak_viewers = excluded.peak_viewers, viewers = excluded.viewers, "
                "watched_seconds = excluded.watched_seconds, width = excluded.width, "
                "height = excluded.height, frame_rate = excluded.frame_rate",
                {{"id", row.id},
                 {"stream", row.stream.value()},
                 {"state", to_string(row.phase)},
                 {"title", row.title},
                 {"started_at", to_database(row.started_at)},
                 {"live_at", maybe_to_database(row.live_at)},
                 {"ended_at", maybe_to_database(row.ended_at)},
                 {"ended_by", ended_by},
                 {"seen_at", to_database(row.seen_at)},
                 {"peak", row.audience.peak},
                 {"viewers", row.audience.distinct},
                 {"watched", row.audience.watched_seconds},
                 {"width", known(row.picture.width)},
                 {"height", known(row.picture.height)},
                 {"frame_rate", known(frame_rate)}});
    if (!saved) return std::unexpected(saved.error());
    return {};
}

Result<void> BroadcastStore::count_up(std::string const& id) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const counted =
        (*connection)
            ->execute(
                "UPDATE broadcasts SET "
                "likes = (SELECT COUNT(*) FROM stream_likes l WHERE "
                "l.stream = broadcasts.stream AND l.created_at >= broadcasts.live_at), "
                "new_followers = (SELECT COUNT(*) FROM follows f WHERE f.creator = "
                "(SELECT s.owner FROM streams s WHERE s.id = broadcasts.stream) "
                "AND f.created_at >= broadcasts.live_at) WHERE id = :id",
                {{"id", id}});
    if (!counted) return std::unexpected(counted.error());
    return {};
}

Result<void> BroadcastStore::remove(std::string const& id) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const removed =
        (*connection)->execute("DELETE FROM broadcasts WHERE id = :id", {{"id", id}});
    if (!removed) return std::unexpected(removed.error());
    return {};
}

Result<std::optional<BroadcastRow>> BroadcastStore::find(StreamId const& stream,
                                                         std::string const& id) {
    return first(select(database_, "id = :id AND stream = :stream",
                        {{"id", id}, {"stream", stream.value()}}));
}

Result<std::optional<BroadcastRow>> BroadcastStore::last(StreamId const& stream) {
    return first(select(database_, "stream = :stream ORDER BY started_at DESC, id DESC LIMIT 1",
                        {{"stream", stream.value()}}));
}

Result<std::vector<BroadcastRow>> BroadcastStore::of(StreamId const& stream, std::size_t most,
                                                     std::optional<StartedBefore> const& before) {
    if (!before) {
        return select(database_, "stream = :stream ORDER BY started_at DESC, id DESC LIMIT :most",
                      {{"stream", stream.value()}, {"most", most}});
    }
    return select(database_,
                  "stream = :stream AND (started_at < :at OR (started_at = :at AND id < :id)) "
                  "ORDER BY started_at DESC, id DESC LIMIT :most",
                  {{"stream", stream.value()},
                   {"most", most},
                   {"at", before->started_at},
                   {"id", before->id}});
}

Result<std::vector<BroadcastRow>> BroadcastStore::open() {
    return select(database_, "ended_at IS NULL", {});
}

}  // namespace directfanz::streams
