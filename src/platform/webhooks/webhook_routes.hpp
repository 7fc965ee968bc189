#pragma once

#include "platform/api/api.hpp"
#include "platform/webhooks/delivery_store.hpp"
#include "platform/webhooks/webhook_store.hpp"
#include "system/io/blocking.hpp"

#include <functional>

namespace directfanz::webhooks {

/// listWebhooks, createWebhook, editWebhook, deleteWebhook, rotateWebhookSecret, testWebhook,
/// listDeliveries, resendDelivery.
class WebhookRoutes {
  public:
    /// `wake`: there is something to send; Dispatcher::wake().
    WebhookRoutes(db::Database& database, io::BlockingPool& blocking, std::function<void()> wake)
        : webhooks_(database), deliveries_(database), blocking_(blocking), wake_(std::move(wake)) {}

    /// This must outlive the Api.
    void add_to(api::Api& api);

  private:
    using Answer = Result<http::Response>;

    io::Task<Answer> list(api::Call const& call);
    io::Task<Answer> create(api::Call const& call);
    io::Task<Answer> edit(api::Call const& call);
    io::Task<Answer> remove(api::Call const& call);
    io::Task<Answer> rotate_secret(api::Call const& call);
    io::Task<Answer> test(api::Call const& call);
    io::Task<Answer> list_deliveries(api::Call const& call);
    io::Task<Answer> resend(api::Call const& call);

    /// The caller's webhook that the path names. Error: not_found. Blocks.
    Result<Webhook> own(api::Call const& call);

    WebhookStore webhooks_;
    DeliveryStore deliveries_;
    io::BlockingPool& blocking_;
    std::function<void()> wake_;
};

}  // namespace directfanz::webhooks
