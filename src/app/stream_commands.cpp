#include "app/stream_commands.hpp"

#include "app/data_folder.hpp"
#include "app/urls.hpp"
#include "platform/accounts/account_store.hpp"
#include "platform/streams/broadcast_store.hpp"
#include "platform/streams/store.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace directfanz::app {
namespace {

using Json = nlohmann::ordered_json;

std::string line(Json const& json) {
    return json.dump() + "\n";
}

/// A stream with what stands beside it in a list.
struct Listed {
    streams::Stream stream;
    /// A handle; none for nobody's.
    std::optional<std::string> owner;
    streams::Phase phase = streams::Phase::idle;
};

/// As the database has it: what a server that runs on it wrote last.
Result<std::vector<Listed>> list_all(db::Database& database) {
    auto streams = streams::StreamStore(database).list();
    if (!streams) return std::unexpected(std::move(streams.error()));
    auto const open = streams::BroadcastStore(database).open();
    if (!open) return std::unexpected(open.error());
    std::vector<AccountId> ids;
    for (auto const& stream : *streams) {
        if (stream.owner) ids.push_back(*stream.owner);
    }
    auto const owners = accounts::AccountStore(database).find_all(ids);
    if (!owners) return std::unexpected(owners.error());
    std::vector<Listed> all;
    for (auto& stream : *streams) {
        Listed listed;
        if (stream.owner) {
            auto const owner = owners->find(*stream.owner);
            if (owner != owners->end()) listed.owner = owner->second.handle;
        }
        auto const broadcast = std::ranges::find(*open, stream.id, &streams::BroadcastRow::stream);
        if (broadcast != open->end()) listed.phase = broadcast->phase;
        listed.stream = std::move(stream);
        all.push_back(std::move(listed));
    }
    return all;
}

Json describe_stream(Listed const& listed, streams::StreamUrls const& urls) {
    auto const& stream = listed.stream;
    return {{"id", stream.id.value()},
            {"title", stream.title},
            {"owner", listed.owner ? Json(*listed.owner) : Json(nullptr)},
            {"visibility", streams::to_string(stream.visibility)},
            {"state", streams::to_string(listed.phase)},
            {"createdAt", to_iso8601(stream.created_at)},
            {"playbackUrl", urls.playback(stream.id)},
            {"watchUrl", urls.watch(stream.id)}};
}

/// The one time that a key is shown.
std::string show_key(streams::OpenedStream const& opened, streams::StreamUrls const& urls,
                     std::string_view headline, Output output) {
    auto const& [stream, key] = opened;
    if (output == Output::json) {
        return line({{"id", stream.id.value()},
                     {"streamKey", key.value()},
                     {"rtmpUrl", urls.ingest()},
                     {"playbackUrl", urls.playback(stream.id)},
                     {"watchUrl", urls.watch(stream.id)}});
    }
    return fmt::format(
        "{}\n\n"
        "  In OBS or another encoder:\n"
        "    Server      {}\n"
        "    Stream key  {}\n\n"
        "  Watch page    {}\n"
        "  Playlist      {}\n"
        "  Stream id     {}\n\n"
        "The key is shown this once. Keep it secret: who has it can broadcast as you.\n"
        "If it is lost or has leaked: directfanz stream rotate-key {}\n",
        headline, urls.ingest(), key.value(), urls.watch(stream.id), urls.playback(stream.id),
        stream.id.value(), stream.id.value());
}

/// Where a server of the folder listens: what this call was told goes before what runs.
streams::StreamUrls find_urls(LoadedSettings const& loaded) {
    auto running = read_listening(loaded.settings.data);
    if (running && loaded.given("http")) running->http = loaded.settings.http;
    if (running && loaded.given("rtmp")) running->rtmp = loaded.settings.rtmp;
    return make_urls(loaded.settings, running);
}

enum class Missing { create, refuse };

/// Opens the folder's streams and hands them with their URLs to `action`.
template <typename Action>
Result<std::string> with_streams(LoadedSettings const& loaded, Missing missing, Action action) {
    auto const& settings = loaded.settings;
    if (missing == Missing::refuse) {
        auto const there = expect_data(settings);
        if (!there) return std::unexpected(there.error());
    }
    auto const database = open_data(settings, 1);
    if (!database) return std::unexpected(database.error());
    return action(**database, find_urls(loaded));
}

}  // namespace

