#pragma once

#include "app/events_for_programs.hpp"
#include "app/herald_of_accounts.hpp"
#include "app/people_of_accounts.hpp"
#include "app/settings.hpp"
#include "platform/accounts/accounts.hpp"
#include "platform/api/api.hpp"
#include "platform/streams/urls.hpp"
#include "system/db/database.hpp"
#include "system/http/router.hpp"
#include "system/io/blocking.hpp"

#include <memory>

namespace directfanz::app {

/// The way of people, put together: accounts and what they may do, behind the API, and events for
/// their programs.
class Platform {
  public:
    /// Before the loops run. All outlive this.
    Platform(db::Database& database, io::BlockingPool& blocking, mail::Mailer& mailer,
             Settings const& settings);

    accounts::Accounts& accounts() { return accounts_; }
    streams::People& people() { return people_; }
    streams::PasswordHasher& passwords() { return passwords_; }
    streams::Herald& herald() { return herald_; }
    /// Where modules hang their operations before add_routes().
    api::Api& api() { return api_; }

    /// Where the server is reached, once it listens; before the loops run. Tells the operator how
    /// to become the first administrator, where there is none.
    Result<void> start(streams::StreamUrls const& urls, bool country_rules);

    /// The API and its documents. This outlives the router.
    void add_routes(http::Router& router);

    /// When the loops have stopped.
    void stop() {
        events_.stop();
        accounts_.stop();
    }

  private:
    accounts::Accounts accounts_;
    EventsForPrograms events_;
    PeopleOfAccounts people_;
    HasherOfAccounts passwords_;
    HeraldOfAccounts herald_;
    api::Idempotency idempotency_;
    api::Api api_;
};

}  // namespace directfanz::app
