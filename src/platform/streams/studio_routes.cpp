#include "platform/streams/studio_routes.hpp"

#include "platform/api/body.hpp"
#include "platform/api/entity_tag.hpp"
#include "platform/api/query.hpp"
#include "platform/streams/store_values.hpp"
#include "platform/streams/stream_change.hpp"
#include "platform/streams/views.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace directfanz::streams {
namespace {

constexpr std::string_view kStreamList = "studio/streams";
constexpr std::string_view kBroadcastList = "studio/broadcasts";
/// A time and an id.
constexpr std::string_view kNewestFirst = "nt";

/// One row more than a page has tells that there is another page.
template <typename Row>
std::string next_cursor(std::string_view list, api::Page const& page, std::vector<Row>& rows,
                        auto time, auto id) {
    if (rows.size() <= page.size) return {};
    rows.resize(page.size);
    return api::encode_cursor(list, {to_database(time(rows.back())), id(rows.back())});
}

template <typename Before>
std::optional<Before> before_of(api::Page const& page) {
    if (page.is_first()) return std::nullopt;
    return Before{std::get<std::int64_t>(page.after[0]), std::get<std::string>(page.after[1])};
}

/// Of the body of an edit or of a new stream, read against what the database has.
struct ReadChange {
    StreamChange change;
    std::optional<http::Response> refused;
};

io::Task<Result<ReadChange>> read_change(Services& services, api::Call const& call, bool is_new) {
    auto list = [&services] { return services.categories.list(); };
    auto const categories = co_await services.run(list);
    if (!categories) co_return std::unexpected(categories.error());
    api::Body body(call);
    if (!is_new) body->at_least_one();
    ReadChange read;
    StreamRules const rules{.categories = *categories, .countries = services.countries != nullptr};
    read.change = read_stream_change(*body, rules, is_new);
    read.refused = body.refusal();
    if (read.refused || !read.change.password) co_return read;
    auto hash = co_await services.passwords.hash(*read.change.password);
    if (!hash) co_return std::unexpected(std::move(hash.error()));
    read.change.setters.push_back(
        [hash = std::move(*hash)](StreamSettings& settings) { settings.password_hash = hash; });
    co_return read;
}

}  // namespace

void StudioRoutes::add_to(api::Api& api) {
    api.on("listOwnStreams", *this, &StudioRoutes::list);
    api.on("createStream", *this, &StudioRoutes::create);
    api.on("getOwnStream", *this, &StudioRoutes::get);
    api.on("editStream", *this, &StudioRoutes::edit);
    api.on("deleteStream", *this, &StudioRoutes::remove);
    api.on("rotateStreamKey", *this, &StudioRoutes::rotate_key);
    api.on("setCover", *this, &StudioRoutes::set_cover);
    api.on("removeCover", *this, &StudioRoutes::remove_cover);
    api.on("goLive", *this, &StudioRoutes::go_live);
    api.on("endStream", *this, &StudioRoutes::end);
    api.on("getHealth", *this, &StudioRoutes::health);
    api.on("listBroadcasts", *this, &StudioRoutes::broadcasts);
    api.on("getBroadcast", *this, &StudioRoutes::broadcast);
    api.on("adminEndStream", *this, &StudioRoutes::end_as_moderator);
}

io::Task<Result<std::string>> StudioRoutes::own_json(SharedPage page, std::uint64_t after,
                                                     milliseconds wait) {
    auto const id = page->stream.id;
    OwnDetails details;
    details.state = co_await services_.states.wait(id, after, wait);
    details.viewers = services_.audience.watching(id);
    details.advice = services_.health.advice_for(id);
    auto const situation = services_.lifecycle.situation(id);
    details.broadcast = situation.broadcast;
    // Without a version yet the phase is not told on this loop.
    details.state.phase = situation.phase;
    if (!details.broadcast || wait.count() > 0) {
        auto work = [&]() -> Result<void> {
            if (!details.broadcast) {
                auto last = services_.broadcasts.last(id);
                if (!last) return std::unexpected(std::move(last.error()));
                details.broadcast = std::move(*last);
            }
            auto fresh = services_.pages.find(id);
            if (!fresh) return std::unexpected(std::move(fresh.error()));
            if (!*fresh) {
                return fail(ErrorKind::not_found, "stream", "The stream was deleted.");
            }
            page = std::move(*fresh);
            return {};
        };
        auto const read = co_await services_.run(work);
        if (!read) co_return std::unexpected(read.error());
    }
    if (services_.has_picture && services_.has_picture(id))
        details.thumbnail_url = own_thumbnail(page->stream);
    co_return own_stream_json(*page, details, services_.urls);
}