Result<std::string> create_stream(LoadedSettings const& loaded, NewStream const& wanted,
                                  Output output) {
    auto const action = [&](auto& database, auto const& urls) -> Result<std::string> {
        streams::StreamSettings settings;
        settings.title = wanted.title;
        settings.visibility =
            streams::parse_visibility(wanted.visibility).value_or(streams::Visibility::public_);
        settings.auto_live = wanted.auto_live;
        std::optional<AccountId> owner;
        if (!wanted.owner.empty()) {
            auto const found = accounts::AccountStore(database).find_by_handle(wanted.owner);
            if (!found) return std::unexpected(found.error());
            if (!*found) {
                return fail(ErrorKind::not_found, "--owner",
                            fmt::format("nobody has the handle '{}'", wanted.owner));
            }
            owner = (*found)->id;
        } else if (settings.visibility == streams::Visibility::followers) {
            return fail(ErrorKind::invalid, "--visibility", "followers of whom? Say it by --owner");
        }
        auto const opened = streams::StreamStore(database).create(settings, owner);
        if (!opened) return std::unexpected(opened.error());
        return show_key(*opened, urls, fmt::format("Created the stream \"{}\".", wanted.title),
                        output);
    };
    return with_streams(loaded, Missing::create, action);
}

Result<std::string> list_streams(LoadedSettings const& loaded, Output output) {
    auto const action = [&](auto& database, auto const& urls) -> Result<std::string> {
        auto const streams = list_all(database);
        if (!streams) return std::unexpected(streams.error());
        if (output == Output::json) {
            auto all = Json::array();
            for (auto const& stream : *streams) all.push_back(describe_stream(stream, urls));
            return line(all);
        }
        if (streams->empty()) {
            return "There are no streams yet. Create one: directfanz stream create --title "
                   "\"My show\"\n";
        }
        constexpr std::string_view kLine = "{:<12}  {:<16}  {:<12}  {:<12}  {:<10}  {}\n";
        auto text =
            fmt::format(kLine, "ID", "CREATED (UTC)", "STATE", "OWNER", "VISIBILITY", "TITLE");
        for (auto const& listed : *streams) {
            auto const& stream = listed.stream;
            auto created = to_iso8601(stream.created_at).substr(0, 16);
            created[10] = ' ';
            text += fmt::format(kLine, stream.id.value(), created, streams::to_string(listed.phase),
                                listed.owner.value_or("-"), streams::to_string(stream.visibility),
                                stream.title);
        }
        return text;
    };
    return with_streams(loaded, Missing::refuse, action);
}

Result<std::string> rotate_stream_key(LoadedSettings const& loaded, std::string const& id,
                                      Output output) {
    auto const action = [&](auto& database, auto const& urls) -> Result<std::string> {
        auto const opened = streams::StreamStore(database).rotate_key(StreamId(id));
        if (!opened) return std::unexpected(opened.error());
        auto const headline = fmt::format("\"{}\" has a new key; the old one opens nothing more.",
                                          opened->stream.title);
        return show_key(*opened, urls, headline, output);
    };
    return with_streams(loaded, Missing::refuse, action);
}

Result<std::string> delete_stream(LoadedSettings const& loaded, std::string const& id,
                                  Output output) {
    auto const action = [&](auto& database, auto const&) -> Result<std::string> {
        auto const removed = streams::StreamStore(database).remove(StreamId(id));
        if (!removed) return std::unexpected(removed.error());
        if (output == Output::json) return line({{"id", id}, {"deleted", true}});
        return fmt::format("Deleted the stream \"{}\".\n", removed->title);
    };
    return with_streams(loaded, Missing::refuse, action);
}

}  // namespace directfanz::app
