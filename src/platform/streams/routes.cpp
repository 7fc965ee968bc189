#include "platform/streams/routes.hpp"

#include "base/random.hpp"
#include "platform/api/body.hpp"
#include "platform/api/query.hpp"
#include "platform/streams/fold.hpp"
#include "platform/streams/views.hpp"

#include <array>
#include <functional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace directfanz::streams {
namespace {

/// Both numbers of a Rank, and its id.
constexpr std::string_view kRankShape = "nnt";
constexpr std::array<std::string_view, 2> kStates{"live", "scheduled"};
constexpr std::array<std::string_view, 3> kSorts{"followed", "viewers", "newest"};
enum class Listed { live, scheduled };

/// Anybody's page may ask.
http::Response shared(http::Response response, std::string_view cache_control) {
    http::set_cache_control(response, cache_control);
    response.headers.set("Access-Control-Allow-Origin", "*");
    return response;
}

std::uint64_t random_viewer() {
    std::uint64_t viewer = 0;
    for (auto const byte : random_bytes(sizeof viewer)) viewer = viewer << 8 | byte;
    return viewer | 1U;
}

std::uint64_t viewer_of(api::Caller const& caller) {
    if (!caller.signed_in()) return random_viewer();
    return std::hash<AccountId>()(caller.account) | 1U;
}

}  // namespace

void StreamRoutes::add_to(api::Api& api) {
    api.on("discoverStreams", *this, &StreamRoutes::discover);
    api.on("getStream", *this, &StreamRoutes::get);
    api.on("getViewer", *this, &StreamRoutes::viewer);
    api.on("startPlayback", *this, &StreamRoutes::play);
    api.on("likeStream", *this, &StreamRoutes::like);
    api.on("unlikeStream", *this, &StreamRoutes::unlike);
}

io::Task<Result<SharedPage>> StreamRoutes::visible(api::Call const& call) {
    auto page = co_await services_.lookup.find(StreamId(call.parameter("stream")));
    if (page && (!*page || (*page)->suspended())) {
        co_return fail(ErrorKind::not_found, "stream",
                       "There is no such stream. It may have been deleted.");
    }
    co_return page;
}

io::Task<Answer> StreamRoutes::discover(api::Call const& call) {
    api::Query query(call);
    Search search;
    search.words = search_words(query.optional("q", api::Text{.most = 100}).value_or(""));
    search.category = query.optional("category", api::Text{.most = 40});
    if (auto const tag = query.optional("tag", api::Text{.most = 30})) search.tag = fold(*tag);
    search.language = query.optional("language", api::Text{.least = 2, .most = 3});
    search.creator = query.optional("creator", api::Text{.most = 30});
    search.followed_only = query.optional("followed", api::Boolean()).value_or(false);
    auto const state = query.optional("state", api::OneOf<Listed>{kStates}).value_or(Listed::live);
    search.scheduled = state == Listed::scheduled;
    search.sort =
        query.optional("sort", api::OneOf<Search::Sort>{kSorts}).value_or(Search::Sort::followed);
    auto const list = fmt::format("discover/{}/{}", kStates[static_cast<std::size_t>(state)],
                                  kSorts[static_cast<std::size_t>(search.sort)]);
    auto const page = query.page(list, kRankShape);
    if (auto refused = query.refusal()) co_return std::move(*refused);

    std::shared_ptr<Followed const> followed;
    if (call.caller.signed_in()) {
        auto read = co_await services_.followed.of(call.caller.account);
        if (!read) co_return std::unexpected(std::move(read.error()));
        followed = std::move(*read);
        search.account = call.caller.account;
        search.followed = followed.get();
    }
    std::optional<Rank> after;
    if (!page.is_first()) {
        after = {.first = std::get<std::int64_t>(page.after[0]),
                 .second = std::get<std::int64_t>(page.after[1]),
                 .id = std::get<std::string>(page.after[2])};
    }
    auto const found = services_.catalogue.find(search, after, page.size, wall_now());
    std::vector<std::string> items;
    for (auto const& card : found.cards) {
        auto const picture = services_.has_picture && services_.has_picture(card.page->stream.id);
        items.push_back(card_json(card, services_.urls, picture));
    }
    auto const cursor =
        found.next
            ? api::encode_cursor(list, {found.next->first, found.next->second, found.next->id})
            : std::string();
    co_return api::json_response(page_of(items, cursor));
}