std::string StudioRoutes::own_thumbnail(Stream const& stream) const {
    // By the hour: the same address until then, so that pages need not load its picture anew.
    auto const expires = std::chrono::ceil<std::chrono::hours>(wall_now()) + kThumbnailTime;
    auto const token = services_.tokens.make({.stream = stream.id,
                                              .preview = true,
                                              .expires_at = expires,
                                              .epoch = stream.access_epoch});
    return services_.urls.thumbnail(stream.id, token);
}

io::Task<Answer> StudioRoutes::shown(SharedPage page, std::uint64_t after, milliseconds wait) {
    auto json = co_await own_json(page, after, wait);
    if (!json) co_return std::unexpected(std::move(json.error()));
    auto response = api::json_response(std::move(*json));
    api::set_entity_tag(response, page->stream.version);
    http::set_cache_control(response, "no-store");
    co_return response;
}

io::Task<Answer> StudioRoutes::list(api::Call const& call) {
    api::Query query(call);
    auto const page = query.page(kStreamList, kNewestFirst);
    if (auto refused = query.refusal()) co_return std::move(*refused);
    auto work = [&]() -> Result<std::vector<SharedPage>> {
        auto streams = services_.streams.owned_by(call.caller.account, page.size + 1,
                                                  before_of<CreatedBefore>(page));
        if (!streams) return std::unexpected(std::move(streams.error()));
        return services_.pages.complete_all(std::move(*streams));
    };
    auto streams = co_await services_.run(work);
    if (!streams) co_return std::unexpected(std::move(streams.error()));
    auto const cursor = next_cursor(
        kStreamList, page, *streams, [](auto const& one) { return one->stream.created_at; },
        [](auto const& one) { return one->stream.id.value(); });
    std::vector<std::string> items;
    for (auto const& stream : *streams) {
        auto json = co_await own_json(stream, 0, milliseconds(0));
        if (!json) co_return std::unexpected(std::move(json.error()));
        items.push_back(std::move(*json));
    }
    co_return api::json_response(page_of(items, cursor));
}

io::Task<Answer> StudioRoutes::create(api::Call const& call) {
    auto read = co_await read_change(services_, call, true);
    if (!read) co_return std::unexpected(std::move(read.error()));
    if (read->refused) co_return std::move(*read->refused);
    StreamSettings settings;
    // In a browser one sees the preview first.
    settings.auto_live = false;
    read->change.apply(settings);
    if (auto wrong = check_settings(settings)) co_return api::field_problem(std::move(*wrong));
    StreamKey key;
    auto work = [&]() -> Result<SharedPage> {
        auto opened = services_.streams.create(settings, call.caller.account);
        if (!opened) return std::unexpected(std::move(opened.error()));
        key = opened->key;
        return services_.pages.complete(std::move(opened->stream));
    };
    auto const page = co_await services_.run(work);
    if (!page) co_return std::unexpected(page.error());
    services_.announcer.created(*page);
    services_.lookup.learn(*page);
    services_.catalogue.on_situation(*page, {}, {});
    auto json = co_await own_json(*page, 0, milliseconds(0));
    if (!json) co_return std::unexpected(std::move(json.error()));
    co_return api::json_response(fmt::format(R"({{"stream":{},"key":"{}"}})", *json, key.value()),
                                 201);
}

io::Task<Answer> StudioRoutes::get(api::Call const& call) {
    api::Query query(call);
    auto const after = query.optional("after", api::Integer{.least = 0});
    if (auto refused = query.refusal()) co_return std::move(*refused);
    auto const page = co_await stream_for(services_, call, Standing::moderator);
    if (!page) co_return std::unexpected(page.error());
    auto answer = co_await shown(*page, static_cast<std::uint64_t>(after.value_or(0)),
                                 after ? kLongPoll : milliseconds(0));
    co_return answer;
}

