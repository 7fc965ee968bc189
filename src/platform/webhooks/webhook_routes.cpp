#include "platform/webhooks/webhook_routes.hpp"

#include "platform/accounts/pages.hpp"
#include "platform/accounts/secret.hpp"
#include "platform/api/body.hpp"
#include "platform/webhooks/rendering.hpp"
#include "platform/webhooks/signature.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

namespace directfanz::webhooks {
namespace {

bool is_url(std::string_view text) {
    return web_client::check_url(text).has_value();
}

constexpr api::Text kUrl{
    .least = 1,
    .most = kMaxUrl,
    .format = is_url,
    .expected =
        "This has to be an address that begins with https:// or http://, without a user "
        "or a password."};

auto const kEvents = api::ListOf{
    api::OneOf<events::EventType>{std::span(events::kEventTypes).first(events::kAskable)},
    std::size_t{1}, events::kAskable, true};

/// Answers with a secret must not be kept by anybody.
http::Response with_secret(Webhook const& webhook, unsigned status) {
    auto response = api::json_response(render_created_webhook(webhook), status);
    http::set_cache_control(response, "no-store");
    return response;
}

std::unexpected<Error> no_such_webhook() {
    return fail(ErrorKind::not_found, "webhook", "There is no such webhook.");
}

constexpr std::string_view kDeliveries = "deliveries";

}  // namespace

void WebhookRoutes::add_to(api::Api& api) {
    api.on("listWebhooks", *this, &WebhookRoutes::list);
    api.on("createWebhook", *this, &WebhookRoutes::create);
    api.on("editWebhook", *this, &WebhookRoutes::edit);
    api.on("deleteWebhook", *this, &WebhookRoutes::remove);
    api.on("rotateWebhookSecret", *this, &WebhookRoutes::rotate_secret);
    api.on("testWebhook", *this, &WebhookRoutes::test);
    api.on("listDeliveries", *this, &WebhookRoutes::list_deliveries);
    api.on("resendDelivery", *this, &WebhookRoutes::resend);
}

Result<Webhook> WebhookRoutes::own(api::Call const& call) {
    auto found = webhooks_.find(call.caller.account, call.parameter("webhook"));
    if (!found) return std::unexpected(std::move(found.error()));
    if (!*found) return no_such_webhook();
    return std::move(**found);
}

io::Task<WebhookRoutes::Answer> WebhookRoutes::list(api::Call const& call) {
    auto work = [&] { return webhooks_.list(call.caller.account); };
    auto const found = co_await blocking_.run(work);
    if (!found) co_return std::unexpected(found.error());
    co_return api::json_response(render_webhooks(*found));
}

io::Task<WebhookRoutes::Answer> WebhookRoutes::create(api::Call const& call) {
    api::Body body(call);
    auto url = body->required("url", kUrl);
    auto types = body->required("events", kEvents);
    if (auto refused = body.refusal()) co_return std::move(*refused);
    std::ranges::sort(types);
    Webhook const webhook{.id = accounts::new_id(),
                          .account = call.caller.account,
                          .url = std::move(url),
                          .events = std::move(types),
                          .secret = new_webhook_secret(),
                          .old_secret = {},
                          .old_secret_until = {},
                          .created_at = std::chrono::floor<milliseconds>(wall_now()),
                          .failing_since = {}};
    auto work = [&] { return webhooks_.create(webhook); };
    auto const created = co_await blocking_.run(work);
    if (!created) co_return std::unexpected(created.error());
    co_return with_secret(webhook, 201);
}

io::Task<WebhookRoutes::Answer> WebhookRoutes::edit(api::Call const& call) {
    api::Body body(call);
    body->at_least_one();
    auto const url = body->optional("url", kUrl);
    auto types = body->optional("events", kEvents);
    auto const enabled = body->optional("enabled", api::Boolean());
    if (auto refused = body.refusal()) co_return std::move(*refused);
    if (types) std::ranges::sort(*types);
    auto work = [&] {
        auto const change = [&](Webhook& webhook) {
            if (url) webhook.url = *url;
            if (types) webhook.events = *types;
            if (enabled) webhook.enabled = *enabled;
        };
        return webhooks_.edit(call.caller.account, call.parameter("webhook"), change);
    };
    auto const edited = co_await blocking_.run(work);
    if (!edited) co_return std::unexpected(edited.error());
    co_return api::json_response(render_webhook(*edited));
}

io::Task<WebhookRoutes::Answer> WebhookRoutes::remove(api::Call const& call) {
    auto work = [&] { return webhooks_.remove(call.caller.account, call.parameter("webhook")); };
    auto const removed = co_await blocking_.run(work);
    if (!removed) co_return std::unexpected(removed.error());
    if (!*removed) co_return no_such_webhook();
    co_return api::done();
}

io::Task<WebhookRoutes::Answer> WebhookRoutes::rotate_secret(api::Call const& call) {
    auto const fresh = new_webhook_secret();
    auto work = [&] {
        auto const change = [&](Webhook& webhook) {
            webhook.old_secret = std::exchange(webhook.secret, fresh);
            webhook.old_secret_until = wall_now() + kOldSecretLife;
        };
        return webhooks_.edit(call.caller.account, call.parameter("webhook"), change);
    };
    auto const edited = co_await blocking_.run(work);
    if (!edited) co_return std::unexpected(edited.error());
    co_return with_secret(*edited, 200);
}

io::Task<WebhookRoutes::Answer> WebhookRoutes::test(api::Call const& call) {
    auto work = [&]() -> Result<Delivery> {
        auto const webhook = own(call);
        if (!webhook) return std::unexpected(webhook.error());
        if (!webhook->enabled) return std::unexpected(switched_off());
        auto const now = wall_now();
        auto const event =
            events::make_event(events::EventType::webhook_test, call.caller.account,
                               fmt::format("{{\"webhook\":\"{}\"}}", webhook->id), now);
        return deliveries_.add(*webhook, event, now);
    };
    auto const delivery = co_await blocking_.run(work);
    if (!delivery) co_return std::unexpected(delivery.error());
    wake_();
    co_return api::json_response(render_delivery(*delivery), 202);
}

io::Task<WebhookRoutes::Answer> WebhookRoutes::list_deliveries(api::Call const& call) {
    api::Query query(call);
    auto const page = query.page(kDeliveries, accounts::kNewestFirst);
    if (auto refused = query.refusal()) co_return std::move(*refused);
    auto work = [&]() -> Result<std::vector<Delivery>> {
        auto const webhook = own(call);
        if (!webhook) return std::unexpected(webhook.error());
        return deliveries_.list(webhook->id, accounts::before_of(page), page.size + 1);
    };
    auto found = co_await blocking_.run(work);
    if (!found) co_return std::unexpected(found.error());
    auto const id = [](Delivery const& delivery) { return delivery.id; };
    auto const next = accounts::cut(kDeliveries, page, *found, &Delivery::created_at, id);
    co_return api::json_response(render_deliveries(*found, next));
}

io::Task<WebhookRoutes::Answer> WebhookRoutes::resend(api::Call const& call) {
    auto work = [&]() -> Result<Delivery> {
        auto const webhook = own(call);
        if (!webhook) return std::unexpected(webhook.error());
        return deliveries_.resend(*webhook, call.parameter("delivery"), wall_now());
    };
    auto const delivery = co_await blocking_.run(work);
    if (!delivery) co_return std::unexpected(delivery.error());
    wake_();
    co_return api::json_response(render_delivery(*delivery), 202);
}

}  // namespace directfanz::webhooks