std::string StreamRoutes::rendered(SharedPage const& page, StreamState const& state) {
    auto const& id = page->stream.id;
    auto const viewers = services_.audience.watching(id);
    auto const picture = services_.has_picture && services_.has_picture(id);
    {
        std::lock_guard const lock(mutex_);
        auto const* const kept = rendered_.find(id);
        auto const same = kept != nullptr && kept->page == page && kept->version == state.version &&
                          kept->viewers == viewers && kept->has_picture == picture;
        if (same) return kept->json;
    }
    auto json = stream_json(*page, state, viewers, services_.urls, picture);
    std::lock_guard const lock(mutex_);
    rendered_.put(id, {.page = page,
                       .version = state.version,
                       .viewers = viewers,
                       .has_picture = picture,
                       .json = json});
    return json;
}

io::Task<Answer> StreamRoutes::get(api::Call const& call) {
    api::Query query(call);
    auto const after = query.optional("after", api::Integer{.least = 0});
    if (auto refused = query.refusal()) co_return shared(std::move(*refused), "max-age=60");
    auto page = co_await visible(call);
    if (!page) co_return std::unexpected(std::move(page.error()));
    auto const state = co_await services_.states.wait((*page)->stream.id,
                                                      static_cast<std::uint64_t>(after.value_or(0)),
                                                      after ? kLongPoll : milliseconds(0));
    if (after) {
        // It has changed meanwhile, maybe by what woke this one.
        page = co_await visible(call);
        if (!page) co_return std::unexpected(std::move(page.error()));
    }
    // Caches may answer many at once, but never for one that waits: it would ask in circles.
    co_return shared(api::json_response(rendered(*page, state)), after ? "no-store" : "max-age=1");
}

io::Task<Answer> StreamRoutes::viewer(api::Call const& call) {
    auto const page = co_await visible(call);
    if (!page) co_return std::unexpected(page.error());
    auto const& stream = (*page)->stream;
    bool following = false;
    bool liked = false;
    auto standing = Standing::nobody;
    if (call.caller.signed_in()) {
        auto work = [&]() -> Result<void> {
            auto const found = standing_of(services_, call.caller, stream);
            if (!found) return std::unexpected(found.error());
            standing = *found;
            auto const likes = services_.follows.likes(stream.id, call.caller.account);
            if (!likes) return std::unexpected(likes.error());
            liked = *likes;
            if (!stream.owner) return {};
            auto const follows = services_.follows.follows(call.caller.account, *stream.owner);
            if (!follows) return std::unexpected(follows.error());
            following = *follows;
            return {};
        };
        auto const read = co_await services_.run(work);
        if (!read) co_return std::unexpected(read.error());
    }
    nlohmann::ordered_json const json{{"following", following},
                                      {"liked", liked},
                                      {"owner", standing == Standing::owner},
                                      {"moderator", standing == Standing::moderator}};
    auto response = api::json_response(json.dump());
    http::set_cache_control(response, "no-store");
    co_return response;
}

io::Task<Result<std::optional<http::Response>>> StreamRoutes::wrong_password(
    api::Call const& call, Stream const& stream, std::optional<std::string> password) {
    std::string_view const name = "password-required";
    auto const& address = call.request.remote_address;
    if (!password) {
        co_return api::respond({.status = 403,
                                .detail = "This stream is for those who know its password.",
                                .name = name});
    }
    if (auto const wait = wrong_passwords_.blocked_for(address, steady_now())) {
        auto const left = std::chrono::ceil<seconds>(*wait).count();
        auto response = api::respond(
            {.status = 429,
             .detail = fmt::format("Too many wrong passwords came from your address. Try again in "
                                   "{} seconds.",
                                   left)});
        response.headers.set("Retry-After", std::to_string(left));
        co_return response;
    }
    auto const right =
        co_await services_.passwords.matches(*password, stream.password_hash.value_or(""));
    if (!right) co_return std::unexpected(right.error());
    if (*right) co_return std::nullopt;
    wrong_passwords_.record(address, steady_now());
    co_return api::respond(
        {.status = 403, .detail = "That is not the password of this stream.", .name = name});
}

