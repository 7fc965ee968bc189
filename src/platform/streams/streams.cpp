#include "platform/streams/streams.hpp"

#include "base/log.hpp"
#include "platform/streams/server_secret.hpp"
#include "platform/streams/views.hpp"
#include "system/io/timer.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace directfanz::streams {
namespace {

Bytes playback_secret(db::Database& database) {
    auto secret = server_secret(database, "playback", PlaybackTokens::kSecretBytes);
    if (!secret) throw std::runtime_error(describe(secret.error()));
    return std::move(*secret);
}

}  // namespace

Streams::Streams(db::Database& database, io::BlockingPool& blocking, io::LoopPool& loops,
                 People& people, PasswordHasher& passwords, Herald& herald, StreamsOptions options)
    : loops_(loops),
      blocking_(blocking),
      store_(database),
      categories_(database),
      broadcasts_(database),
      follows_(database),
      pages_(store_, categories_, broadcasts_, people),
      tokens_(playback_secret(database)),
      lookup_(pages_, blocking),
      audience_(loops.size()),
      states_(loops),
      rights_(loops, tokens_, options.countries),
      catalogue_(audience_),
      health_(audience_),
      announcer_(follows_, herald),
      journal_("broadcasts"),
      lifecycle_(broadcasts_, journal_, audience_, options.grace,
                 {&rights_, &states_, &catalogue_, &announcer_}),
      gate_(pages_, lookup_, lifecycle_, blocking, options.key_failures),
      keeper_(store_, blocking),
      followed_(follows_, blocking),
      covers_(options.covers, blocking),
      services_{.streams = store_,
                .categories = categories_,
                .broadcasts = broadcasts_,
                .follows = follows_,
                .pages = pages_,
                .people = people,
                .passwords = passwords,
                .herald = herald,
                .blocking = blocking,
                .lookup = lookup_,
                .states = states_,
                .lifecycle = lifecycle_,
                .catalogue = catalogue_,
                .audience = audience_,
                .health = health_,
                .announcer = announcer_,
                .followed = followed_,
                .covers = covers_,
                .tokens = tokens_,
                .countries = options.countries,
                .urls = {},
                .has_picture = {}},
      stream_routes_(services_),
      studio_routes_(services_),
      creator_routes_(services_) {
    lifecycle_.stop_by([](StreamId const&, Error const&) {});
}

void Streams::show_pictures_of(delivery::Thumbnails const& thumbnails) {
    services_.has_picture = [&thumbnails](StreamId const& id) {
        return thumbnails.has_picture(id);
    };
}

void Streams::add_to(api::Api& api) {
    stream_routes_.add_to(api);
    studio_routes_.add_to(api);
    creator_routes_.add_to(api);
}

Result<void> Streams::load_schedule() {
    auto scheduled = store_.scheduled(wall_now(), Catalogue::kMostScheduled);
    if (!scheduled) return std::unexpected(std::move(scheduled.error()));
    auto pages = pages_.complete_all(std::move(*scheduled));
    if (!pages) return std::unexpected(std::move(pages.error()));
    catalogue_.set_scheduled(std::move(*pages));
    return {};
}

Result<void> Streams::start() {
    auto open = broadcasts_.open();
    if (!open) return std::unexpected(std::move(open.error()));
    lifecycle_.adopt(std::move(*open), steady_now());
    auto scheduled = load_schedule();
    if (!scheduled) return scheduled;
    states_.start();
    auto& loop = loops_[0];
    loop.post([this, &loop] {
        scope_.emplace(loop);
        scope_->spawn(tick(*this));
        scope_->spawn(read_schedule(*this));
    });
    return {};
}

io::Task<> Streams::tick(Streams& streams) {
    for (;;) {
        co_await io::sleep_for(streams.loops_[0], seconds(1));
        streams.audience_.tick();
        streams.lifecycle_.tick(steady_now());
    }
}

io::Task<> Streams::read_schedule(Streams& streams) {
    for (;;) {
        co_await io::sleep_for(streams.loops_[0], kScheduleInterval);
        auto work = [&streams] { return streams.load_schedule(); };
        auto const read = co_await streams.blocking_.run(work);
        if (!read) log::error("schedule_not_read", {{"error", describe(read.error())}});
    }
}

Result<std::vector<std::pair<std::string, std::string>>> Streams::export_of(
    AccountId const& account) {
    auto owned = store_.owned_by(account, StreamStore::kMostOwned);
    if (!owned) return std::unexpected(std::move(owned.error()));
    auto const pages = pages_.complete_all(std::move(*owned));
    if (!pages) return std::unexpected(pages.error());
    std::vector<std::string> shown;
    for (auto const& page : *pages) {
        auto const& id = page->stream.id;
        auto const broadcasts = broadcasts_.of(id, kMostExported);
        if (!broadcasts) return std::unexpected(broadcasts.error());
        std::vector<std::string> rows;
        for (auto const& row : *broadcasts) rows.push_back(broadcast_json(row));
        shown.push_back(fmt::format("{{\"stream\":{},\"broadcasts\":{}}}",
                                    own_stream_json(*page, {}, services_.urls), list_of(rows)));
    }
    auto const followed = follows_.followed_by(account, FollowStore::kMostFollowed);
    if (!followed) return std::unexpected(followed.error());
    std::vector<AccountId> ids;
    for (auto const& follow : *followed) ids.push_back(follow.creator);
    auto const people = services_.people.find_all(ids);
    if (!people) return std::unexpected(people.error());
    std::vector<std::string> profiles;
    for (auto const& [id, person] : *people) profiles.push_back(profile_json(person));
    auto const liked = follows_.liked_by(account, kMostExported);
    if (!liked) return std::unexpected(liked.error());
    std::vector<std::string> likes;
    for (auto const& like : *liked) likes.push_back(like_json(like));
    return std::vector<std::pair<std::string, std::string>>{
        {"streams", list_of(shown)}, {"follows", list_of(profiles)}, {"likes", list_of(likes)}};
}

Result<void> Streams::remove_all_of(AccountId const& account) {
    auto owned = store_.owned_by(account, StreamStore::kMostOwned);
    if (!owned) return std::unexpected(std::move(owned.error()));
    for (auto& stream : *owned) {
        auto const page = pages_.complete(std::move(stream));
        if (!page) return std::unexpected(page.error());
        auto const removed = store_.remove((*page)->stream.id);
        if (!removed) return std::unexpected(removed.error());
        if (removed->cover) covers_.remove(*removed->cover);
        lookup_.forget((*page)->stream.id);
        lifecycle_.remove(*page);
    }
    return follows_.forget(account);
}

Result<void> Streams::replace_keys_of(AccountId const& account) {
    auto const owned = store_.owned_by(account, StreamStore::kMostOwned);
    if (!owned) return std::unexpected(owned.error());
    for (auto const& stream : *owned) {
        auto const rotated = store_.rotate_key(stream.id);
        if (!rotated) return std::unexpected(rotated.error());
        lookup_.forget(stream.id);
    }
    return {};
}

io::Task<std::string> Streams::frame_ancestors(StreamId id) {
    std::string sites = "'self'";
    auto const page = co_await lookup_.find(std::move(id));
    if (!page || !*page) co_return sites;
    for (auto const& site : (*page)->stream.embed_sites) sites += " " + site;
    co_return sites;
}

}  // namespace directfanz::streams