io::Task<Answer> StudioRoutes::edit(api::Call const& call) {
    auto const wanted = api::Precondition::of(call);
    if (!wanted) co_return wanted.error();
    auto const page = co_await stream_for(services_, call, Standing::owner);
    if (!page) co_return std::unexpected(page.error());
    if (!wanted->allows((*page)->stream.version)) co_return api::changed_meanwhile();
    auto read = co_await read_change(services_, call, false);
    if (!read) co_return std::unexpected(std::move(read.error()));
    if (read->refused) co_return std::move(*read->refused);
    std::optional<api::FieldError> wrong;
    auto work = [&]() -> Result<SharedPage> {
        wrong.reset();
        auto edited = services_.streams.edit(
            (*page)->stream.id, [&](std::int64_t version) { return wanted->allows(version); },
            [&](StreamSettings& settings) -> Result<void> {
                read->change.apply(settings);
                wrong = check_settings(settings);
                if (wrong) return fail(ErrorKind::invalid, "stream", wrong->message);
                return {};
            });
        if (!edited) return std::unexpected(std::move(edited.error()));
        return services_.pages.complete(std::move(*edited));
    };
    auto const edited = co_await services_.run(work);
    if (!edited && wrong) co_return api::field_problem(std::move(*wrong));
    if (!edited && edited.error().kind == ErrorKind::conflict) co_return api::changed_meanwhile();
    if (!edited) co_return std::unexpected(edited.error());
    services_.changed(*edited);
    auto answer = co_await shown(*edited, 0, milliseconds(0));
    co_return answer;
}

io::Task<Answer> StudioRoutes::remove(api::Call const& call) {
    auto const page = co_await stream_for(services_, call, Standing::owner);
    if (!page) co_return std::unexpected(page.error());
    auto work = [&]() -> Result<Stream> {
        auto removed = services_.streams.remove((*page)->stream.id);
        if (removed && removed->cover) services_.covers.remove(*removed->cover);
        return removed;
    };
    auto const removed = co_await services_.run(work);
    if (!removed) co_return std::unexpected(removed.error());
    services_.lookup.forget((*page)->stream.id);
    services_.lifecycle.remove(*page);
    co_return api::done();
}

io::Task<Answer> StudioRoutes::rotate_key(api::Call const& call) {
    auto const page = co_await stream_for(services_, call, Standing::owner);
    if (!page) co_return std::unexpected(page.error());
    StreamKey key;
    auto work = [&]() -> Result<SharedPage> {
        auto opened = services_.streams.rotate_key((*page)->stream.id);
        if (!opened) return std::unexpected(std::move(opened.error()));
        key = opened->key;
        return services_.pages.complete(std::move(opened->stream));
    };
    auto const rotated = co_await services_.run(work);
    if (!rotated) co_return std::unexpected(rotated.error());
    services_.changed(*rotated);
    auto json = co_await own_json(*rotated, 0, milliseconds(0));
    if (!json) co_return std::unexpected(std::move(json.error()));
    co_return api::json_response(fmt::format(R"({{"stream":{},"key":"{}"}})", *json, key.value()));
}

io::Task<Answer> StudioRoutes::covered(SharedPage page, std::optional<std::string> file) {
    auto work = [&]() -> Result<SharedPage> {
        auto set = services_.streams.set_cover(page->stream.id, file);
        if (!set) return std::unexpected(std::move(set.error()));
        if (set->second) services_.covers.remove(*set->second);
        return services_.pages.complete(std::move(set->first));
    };
    auto const changed = co_await services_.run(work);
    if (!changed) co_return std::unexpected(changed.error());
    services_.changed(*changed);
    auto answer = co_await shown(*changed, 0, milliseconds(0));
    co_return answer;
}

io::Task<Answer> StudioRoutes::set_cover(api::Call const& call) {
    auto const page = co_await stream_for(services_, call, Standing::owner);
    if (!page) co_return std::unexpected(page.error());
    auto keep = [&] { return services_.covers.keep(call.request.body); };
    auto file = co_await services_.run(keep);
    if (!file) co_return std::unexpected(std::move(file.error()));
    auto answer = co_await covered(*page, std::move(*file));
    co_return answer;
}

io::Task<Answer> StudioRoutes::remove_cover(api::Call const& call) {
    auto const page = co_await stream_for(services_, call, Standing::owner);
    if (!page) co_return std::unexpected(page.error());
    auto answer = co_await covered(*page, std::nullopt);
    co_return answer;
}

io::Task<Answer> StudioRoutes::go_live(api::Call const& call) {
    auto const page = co_await stream_for(services_, call, Standing::owner);
    if (!page) co_return std::unexpected(page.error());
    auto const live = services_.lifecycle.go_live((*page)->stream.id);
    if (!live) co_return std::unexpected(live.error());
    auto answer = co_await shown(*page, 0, milliseconds(0));
    co_return answer;
}

io::Task<Answer> StudioRoutes::end(api::Call const& call) {
    auto const page = co_await stream_for(services_, call, Standing::owner);
    if (!page) co_return std::unexpected(page.error());
    // One that has ended already is what was wanted.
    services_.lifecycle.end(*page, EndedBy::creator,
                            "The broadcast was ended on the site. Stop your encoder.",
                            steady_now());
    auto answer = co_await shown(*page, 0, milliseconds(0));
    co_return answer;
}

