#include "platform/streams/views.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace directfanz::streams {
namespace {

using Json = nlohmann::ordered_json;

Json maybe(std::optional<std::string> const& text) {
    return text ? Json(*text) : Json(nullptr);
}

Json maybe(std::optional<WallTime> const& time) {
    return time ? Json(to_iso8601(*time)) : Json(nullptr);
}

Json maybe(std::optional<double> const& number) {
    return number ? Json(*number) : Json(nullptr);
}

Json maybe(std::optional<milliseconds> const& time) {
    return time ? Json(time->count()) : Json(nullptr);
}

Json profile(Person const& person) {
    return {{"handle", person.handle}, {"displayName", person.display_name}};
}

Json creator_of(StreamPage const& page) {
    return page.creator ? profile(*page.creator) : Json(nullptr);
}

Json category(Category const& category) {
    return {{"id", category.id},
            {"slug", category.slug},
            {"name", category.name},
            {"position", category.position},
            {"version", category.version}};
}

Json broadcast(BroadcastRow const& row) {
    Json json{{"id", row.id},
              {"state", to_string(row.phase)},
              {"startedAt", to_iso8601(row.started_at)},
              {"liveAt", maybe(row.live_at)},
              {"endedAt", maybe(row.ended_at)},
              {"endedBy", row.ended_by ? Json(to_string(*row.ended_by)) : Json(nullptr)},
              {"title", row.title},
              {"viewers", row.audience.distinct},
              {"peakViewers", row.audience.peak},
              {"watchedSeconds", row.audience.watched_seconds},
              {"likes", row.likes},
              {"newFollowers", row.new_followers}};
    if (row.picture.width != 0) {
        json["width"] = row.picture.width;
        json["height"] = row.picture.height;
    }
    if (row.picture.frame_rate > 0) json["frameRate"] = row.picture.frame_rate;
    return json;
}

bool open_to_all(Stream const& stream) {
    return stream.visibility == Visibility::public_ || stream.visibility == Visibility::unlisted;
}

Json thumbnail(Stream const& stream, StreamUrls const& urls, bool shown) {
    return shown && open_to_all(stream) ? Json(urls.thumbnail(stream.id)) : Json(nullptr);
}

Json cover(Stream const& stream, StreamUrls const& urls) {
    return stream.cover ? Json(urls.cover(*stream.cover)) : Json(nullptr);
}

Json ladder_of(Stream const& stream) {
    if (!stream.ladder) return nullptr;
    auto rungs = Json::array();
    for (auto const& rung : *stream.ladder)
        rungs.push_back({{"height", rung.height}, {"bitrate", rung.bitrate / 1'000}});
    return rungs;
}

Json advice_of(std::vector<live::Advice> const& advice) {
    auto list = Json::array();
    for (auto const& said : advice)
        list.push_back({{"kind", live::name_of(said.kind)},
                        {"text", live::sentence(said)},
                        {"measured", said.measured}});
    return list;
}

Json sample_of(HealthSample const& sample) {
    return {{"at", to_iso8601(sample.at)},
            {"videoBitrate", sample.video_bitrate},
            {"audioBitrate", sample.audio_bitrate},
            {"frameRate", sample.frame_rate},
            {"lateFrames", sample.late_frames},
            {"droppedFrames", sample.dropped_frames},
            {"keyFrameDistance", maybe(sample.key_frame_distance)},
            {"audioLevel", maybe(sample.audio_level)},
            {"roundTrip", maybe(sample.round_trip)},
            {"viewers", sample.viewers}};
}

Json source_of(std::optional<live::Source> const& source) {
    if (!source) return nullptr;
    Json json{{"encoder", source->encoder}, {"videoCodec", nullptr}, {"width", nullptr},
              {"height", nullptr},          {"audioCodec", nullptr}, {"sampleRate", nullptr},
              {"channels", nullptr}};
    if (source->video) {
        json["videoCodec"] = source->video->codec_string;
        json["width"] = source->video->video().width;
        json["height"] = source->video->video().height;
    }
    if (source->audio) {
        json["audioCodec"] = source->audio->codec_string;
        json["sampleRate"] = source->audio->audio().sample_rate;
        json["channels"] = source->audio->audio().channels;
    }
    return json;
}

Json transcoding_of(std::optional<live::LadderState> const& ladder) {
    if (!ladder) return {{"state", "off"}, {"text", ""}};
    if (ladder->phase == live::LadderState::Phase::source_only)
        return {{"state", "source_only"}, {"text", ladder->reason}};
    if (ladder->shed_level == 0) return {{"state", "full"}, {"text", ladder->reason}};
    auto const text = ladder->reason.empty()
                          ? std::string("The server is busy: some qualities are left out for now.")
                          : ladder->reason;
    return {{"state", "shedding"}, {"text", text}};
}

}  // namespace

std::string category_json(Category const& one) {
    return category(one).dump();
}

std::string profile_json(Person const& person) {
    return profile(person).dump();
}

std::string broadcast_json(BroadcastRow const& row) {
    return broadcast(row).dump();
}

std::string card_json(Card const& card, StreamUrls const& urls, bool has_picture) {
    auto const& page = *card.page;
    auto const& stream = page.stream;
    return Json{{"id", stream.id.value()},
                {"title", stream.title},
                {"state", to_string(card.phase)},
                {"viewers", card.viewers},
                {"creator", creator_of(page)},
                {"category", maybe(stream.category)},
                {"tags", stream.tags},
                {"language", maybe(stream.language)},
                {"mature", stream.mature},
                {"locked", stream.visibility == Visibility::password},
                {"followed", card.followed},
                {"liveSince", maybe(card.live_since)},
                {"scheduledAt", maybe(stream.scheduled_at)},
                {"thumbnailUrl", thumbnail(stream, urls, has_picture && card.live_since)},
                {"coverUrl", cover(stream, urls)},
                {"watchUrl", urls.watch(stream.id)}}
        .dump();
}

std::string stream_json(StreamPage const& page, StreamState const& state, std::int64_t viewers,
                        StreamUrls const& urls, bool has_picture) {
    auto const& stream = page.stream;
    // What the creator tries out is nobody else's business.
    auto const preview = state.phase == Phase::preview;
    auto const phase = preview ? Phase::idle : state.phase;
    auto const renditions = preview ? std::vector<std::string>() : state.renditions;
    auto const public_address = open_to_all(stream) && !preview;
    return Json{{"id", stream.id.value()},
                {"title", stream.title},
                {"description", stream.description},
                {"createdAt", to_iso8601(stream.created_at)},
                {"state", to_string(phase)},
                {"version", state.version},
                {"creator", creator_of(page)},
                {"category", page.category ? category(*page.category) : Json(nullptr)},
                {"tags", stream.tags},
                {"language", maybe(stream.language)},
                {"mature", stream.mature},
                {"visibility", to_string(stream.visibility)},
                {"scheduledAt", maybe(stream.scheduled_at)},
                {"liveSince", maybe(state.live_since)},
                {"endedAt", maybe(state.ended_at ? state.ended_at : page.ended_at)},
                {"viewers", viewers},
                {"likes", stream.likes},
                {"latencyMode", to_string(stream.latency_mode)},
                {"renditions", renditions},
                {"playbackUrl", public_address ? Json(urls.playback(stream.id)) : Json(nullptr)},
                {"watchUrl", urls.watch(stream.id)},
                {"coverUrl", cover(stream, urls)},
                {"thumbnailUrl", thumbnail(stream, urls, has_picture && state.live_since)}}
        .dump();
}

std::string own_stream_json(StreamPage const& page, OwnDetails const& details,
                            StreamUrls const& urls) {
    auto const& stream = page.stream;
    Json json{{"id", stream.id.value()},
              {"title", stream.title},
              {"description", stream.description},
              {"category", maybe(stream.category)},
              {"tags", stream.tags},
              {"language", maybe(stream.language)},
              {"mature", stream.mature},
              {"visibility", to_string(stream.visibility)},
              {"hasPassword", stream.password_hash.has_value()},
              {"scheduledAt", maybe(stream.scheduled_at)},
              {"latencyMode", to_string(stream.latency_mode)},
              {"ladder", ladder_of(stream)},
              {"recording", stream.recording},
              {"autoLive", stream.auto_live},
              {"chat",
               {{"enabled", stream.chat.enabled},
                {"followersOnly", stream.chat.followers_only},
                {"slowModeSeconds", stream.chat.slow_mode},
                {"links", stream.chat.links}}},
              {"allowedCountries", stream.allowed_countries},
              {"blockedCountries", stream.blocked_countries},
              {"embedSites", stream.embed_sites},
              {"createdAt", to_iso8601(stream.created_at)},
              {"keyCreatedAt", to_iso8601(stream.key_created_at)},
              {"state", to_string(details.state.phase)},
              {"version", details.state.version},
              {"broadcast", details.broadcast ? broadcast(*details.broadcast) : Json(nullptr)},
              {"viewers", details.viewers},
              {"likes", stream.likes},
              {"advice", advice_of(details.advice)},
              {"rtmpUrl", urls.ingest()},
              {"watchUrl", urls.watch(stream.id)},
              {"coverUrl", cover(stream, urls)},
              {"thumbnailUrl",
               details.thumbnail_url.empty() ? Json(nullptr) : Json(details.thumbnail_url)}};
    if (!urls.rtmps.empty()) json["rtmpsUrl"] = urls.encrypted_ingest();
    return json.dump();
}

std::string like_json(Like const& like) {
    auto const since = WallTime(milliseconds(like.since));
    return Json{{"stream", like.stream.value()}, {"likedAt", to_iso8601(since)}}.dump();
}

std::string health_json(Health const& health, std::vector<std::string> const& renditions) {
    auto samples = Json::array();
    for (auto const& sample : health.samples) samples.push_back(sample_of(sample));
    return Json{{"samples", std::move(samples)},
                {"source", source_of(health.source)},
                {"renditions", renditions},
                {"transcoding", transcoding_of(health.ladder)},
                {"advice", advice_of(health.advice)}}
        .dump();
}

std::string page_of(std::vector<std::string> const& items, std::string const& cursor) {
    return fmt::format(R"({{"items":[{}],"nextCursor":{}}})", fmt::join(items, ","),
                       cursor.empty() ? "null" : Json(cursor).dump());
}

std::string list_of(std::vector<std::string> const& items) {
    return fmt::format(R"({{"items":[{}]}})", fmt::join(items, ","));
}

}  // namespace directfanz::streams
