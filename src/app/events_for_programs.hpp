#pragma once

#include "platform/accounts/context.hpp"
#include "platform/events/events.hpp"
#include "platform/streams/herald.hpp"
#include "platform/streams/journal.hpp"
#include "platform/webhooks/webhooks.hpp"

#include <string>

namespace directfanz::app {

/// What happens to streams and accounts, as programs are told of it: kept as events, and sent to
/// webhooks. Who tells does not wait: events are written behind, in order.
class EventsForPrograms {
  public:
    /// All outlive this. `reach`: which servers webhooks may be on.
    EventsForPrograms(db::Database& database, io::BlockingPool& blocking,
                      accounts::Context& context, web_client::Reach reach);

    void add_to(api::Api& api) { webhooks_.add_to(api); }
    void start() { webhooks_.start(); }
    void stop() { webhooks_.stop(); }

    accounts::Belongings& belongings() { return webhooks_.belongings(); }

    // From any thread; they return at once.
    void stream_happened(streams::StreamEvent const& event);
    void account_changed(accounts::Account const& before, accounts::Account const& after);
    void followed(AccountId const& creator, accounts::Account const& follower);

  private:
    void tell(events::EventType type, AccountId const& account, std::string data);
    void tell_owner(webhooks::Webhook const& webhook);

    accounts::Context& context_;
    events::Events events_;
    webhooks::Webhooks webhooks_;
    /// Last: its thread tells the others.
    streams::Journal journal_{"events"};
};

}  // namespace directfanz::app
