#pragma once

#include "platform/accounts/belongings.hpp"
#include "platform/events/events.hpp"
#include "platform/webhooks/webhook_store.hpp"

namespace directfanz::webhooks {

/// An account's webhooks and what happened to it lately, for its export, and for its end.
class WebhookBelongings final : public accounts::Belongings {
  public:
    explicit WebhookBelongings(db::Database& database) : webhooks_(database), outbox_(database) {}

    /// "webhooks" as WebhookList, without secrets; "events" as they were sent.
    Result<std::vector<std::pair<std::string, std::string>>> export_of(
        AccountId const& account) override;

    Result<void> remove_all(AccountId const& account) override;

    /// Its webhooks go: they would tell a stranger what happens.
    Result<void> reclaim(AccountId const& account) override;

    static constexpr std::size_t kMostEvents = 10'000;

  private:
    WebhookStore webhooks_;
    events::Outbox outbox_;
};

}  // namespace directfanz::webhooks
