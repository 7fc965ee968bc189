#pragma once

#include "platform/webhooks/webhook.hpp"

#include <string>
#include <string_view>
#include <vector>

/// How a receiver knows that a request is ours (Standard Webhooks 1.0.0, "Webhook headers").
namespace directfanz::webhooks {

/// "whsec_" and the base64 of 256 random bits.
std::string new_webhook_secret();

/// "v1," and the base64 of HMAC-SHA256 over "id.timestamp.body". Empty for a secret that
/// new_webhook_secret() did not make.
std::string sign(std::string_view secret, std::string_view id, std::int64_t timestamp,
                 std::string_view body);

/// The header webhook-signature: one signature for each secret that counts at present.
std::string signatures(Webhook const& webhook, std::string_view id, WallTime now,
                       std::string_view body);

}  // namespace directfanz::webhooks
