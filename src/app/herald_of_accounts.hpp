#pragma once

#include "app/events_for_programs.hpp"
#include "platform/accounts/context.hpp"
#include "platform/streams/herald.hpp"

#include <string>

namespace directfanz::app {

/// Tells people of streams: notifications, mail for those who want it, the audit log, and events
/// for programs.
class HeraldOfAccounts final : public streams::Herald {
  public:
    HeraldOfAccounts(accounts::Context& context, EventsForPrograms& events)
        : context_(context), events_(events) {}

    void happened(streams::StreamEvent const& event) override { events_.stream_happened(event); }
    Result<void> tell_live(std::vector<AccountId> const& followers,
                           streams::StreamPage const& page) override;
    Result<void> tell_followed(AccountId const& creator, AccountId const& follower) override;
    Result<void> tell_ended(streams::StreamPage const& page, std::string const& reason) override;
    Result<void> note(streams::Deed const& deed) override;
    Result<void> note(db::Connection& connection, streams::Deed const& deed) override;

  private:
    accounts::Context& context_;
    EventsForPrograms& events_;
};

}  // namespace directfanz::app
