#include "app/stream_commands.hpp"

#include "app/data_folder.hpp"
#include "app/urls.hpp"
#include "platform/streams/store.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace directfanz::app {
namespace {

using Json = nlohmann::ordered_json;

std::string line(Json const& json) {
    return json.dump() + "\n";
}

Json describe_stream(streams::Stream const& stream, streams::StreamUrls const& urls) {
    return {{"id", stream.id.value()},
            {"title", stream.title},
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
    streams::StreamStore store(**database);
    return action(store, find_urls(loaded));
}

}  // namespace

Result<std::string> create_stream(LoadedSettings const& loaded, std::string const& title,
                                  Output output) {
    auto const action = [&](auto& store, auto const& urls) -> Result<std::string> {
        auto const opened = store.create(title);
        if (!opened) return std::unexpected(opened.error());
        return show_key(*opened, urls, fmt::format("Created the stream \"{}\".", title), output);
    };
    return with_streams(loaded, Missing::create, action);
}

Result<std::string> list_streams(LoadedSettings const& loaded, Output output) {
    auto const action = [&](auto& store, auto const& urls) -> Result<std::string> {
        auto const streams = store.list();
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
        auto text = fmt::format("{:<12}  {:<16}  {}\n", "ID", "CREATED (UTC)", "TITLE");
        for (auto const& stream : *streams) {
            auto created = to_iso8601(stream.created_at).substr(0, 16);
            created[10] = ' ';
            text += fmt::format("{:<12}  {:<16}  {}\n", stream.id.value(), created, stream.title);
        }
        return text;
    };
    return with_streams(loaded, Missing::refuse, action);
}

Result<std::string> rotate_stream_key(LoadedSettings const& loaded, std::string const& id,
                                      Output output) {
    auto const action = [&](auto& store, auto const& urls) -> Result<std::string> {
        auto const opened = store.rotate_key(StreamId(id));
        if (!opened) return std::unexpected(opened.error());
        auto const headline = fmt::format("\"{}\" has a new key; the old one opens nothing more.",
                                          opened->stream.title);
        return show_key(*opened, urls, headline, output);
    };
    return with_streams(loaded, Missing::refuse, action);
}

Result<std::string> delete_stream(LoadedSettings const& loaded, std::string const& id,
                                  Output output) {
    auto const action = [&](auto& store, auto const&) -> Result<std::string> {
        auto const removed = store.remove(StreamId(id));
        if (!removed) return std::unexpected(removed.error());
        if (output == Output::json) return line({{"id", id}, {"deleted", true}});
        return fmt::format("Deleted the stream \"{}\".\n", removed->title);
    };
    return with_streams(loaded, Missing::refuse, action);
}

}  // namespace directfanz::app
