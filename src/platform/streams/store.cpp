#include "platform/streams/store.hpp"

#include "base/digest.hpp"
#include "platform/streams/store_values.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace directfanz::streams {
namespace {

std::string hash_of(StreamKey const& key) {
    return to_hex(sha256(as_bytes(key.value())));
}

constexpr std::string_view kColumns =
    "id, title, created_at, discontinuity_sequence, media_sequence, owner, description, category, "
    "tags, language, mature, visibility, password_hash, scheduled_at, latency_mode, ladder, "
    "recording, auto_live, chat_enabled, chat_followers_only, chat_slow_mode, chat_links, "
    "allowed_countries, blocked_countries, embed_sites, cover, version, access_epoch, likes, "
    "key_created_at";

/// A list of texts that hold no blank.
std::string join(std::vector<std::string> const& words) {
    return fmt::format("{}", fmt::join(words, " "));
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        auto const end = std::min(text.find(' '), text.size());
        if (end > 0) words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::optional<live::Ladder> ladder_of(std::optional<std::string> const& text) {
    if (!text) return std::nullopt;
    auto ladder = live::parse_ladder(*text);
    // Written by a newer program: the server's own is better than none.
    if (!ladder) return std::nullopt;
    return std::move(*ladder);
}

/// From kColumns.
Stream stream_of(db::Row const& row) {
    Stream stream;
    stream.id = StreamId(row.text(0));
    stream.title = row.text(1);
    stream.created_at = from_database(row.integer(2));
    stream.discontinuity_sequence = static_cast<std::uint64_t>(row.integer(3));
    stream.media_sequence = static_cast<std::uint64_t>(row.integer(4));
    if (auto owner = row.maybe_text(5)) stream.owner = AccountId(std::move(*owner));
    stream.description = row.text(6);
    stream.category = row.maybe_text(7);
    stream.tags = split(row.text(8));
    stream.language = row.maybe_text(9);
    stream.mature = row.integer(10) != 0;
    // What a newer program may have written is shown to nobody.
    stream.visibility = parse_visibility(row.text(11)).value_or(Visibility::password);
    stream.password_hash = row.maybe_text(12);
    if (auto const at = row.maybe_integer(13)) stream.scheduled_at = from_database(*at);
    stream.latency_mode = row.text(14) == "normal" ? LatencyMode::normal : LatencyMode::low;
    stream.ladder = ladder_of(row.maybe_text(15));
    stream.recording = row.integer(16) != 0;
    stream.auto_live = row.integer(17) != 0;
    stream.chat = {.enabled = row.integer(18) != 0,
                   .followers_only = row.integer(19) != 0,
                   .slow_mode = row.integer(20),
                   .links = row.integer(21) != 0};
    stream.allowed_countries = split(row.text(22));
    stream.blocked_countries = split(row.text(23));
    stream.embed_sites = split(row.text(24));
    stream.cover = row.maybe_text(25);
    stream.version = row.integer(26);
    stream.access_epoch = row.integer(27);
    stream.likes = row.integer(28);
    stream.key_created_at = from_database(row.integer(29));
    return stream;
}

/// What settings() wrote, for an INSERT and an UPDATE alike.
constexpr std::array<std::string_view, 21> kSettings{"title",
                                                     "description",
                                                     "category",
                                                     "tags",
                                                     "language",
                                                     "mature",
                                                     "visibility",
                                                     "password_hash",
                                                     "scheduled_at",
                                                     "latency_mode",
                                                     "ladder",
                                                     "recording",
                                                     "auto_live",
                                                     "chat_enabled",
                                                     "chat_followers_only",
                                                     "chat_slow_mode",
                                                     "chat_links",
                                                     "allowed_countries",
                                                     "blocked_countries",
                                                     "embed_sites",
                                                     "access_epoch"};

std::vector<db::Parameter> settings(StreamSettings const& from, std::int64_t access_epoch) {
    auto const ladder = from.ladder ? std::optional(live::to_string(*from.ladder)) : std::nullopt;
    auto const scheduled =
        from.scheduled_at ? std::optional(to_database(*from.scheduled_at)) : std::nullopt;
    return {{"title", from.title},
            {"description", from.description},
            {"category", from.category},
            {"tags", join(from.tags)},
            {"language", from.language},
            {"mature", from.mature ? 1 : 0},
            {"visibility", to_string(from.visibility)},
            {"password_hash", from.password_hash},
            {"scheduled_at", scheduled},
            {"latency_mode", to_string(from.latency_mode)},
            {"ladder", ladder},
            {"recording", from.recording ? 1 : 0},
            {"auto_live", from.auto_live ? 1 : 0},
            {"chat_enabled", from.chat.enabled ? 1 : 0},
            {"chat_followers_only", from.chat.followers_only ? 1 : 0},
            {"chat_slow_mode", from.chat.slow_mode},
            {"chat_links", from.chat.links ? 1 : 0},
            {"allowed_countries", join(from.allowed_countries)},
            {"blocked_countries", join(from.blocked_countries)},
            {"embed_sites", join(from.embed_sites)},
            {"access_epoch", access_epoch}};
}

std::vector<Stream> all_of(std::vector<db::Row> const& rows) {
    std::vector<Stream> streams;
    streams.reserve(rows.size());
    for (auto const& row : rows) streams.push_back(stream_of(row));
    return streams;
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
    StreamSettings settings;
    settings.title = title;
    return create(settings, std::nullopt);
}

Result<OpenedStream> StreamStore::create(StreamSettings const& given,
                                         std::optional<AccountId> const& owner) {
    auto checked = check_title(given.title);
    if (!checked) return std::unexpected(std::move(checked.error()));
    OpenedStream opened{.key = new_stream_key()};
    static_cast<StreamSettings&>(opened.stream) = given;
    opened.stream.owner = owner;
    // Milliseconds, as the database keeps them: what is returned equals what is found later.
    opened.stream.created_at = std::chrono::floor<milliseconds>(wall_now());
    opened.stream.key_created_at = opened.stream.created_at;
    static auto const kInsert = fmt::format(
        "INSERT INTO streams (id, key_hash, created_at, key_created_at, owner, {}) "
        "VALUES (:id, :key_hash, :created_at, :created_at, :owner, :{}) "
        "ON CONFLICT (id) DO NOTHING",
        fmt::join(kSettings, ", "), fmt::join(kSettings, ", :"));
    return db::transact(database_, [&](db::Connection& connection) -> Result<OpenedStream> {
        if (owner) {
            auto const owned = connection.query("SELECT COUNT(*) FROM streams WHERE owner = :owner",
                                                {{"owner", owner->value()}});
            if (!owned) return std::unexpected(owned.error());
            if (owned->front().integer(0) >= kMostOwned) {
                return fail(ErrorKind::too_large, "streams",
                            fmt::format("You have {} streams already. Delete one that you need no "
                                        "longer.",
                                        kMostOwned));
            }
        }
        for (;;) {
            opened.stream.id = new_stream_id();
            auto parameters = settings(given, 0);
            parameters.emplace_back("id", opened.stream.id.value());
            parameters.emplace_back("key_hash", hash_of(opened.key));
            parameters.emplace_back("created_at", to_database(opened.stream.created_at));
            parameters.emplace_back(
                "owner", owner ? std::optional(owner->value()) : std::optional<std::string>());
            auto const inserted = connection.execute(kInsert, parameters);
            if (!inserted) return std::unexpected(inserted.error());
            if (*inserted == 1) return opened;
        }
    });
}

Result<std::vector<Stream>> StreamStore::list() {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query(fmt::format("SELECT {} FROM streams ORDER BY created_at, id", kColumns));
    if (!rows) return std::unexpected(rows.error());
    return all_of(*rows);
}

Result<std::vector<Stream>> StreamStore::owned_by(AccountId const& owner, std::size_t most,
                                                  std::optional<CreatedBefore> const& before) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    std::vector<db::Parameter> parameters{{"owner", owner.value()}, {"most", most}};
    std::string_view behind;
    if (before) {
        behind = "AND (created_at < :created_at OR (created_at = :created_at AND id < :id)) ";
        parameters.emplace_back("created_at", before->created_at);
        parameters.emplace_back("id", before->id);
    }
    auto const rows = (*connection)
                          ->query(fmt::format("SELECT {} FROM streams WHERE owner = :owner {}"
                                              "ORDER BY created_at DESC, id DESC LIMIT :most",
                                              kColumns, behind),
                                  parameters);
    if (!rows) return std::unexpected(rows.error());
    return all_of(*rows);
}

Result<std::vector<Stream>> StreamStore::scheduled(WallTime after, std::size_t most) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query(fmt::format("SELECT {} FROM streams WHERE scheduled_at IS NOT NULL "
                                "AND scheduled_at > :after ORDER BY scheduled_at, id LIMIT :most",
                                kColumns),
                    {{"after", to_database(after)}, {"most", most}});
    if (!rows) return std::unexpected(rows.error());
    return all_of(*rows);
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

Result<Stream> StreamStore::edit(StreamId const& id,
                                 std::function<bool(std::int64_t version)> const& allows,
                                 std::function<Result<void>(StreamSettings&)> const& change) {
    static auto const kUpdate = [] {
        std::string sql = "UPDATE streams SET version = :version";
        for (auto const column : kSettings) sql += fmt::format(", {0} = :{0}", column);
        return sql + " WHERE id = :id";
    }();
    return db::transact(database_, [&](db::Connection& connection) -> Result<Stream> {
        auto stream = find_existing(connection, id);
        if (!stream) return stream;
        if (!allows(stream->version))
            return fail(ErrorKind::conflict, "stream", "Somebody else changed the stream.");
        auto const before = static_cast<StreamSettings const&>(*stream);
        auto const changed = change(*stream);
        if (!changed) return std::unexpected(changed.error());
        if (before == *stream) return stream;
        ++stream->version;
        if (!same_rights(before, *stream)) ++stream->access_epoch;
        auto parameters = settings(*stream, stream->access_epoch);
        parameters.emplace_back("version", stream->version);
        parameters.emplace_back("id", id.value());
        auto const updated = connection.execute(kUpdate, parameters);
        if (!updated) return std::unexpected(updated.error());
        return stream;
    });
}

Result<std::pair<Stream, std::optional<std::string>>> StreamStore::set_cover(
    StreamId const& id, std::optional<std::string> const& file) {
    using Set = std::pair<Stream, std::optional<std::string>>;
    return db::transact(database_, [&](db::Connection& connection) -> Result<Set> {
        auto stream = find_existing(connection, id);
        if (!stream) return std::unexpected(std::move(stream.error()));
        auto const before = stream->cover;
        stream->cover = file;
        ++stream->version;
        auto const updated = connection.execute(
            "UPDATE streams SET cover = :cover, version = :version WHERE id = :id",
            {{"cover", file}, {"version", stream->version}, {"id", id.value()}});
        if (!updated) return std::unexpected(updated.error());
        return Set(std::move(*stream), before);
    });
}

Result<OpenedStream> StreamStore::rotate_key(StreamId const& id) {
    return db::transact(database_, [&](db::Connection& connection) -> Result<OpenedStream> {
        auto stream = find_existing(connection, id);
        if (!stream) return std::unexpected(std::move(stream.error()));
        OpenedStream opened{.stream = std::move(*stream), .key = new_stream_key()};
        opened.stream.key_created_at = std::chrono::floor<milliseconds>(wall_now());
        auto const updated = connection.execute(
            "UPDATE streams SET key_hash = :key_hash, key_created_at = :key_created_at "
            "WHERE id = :id",
            {{"key_hash", hash_of(opened.key)},
             {"key_created_at", to_database(opened.stream.key_created_at)},
             {"id", id.value()}});
        if (!updated) return std::unexpected(updated.error());
        return opened;
    });
}

Result<Stream> StreamStore::remove(StreamId const& id) {
    return db::transact(database_, [&](db::Connection& connection) -> Result<Stream> {
        auto stream = find_existing(connection, id);
        if (!stream) return stream;
        for (std::string_view const sql : {"DELETE FROM broadcasts WHERE stream = :id",
                                           "DELETE FROM stream_likes WHERE stream = :id",
                                           "DELETE FROM streams WHERE id = :id"}) {
            auto const removed = connection.execute(sql, {{"id", id.value()}});
            if (!removed) return std::unexpected(removed.error());
        }
        return stream;
    });
}

}  // namespace directfanz::streams