io::Task<Result<std::optional<http::Response>>> StreamRoutes::refusal(
    api::Call const& call, StreamPage const& page, std::optional<std::string> password) {
    auto const& stream = page.stream;
    auto const access = access_of(page, Phase::live);
    if (access.has_country_rules()) {
        auto const country = services_.countries
                                 ? services_.countries->country_of(call.request.remote_address)
                                 : std::nullopt;
        if (!access.shown_in(country)) {
            co_return api::respond(
                {.status = 451,
                 .detail = country ? fmt::format("The creator does not show this stream in your "
                                                 "country ({}).",
                                                 *country)
                                   : "The creator shows this stream in some countries only, and "
                                     "yours is not known."});
        }
    }
    if (stream.visibility == Visibility::password) {
        auto wrong = co_await wrong_password(call, stream, std::move(password));
        co_return wrong;
    }
    if (stream.visibility != Visibility::followers || !stream.owner) co_return std::nullopt;
    if (!call.caller.signed_in()) {
        co_return api::respond(
            {.status = 401, .detail = "This stream is for followers. Sign in to watch it."});
    }
    auto work = [&] { return services_.follows.follows(call.caller.account, *stream.owner); };
    auto const follows = co_await services_.run(work);
    if (!follows) co_return std::unexpected(follows.error());
    if (*follows) co_return std::nullopt;
    co_return api::respond({.status = 403,
                            .detail = "This stream is for followers. Follow its creator to watch.",
                            .name = "followers-only"});
}

io::Task<Answer> StreamRoutes::play(api::Call const& call) {
    api::Body body(call);
    auto password =
        body->optional("password", api::Text{.most = 100, .kind = api::TextKind::secret});
    call.guessed = password.has_value();
    if (auto refused = body.refusal()) co_return std::move(*refused);
    auto const page = co_await visible(call);
    if (!page) co_return std::unexpected(page.error());
    auto const& stream = (*page)->stream;
    auto stand = [&] { return standing_of(services_, call.caller, stream); };
    auto standing = Result<Standing>(Standing::nobody);
    if (call.caller.signed_in()) standing = co_await services_.run(stand);
    if (!standing) co_return std::unexpected(standing.error());
    auto const helps = *standing != Standing::nobody;
    if (!helps) {
        auto refused = co_await refusal(call, **page, std::move(password));
        if (!refused) co_return std::unexpected(std::move(refused.error()));
        if (*refused) co_return std::move(**refused);
    }
    auto const phase = services_.lifecycle.situation(stream.id).phase;
    nlohmann::ordered_json json{{"playbackUrl", services_.urls.playback(stream.id)},
                                {"expiresAt", nullptr},
                                {"preview", helps && phase == Phase::preview}};
    if (helps || access_of(**page, Phase::live).needs_token) {
        auto const time = *standing == Standing::moderator ? kModeratorTokenTime : kTokenTime;
        auto const expires = std::chrono::floor<seconds>(wall_now()) + time;
        auto const token = services_.tokens.make({.stream = stream.id,
                                                  .preview = helps,
                                                  .expires_at = expires,
                                                  .epoch = stream.access_epoch,
                                                  .viewer = viewer_of(call.caller)});
        json["playbackUrl"] = services_.urls.playback(stream.id, token);
        json["thumbnailUrl"] = services_.urls.thumbnail(stream.id, token);
        json["expiresAt"] = to_iso8601(expires);
    } else {
        json["thumbnailUrl"] = services_.urls.thumbnail(stream.id);
    }
    auto response = api::json_response(json.dump());
    http::set_cache_control(response, "no-store");
    co_return response;
}

io::Task<Answer> StreamRoutes::liked(api::Call const& call, bool likes) {
    auto const page = co_await visible(call);
    if (!page) co_return std::unexpected(page.error());
    auto const& id = (*page)->stream.id;
    auto work = [&]() -> Result<SharedPage> {
        auto const changed = likes ? services_.follows.like(id, call.caller.account)
                                   : services_.follows.unlike(id, call.caller.account);
        if (!changed) return std::unexpected(changed.error());
        return services_.pages.find(id);
    };
    auto const fresh = co_await services_.run(work);
    if (!fresh) co_return std::unexpected(fresh.error());
    if (*fresh) services_.lookup.learn(*fresh);
    co_return api::done();
}

io::Task<Answer> StreamRoutes::like(api::Call const& call) {
    auto answer = co_await liked(call, true);
    co_return answer;
}

io::Task<Answer> StreamRoutes::unlike(api::Call const& call) {
    auto answer = co_await liked(call, false);
    co_return answer;
}

}  // namespace directfanz::streams
