#include "platform/streams/creator_routes.hpp"

#include "platform/api/body.hpp"
#include "platform/api/entity_tag.hpp"
#include "platform/api/query.hpp"
#include "platform/streams/views.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace directfanz::streams {
namespace {

constexpr std::string_view kFollowList = "follows";
constexpr std::string_view kNewestFirst = "nt";
constexpr api::Integer kPosition{.least = 0, .most = 10'000};
constexpr api::Text kName{.least = 1, .most = 40};

bool is_slug(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

http::Response category_answer(Category const& category, unsigned status) {
    auto response = api::json_response(category_json(category), status);
    api::set_entity_tag(response, category.version);
    return response;
}

/// Who has the handle, if they show anything. Blocks.
Result<Person> creator_of(Services& services, api::Call const& call) {
    auto person = services.people.find_by_handle(call.parameter("handle"));
    if (!person) return std::unexpected(std::move(person.error()));
    if (!*person || (*person)->suspended)
        return fail(ErrorKind::not_found, "handle", "Nobody has this handle.");
    return std::move(**person);
}

}  // namespace

void CreatorRoutes::add_to(api::Api& api) {
    api.on("getCreator", *this, &CreatorRoutes::creator);
    api.on("followCreator", *this, &CreatorRoutes::follow);
    api.on("unfollowCreator", *this, &CreatorRoutes::unfollow);
    api.on("listFollows", *this, &CreatorRoutes::follows);
    api.on("listCategories", *this, &CreatorRoutes::categories);
    api.on("createCategory", *this, &CreatorRoutes::create_category);
    api.on("editCategory", *this, &CreatorRoutes::edit_category);
    api.on("deleteCategory", *this, &CreatorRoutes::remove_category);
}

io::Task<Answer> CreatorRoutes::creator(api::Call const& call) {
    Person person;
    std::int64_t followers = 0;
    bool followed = false;
    std::vector<Card> cards;
    auto work = [&]() -> Result<void> {
        auto found = creator_of(services_, call);
        if (!found) return std::unexpected(std::move(found.error()));
        person = std::move(*found);
        auto const count = services_.follows.followers(person.id);
        if (!count) return std::unexpected(count.error());
        followers = *count;
        if (call.caller.signed_in()) {
            auto const follows = services_.follows.follows(call.caller.account, person.id);
            if (!follows) return std::unexpected(follows.error());
            followed = *follows;
        }
        auto streams = services_.streams.owned_by(
            person.id, static_cast<std::size_t>(StreamStore::kMostOwned));
        if (!streams) return std::unexpected(std::move(streams.error()));
        auto pages = services_.pages.complete_all(std::move(*streams));
        if (!pages) return std::unexpected(std::move(pages.error()));
        for (auto& page : *pages) {
            if (listed_for(*page, call.caller.account, followed))
                cards.push_back({.page = std::move(page), .followed = followed});
        }
        return {};
    };
    auto const read = co_await services_.run(work);
    if (!read) co_return std::unexpected(read.error());
    for (auto& card : cards) {
        auto const& id = card.page->stream.id;
        auto const situation = services_.lifecycle.situation(id);
        // Nobody sees a preview.
        card.phase = situation.phase == Phase::preview ? Phase::idle : situation.phase;
        card.live_since = situation.live_since();
        card.viewers = services_.audience.watching(id);
    }
    std::ranges::sort(cards, std::greater(), [](Card const& card) {
        return std::pair(card.live_since.has_value(), card.page->stream.created_at);
    });
    cards.resize(std::min(cards.size(), kMostOnPage));
    auto streams = nlohmann::ordered_json::array();
    for (auto const& card : cards) {
        auto const picture = services_.has_picture && services_.has_picture(card.page->stream.id);
        streams.push_back(nlohmann::ordered_json::parse(card_json(card, services_.urls, picture)));
    }
    nlohmann::ordered_json const json{
        {"handle", person.handle}, {"displayName", person.display_name},
        {"bio", person.bio},       {"followers", followers},
        {"followed", followed},    {"streams", std::move(streams)}};
    co_return api::json_response(json.dump());
}

io::Task<Answer> CreatorRoutes::follow(api::Call const& call) {
    auto work = [&]() -> Result<void> {
        auto const person = creator_of(services_, call);
        if (!person) return std::unexpected(person.error());
        if (person->id == call.caller.account)
            return fail(ErrorKind::conflict, "follow", "One cannot follow oneself.");
        auto const fresh = services_.follows.follow(call.caller.account, person->id);
        if (!fresh) return std::unexpected(fresh.error());
        if (!*fresh || told_of(call.caller.account, person->id)) return {};
        return services_.herald.tell_followed(person->id, call.caller.account);
    };
    auto const done = co_await services_.run(work);
    services_.followed.forget(call.caller.account);
    if (!done) co_return std::unexpected(done.error());
    co_return api::done();
}

bool CreatorRoutes::told_of(AccountId const& follower, AccountId const& creator) {
    auto const pair = follower.value() + ' ' + creator.value();
    auto const now = steady_now();
    std::lock_guard const lock(mutex_);
    auto const* const told = told_.find(pair);
    if (told != nullptr && now - *told < kFollowTold) return true;
    told_.put(pair, now);
    return false;
}

io::Task<Answer> CreatorRoutes::unfollow(api::Call const& call) {
    auto work = [&]() -> Result<bool> {
        auto const person = services_.people.find_by_handle(call.parameter("handle"));
        if (!person) return std::unexpected(person.error());
        if (!*person) return fail(ErrorKind::not_found, "handle", "Nobody has this handle.");
        return services_.follows.unfollow(call.caller.account, (*person)->id);
    };
    auto const done = co_await services_.run(work);
    services_.followed.forget(call.caller.account);
    if (!done) co_return std::unexpected(done.error());
    co_return api::done();
}

io::Task<Answer> CreatorRoutes::follows(api::Call const& call) {
    api::Query query(call);
    auto const page = query.page(kFollowList, kNewestFirst);
    if (auto refused = query.refusal()) co_return std::move(*refused);
    std::string cursor;
    std::vector<std::string> items;
    auto work = [&]() -> Result<void> {
        std::optional<Follow> after;
        if (!page.is_first()) {
            after = {.creator = AccountId(std::get<std::string>(page.after[1])),
                     .since = std::get<std::int64_t>(page.after[0])};
        }
        auto follows = services_.follows.followed_by(call.caller.account, page.size + 1, after);
        if (!follows) return std::unexpected(std::move(follows.error()));
        if (follows->size() > page.size) {
            follows->resize(page.size);
            auto const& last = follows->back();
            cursor = api::encode_cursor(kFollowList, {last.since, last.creator.value()});
        }
        std::vector<AccountId> ids;
        for (auto const& follow : *follows) ids.push_back(follow.creator);
        auto const people = services_.people.find_all(ids);
        if (!people) return std::unexpected(people.error());
        for (auto const& id : ids) {
            auto const found = people->find(id);
            if (found != people->end()) items.push_back(profile_json(found->second));
        }
        return {};
    };
    auto const read = co_await services_.run(work);
    if (!read) co_return std::unexpected(read.error());
    co_return api::json_response(page_of(items, cursor));
}

io::Task<Answer> CreatorRoutes::categories(api::Call const&) {
    auto work = [&] { return services_.categories.list(); };
    auto const categories = co_await services_.run(work);
    if (!categories) co_return std::unexpected(categories.error());
    std::vector<std::string> items;
    for (auto const& category : *categories) items.push_back(category_json(category));
    co_return api::json_response(list_of(items));
}

io::Task<Answer> CreatorRoutes::create_category(api::Call const& call) {
    api::Body body(call);
    auto slug = body->required(
        "slug",
        api::Text{
            .least = 1, .most = 40, .format = is_slug, .expected = "Small letters, digits and -."});
    auto name = body->required("name", kName);
    auto const position = body->optional("position", kPosition);
    if (auto refused = body.refusal()) co_return std::move(*refused);
    auto const noted = also_noted(call, "category.create");
    auto work = [&] { return services_.categories.create(slug, name, position, noted); };
    auto const made = co_await services_.run(work);
    if (!made && made.error().kind == ErrorKind::conflict) {
        co_return api::field_problem(
            {.field = "/slug", .code = api::Code::taken, .message = made.error().message});
    }
    if (!made) co_return std::unexpected(made.error());
    co_return category_answer(*made, 201);
}

io::Task<Answer> CreatorRoutes::edit_category(api::Call const& call) {
    auto const condition = api::Precondition::of(call);
    if (!condition) co_return condition.error();
    api::Body body(call);
    body->at_least_one();
    auto const name = body->optional("name", kName);
    auto const position = body->optional("position", kPosition);
    if (auto refused = body.refusal()) co_return std::move(*refused);
    auto const allows = [&](std::int64_t version) { return condition->allows(version); };
    auto const noted = also_noted(call, "category.edit");
    auto work = [&] {
        return services_.categories.edit(call.parameter("category"), allows, name, position, noted);
    };
    auto const edited = co_await services_.run(work);
    if (!edited && edited.error().kind == ErrorKind::conflict) co_return api::changed_meanwhile();
    if (!edited) co_return std::unexpected(edited.error());
    co_return category_answer(*edited, 200);
}

io::Task<Answer> CreatorRoutes::remove_category(api::Call const& call) {
    auto const noted = also_noted(call, "category.delete");
    auto work = [&] { return services_.categories.remove(call.parameter("category"), noted); };
    auto const removed = co_await services_.run(work);
    if (!removed) co_return std::unexpected(removed.error());
    co_return api::done();
}

CategoryStore::Also CreatorRoutes::also_noted(api::Call const& call, std::string action) {
    return [this, &call, action](db::Connection& connection, Category const& category) {
        return services_.herald.note(
            connection, {.by = call.caller.account,
                         .action = action,
                         .target = "category:" + category.slug,
                         .detail = fmt::format("{} at {}", category.name, category.position),
                         .address = call.request.remote_address});
    };
}

}  // namespace directfanz::streams
