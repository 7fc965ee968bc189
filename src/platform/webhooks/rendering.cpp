#include "platform/webhooks/rendering.hpp"

#include <nlohmann/json.hpp>

namespace directfanz::webhooks {
namespace {

using Json = nlohmann::ordered_json;

Json maybe(std::optional<WallTime> const& time) {
    return time ? Json(to_iso8601(*time)) : Json(nullptr);
}

Json json_of(Webhook const& webhook) {
    auto types = Json::array();
    for (auto const type : webhook.events) types.push_back(events::to_string(type));
    return {{"id", webhook.id},
            {"url", webhook.url},
            {"events", std::move(types)},
            {"enabled", webhook.enabled},
            {"createdAt", to_iso8601(webhook.created_at)},
            {"failingSince", maybe(webhook.failing_since)}};
}

Json json_of(Delivery const& delivery) {
    return {{"id", delivery.id},
            {"event", delivery.event},
            {"type", delivery.type},
            {"createdAt", to_iso8601(delivery.created_at)},
            {"state", kDeliveryStates[static_cast<std::size_t>(delivery.state)]},
            {"attempts", delivery.attempts},
            {"nextAttemptAt", maybe(delivery.next_attempt_at)},
            {"status", delivery.status ? Json(*delivery.status) : Json(nullptr)},
            {"response", delivery.response}};
}

}  // namespace

std::string render_webhook(Webhook const& webhook) {
    return json_of(webhook).dump();
}

std::string render_webhooks(std::vector<Webhook> const& webhooks) {
    auto items = Json::array();
    for (auto const& webhook : webhooks) items.push_back(json_of(webhook));
    return Json{{"items", std::move(items)}}.dump();
}

std::string render_created_webhook(Webhook const& webhook) {
    return Json{{"webhook", json_of(webhook)}, {"secret", webhook.secret}}.dump();
}

std::string render_delivery(Delivery const& delivery) {
    return json_of(delivery).dump();
}

std::string render_deliveries(std::vector<Delivery> const& deliveries,
                              std::string const& next_cursor) {
    auto items = Json::array();
    for (auto const& delivery : deliveries) items.push_back(json_of(delivery));
    return Json{{"items", std::move(items)},
                {"nextCursor", next_cursor.empty() ? Json(nullptr) : Json(next_cursor)}}
        .dump();
}

}  // namespace directfanz::webhooks
