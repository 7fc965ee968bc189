#include "app/events_for_programs.hpp"

#include "base/log.hpp"

#include <utility>

#include <nlohmann/json.hpp>

namespace directfanz::app {
namespace {

using Json = nlohmann::ordered_json;

Json maybe(std::optional<WallTime> const& time) {
    return time ? Json(to_iso8601(*time)) : Json(nullptr);
}

/// The same facts for every event of a stream: who reads one can read all.
Json json_of(streams::StreamPage const& page, streams::Situation const& situation,
             std::string const& url) {
    Json json{{"stream",
               {{"id", page.stream.id.value()},
                {"title", page.stream.title},
                {"visibility", streams::to_string(page.stream.visibility)},
                {"url", url + "/streaming/live/" + page.stream.id.value()}}},
              {"state", streams::to_string(situation.phase)},
              {"broadcast", nullptr}};
    if (page.creator) {
        json["creator"] = {{"handle", page.creator->handle},
                           {"displayName", page.creator->display_name}};
    }
    if (auto const& broadcast = situation.broadcast) {
        json["broadcast"] = {{"id", broadcast->id},
                             {"title", broadcast->title},
                             {"startedAt", to_iso8601(broadcast->started_at)},
                             {"liveAt", maybe(broadcast->live_at)},
                             {"endedAt", maybe(broadcast->ended_at)}};
    }
    return json;
}

Json profile_of(accounts::Account const& account) {
    return {{"handle", account.handle}, {"displayName", account.display_name}};
}

}  // namespace

EventsForPrograms::EventsForPrograms(db::Database& database, io::BlockingPool& blocking,
                                     accounts::Context& context, web_client::Reach reach)
    : context_(context),
      events_(database),
      webhooks_(database, blocking, events_, reach,
                [this](webhooks::Webhook const& webhook) { tell_owner(webhook); }) {
    context.belongings.push_back(&webhooks_.belongings());
}

void EventsForPrograms::tell(events::EventType type, AccountId const& account, std::string data) {
    auto event = events::make_event(type, account, std::move(data), wall_now());
    journal_.write(std::string(events::to_string(type)),
                   [this, event = std::move(event)] { return events_.tell(event); });
}

void EventsForPrograms::stream_happened(streams::StreamEvent const& event) {
    auto const type = events::parse_event_type(event.type);
    auto const& owner = event.page->stream.owner;
    // Streams of nobody have nobody to tell.
    if (!type || !owner) return;
    tell(*type, *owner, json_of(*event.page, event.situation, context_.site.url).dump());
}

void EventsForPrograms::account_changed(accounts::Account const& before,
                                        accounts::Account const& after) {
    Json const json{{"account", profile_of(after)},
                    {"roles", api::names(after.roles)},
                    {"creator", accounts::to_string(after.creator)},
                    {"status", accounts::to_string(after.status)}};
    tell(events::EventType::account_updated, after.id, json.dump());
    auto const approved = after.creator == accounts::CreatorStatus::approved &&
                          before.creator != accounts::CreatorStatus::approved;
    if (approved) tell(events::EventType::account_creator_approved, after.id, json.dump());
}

void EventsForPrograms::followed(AccountId const& creator, accounts::Account const& follower) {
    tell(events::EventType::follower_created, creator,
         Json{{"follower", profile_of(follower)}}.dump());
}

void EventsForPrograms::tell_owner(webhooks::Webhook const& webhook) {
    accounts::Notification notification;
    notification.kind = accounts::NotificationKind::webhook_disabled;
    notification.title = web_client::host_of(webhook.url);
    auto const told =
        context_.stores.notifications.notify({webhook.account}, notification, wall_now());
    if (!told) log::warning("notification_lost", {{"error", describe(told.error())}});
}

}  // namespace directfanz::app