io::Task<Answer> StudioRoutes::end_as_moderator(api::Call const& call) {
    api::Query query(call);
    auto const reason = query.required("reason", api::Text{.least = 1, .most = 200});
    if (auto refused = query.refusal()) co_return std::move(*refused);
    // The site's moderators look after the streams of nobody, too.
    auto const of_site = call.caller.moderates();
    auto const page =
        co_await stream_for(services_, call, of_site ? Standing::nobody : Standing::moderator);
    if (!page) co_return std::unexpected(page.error());
    if (!of_site && (*page)->stream.owner == call.caller.account)
        co_return fail(ErrorKind::denied, "stream",
                       "This is your own: end it in its control room.");
    auto const nothing = fail(ErrorKind::conflict, "stream", "Nothing of this stream is on air.");
    auto const phase = services_.lifecycle.situation((*page)->stream.id).phase;
    if (phase == Phase::idle || phase == Phase::ended) co_return nothing;
    // First: no broadcast is ended of which nothing could be noted.
    auto note = [&] {
        return services_.herald.note({.by = call.caller.account,
                                      .action = "stream.end",
                                      .target = "stream:" + (*page)->stream.id.value(),
                                      .detail = reason,
                                      .address = call.request.remote_address});
    };
    auto const noted = co_await services_.run(note);
    if (!noted) co_return std::unexpected(noted.error());
    auto const ended = services_.lifecycle.end(
        *page, EndedBy::moderator, "A moderator has ended your broadcast: " + reason, steady_now());
    if (!ended) co_return nothing;
    auto tell = [&] { return services_.herald.tell_ended(**page, reason); };
    auto const told = co_await services_.run(tell);
    if (!told) co_return std::unexpected(told.error());
    co_return api::done();
}

io::Task<Answer> StudioRoutes::health(api::Call const& call) {
    api::Query query(call);
    auto const since = query.optional("since", api::Moment());
    if (auto refused = query.refusal()) co_return std::move(*refused);
    auto const page = co_await stream_for(services_, call, Standing::moderator);
    if (!page) co_return std::unexpected(page.error());
    auto const& id = (*page)->stream.id;
    auto const state = co_await services_.states.wait(id, 0, milliseconds(0));
    auto const health = services_.health.of(id, since.value_or(WallTime()));
    co_return api::json_response(health_json(health, state.renditions));
}

io::Task<Answer> StudioRoutes::broadcasts(api::Call const& call) {
    api::Query query(call);
    auto const page = query.page(kBroadcastList, kNewestFirst);
    if (auto refused = query.refusal()) co_return std::move(*refused);
    auto const stream = co_await stream_for(services_, call, Standing::moderator);
    if (!stream) co_return std::unexpected(stream.error());
    auto const& id = (*stream)->stream.id;
    auto work = [&] {
        return services_.broadcasts.of(id, page.size + 1, before_of<StartedBefore>(page));
    };
    auto rows = co_await services_.run(work);
    if (!rows) co_return std::unexpected(std::move(rows.error()));
    auto const cursor = next_cursor(
        kBroadcastList, page, *rows, [](auto const& row) { return row.started_at; },
        [](auto const& row) { return row.id; });
    auto const now = services_.lifecycle.situation(id);
    std::vector<std::string> items;
    for (auto const& row : *rows) {
        auto const present = now.broadcast && now.broadcast->id == row.id;
        items.push_back(broadcast_json(present ? *now.broadcast : row));
    }
    co_return api::json_response(page_of(items, cursor));
}

io::Task<Answer> StudioRoutes::broadcast(api::Call const& call) {
    auto const stream = co_await stream_for(services_, call, Standing::moderator);
    if (!stream) co_return std::unexpected(stream.error());
    auto const& id = (*stream)->stream.id;
    auto const& wanted = call.parameter("broadcast");
    auto work = [&] { return services_.broadcasts.find(id, wanted); };
    auto row = co_await services_.run(work);
    if (!row) co_return std::unexpected(std::move(row.error()));
    auto const now = services_.lifecycle.situation(id);
    auto const present = now.broadcast && now.broadcast->id == wanted;
    if (!*row && !present)
        co_return fail(ErrorKind::not_found, "broadcast", "There is no such broadcast.");
    // What has ended is counted up in the database; what goes on, in memory.
    auto const ended = *row && (*row)->ended_at;
    co_return api::json_response(broadcast_json(ended || !present ? **row : *now.broadcast));
}

}  // namespace directfanz::streams
