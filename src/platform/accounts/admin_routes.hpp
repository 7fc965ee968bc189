#pragma once

#include "platform/accounts/context.hpp"
#include "platform/api/api.hpp"

namespace directfanz::accounts {

/// Running the site: adminListAccounts, adminGetAccount, adminEditAccount, listAuditLog. Each
/// change stands in the audit log, in the same transaction.
class AdminRoutes {
  public:
    explicit AdminRoutes(Context& context) : context_(context) {}

    /// This must outlive the Api.
    void add_to(api::Api& api);

  private:
    using Answer = Result<http::Response>;

    io::Task<Answer> list(api::Call const& call);
    io::Task<Answer> get(api::Call const& call);
    io::Task<Answer> edit(api::Call const& call);
    io::Task<Answer> audit_log(api::Call const& call);

    /// Tells the account, by letter and notification.
    Result<void> notify(Account const& before, Account const& after);

    Context& context_;
};

}  // namespace directfanz::accounts
