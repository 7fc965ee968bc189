#pragma once

#include "platform/webhooks/dispatcher.hpp"
#include "platform/webhooks/webhook_belongings.hpp"
#include "platform/webhooks/webhook_routes.hpp"

#include <functional>

namespace directfanz::webhooks {

/// The module: all that webhooks are, put together. It outlives the Api.
class Webhooks {
  public:
    /// `events` must have told nothing yet. `switched_off`: a webhook's server took nothing for
    /// long; on a thread that may block.
    Webhooks(db::Database& database, io::BlockingPool& blocking, events::Events& events,
             web_client::Reach reach, std::function<void(Webhook const&)> switched_off)
        : client_({.reach = reach, .timeout = kTimeout}),
          dispatcher_(database, {.send =
                                     [this](web_client::Request request, auto done) {
                                         client_.start(std::move(request), std::move(done));
                                     },
                                 .switched_off = std::move(switched_off)}),
          routes_(database, blocking, [this] { dispatcher_.wake(); }),
          belongings_(database) {
        events.listen([this](events::Event const&) { dispatcher_.wake(); });
    }
    ~Webhooks() { stop(); }
    Webhooks(Webhooks const&) = delete;
    Webhooks& operator=(Webhooks const&) = delete;

    void add_to(api::Api& api) { routes_.add_to(api); }
    accounts::Belongings& belongings() { return belongings_; }

    void start() { dispatcher_.start(); }
    /// What is under way is sent again at the next start.
    void stop() {
        client_.stop();
        dispatcher_.stop();
    }

    /// Standard Webhooks 1.0.0 asks receivers to answer within 15 to 30 s.
    static constexpr milliseconds kTimeout{15'000};

  private:
    web_client::WebClient client_;
    Dispatcher dispatcher_;
    WebhookRoutes routes_;
    WebhookBelongings belongings_;
};

}  // namespace directfanz::webhooks
