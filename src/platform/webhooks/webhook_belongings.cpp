#include "platform/webhooks/webhook_belongings.hpp"

#include "platform/webhooks/rendering.hpp"

namespace directfanz::webhooks {

Result<std::vector<std::pair<std::string, std::string>>> WebhookBelongings::export_of(
    AccountId const& account) {
    auto const webhooks = webhooks_.list(account);
    if (!webhooks) return std::unexpected(webhooks.error());
    auto const events = outbox_.list(account, kMostEvents);
    if (!events) return std::unexpected(events.error());
    std::string sent;
    for (auto const& event : *events) {
        if (!sent.empty()) sent += ',';
        sent += events::to_json(event);
    }
    return std::vector<std::pair<std::string, std::string>>{
        {"webhooks", render_webhooks(*webhooks)}, {"events", "[" + sent + "]"}};
}

Result<void> WebhookBelongings::remove_all(AccountId const& account) {
    auto removed = webhooks_.remove_all(account);
    if (!removed) return removed;
    return outbox_.forget_all(account);
}

Result<void> WebhookBelongings::reclaim(AccountId const& account) {
    return webhooks_.remove_all(account);
}

}  // namespace directfanz::webhooks
