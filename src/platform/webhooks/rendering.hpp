#pragma once

#include "platform/webhooks/webhook.hpp"

#include <string>
#include <vector>

/// The contract's schemas as JSON text.
namespace directfanz::webhooks {

/// Webhook
std::string render_webhook(Webhook const& webhook);
/// WebhookList
std::string render_webhooks(std::vector<Webhook> const& webhooks);
/// CreatedWebhook
std::string render_created_webhook(Webhook const& webhook);
/// Delivery
std::string render_delivery(Delivery const& delivery);
/// DeliveryPage; `next_cursor` empty behind the last page.
std::string render_deliveries(std::vector<Delivery> const& deliveries,
                              std::string const& next_cursor);

}  // namespace directfanz::webhooks
