#pragma once

#include "platform/accounts/account_routes.hpp"
#include "platform/accounts/admin_routes.hpp"
#include "platform/accounts/context.hpp"
#include "platform/accounts/credential_routes.hpp"
#include "platform/accounts/factor_routes.hpp"
#include "platform/accounts/passkey_routes.hpp"
#include "platform/accounts/people_routes.hpp"
#include "platform/accounts/session_routes.hpp"

#include <filesystem>
#include <string>

namespace directfanz::accounts {

struct AccountsOptions {
    Site site;
    SiteFacts facts;
    /// Where the setup link is written.
    std::filesystem::path setup_file;
    HashCost hash_cost;
};

/// The module: all that accounts are, put together. It outlives the Api and the loops' work.
class Accounts {
  public:
    Accounts(db::Database& database, io::BlockingPool& blocking, mail::Mailer& mailer,
             AccountsOptions options)
        : stores_(database),
          identities_(stores_.sessions, stores_.tokens, blocking),
          hasher_(options.hash_cost),
          postman_(mailer),
          setup_(std::move(options.setup_file)),
          context_{.stores = stores_,
                   .blocking = blocking,
                   .hasher = hasher_,
                   .identities = identities_,
                   .postman = postman_,
                   .setup = setup_,
                   .site = std::move(options.site),
                   .facts = std::move(options.facts)} {}
    Accounts(Accounts const&) = delete;
    Accounts& operator=(Accounts const&) = delete;

    api::Authenticator& authenticator() { return identities_; }
    Stores& stores() { return stores_; }
    Context& context() { return context_; }
    Hasher& hasher() { return hasher_; }

    /// The link for the first administrator, which the operator is to be told; empty when there is
    /// an administrator. Blocks. `url`: the site's, without a slash at the end.
    Result<std::string> offer_setup(std::string_view url) {
        auto const present = stores_.accounts.has_administrator();
        if (!present) return std::unexpected(present.error());
        if (*present) return std::string();
        return setup_.offer(url);
    }

    /// All operations of this module.
    void add_to(api::Api& api) {
        session_routes_.add_to(api);
        account_routes_.add_to(api);
        credential_routes_.add_to(api);
        factor_routes_.add_to(api);
        passkey_routes_.add_to(api);
        people_routes_.add_to(api);
        admin_routes_.add_to(api);
    }

    /// Waits for what hashes and sends; when the loops have stopped.
    void stop() {
        postman_.stop();
        hasher_.stop();
    }

  private:
    Stores stores_;
    Identities identities_;
    Hasher hasher_;
    Postman postman_;
    SetupLink setup_;
    Context context_;
    SessionRoutes session_routes_{context_};
    AccountRoutes account_routes_{context_};
    CredentialRoutes credential_routes_{context_};
    FactorRoutes factor_routes_{context_};
    PasskeyRoutes passkey_routes_{context_};
    PeopleRoutes people_routes_{context_};
    AdminRoutes admin_routes_{context_};
};

}  // namespace directfanz::accounts
