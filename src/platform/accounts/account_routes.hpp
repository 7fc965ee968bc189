#pragma once

#include "platform/accounts/context.hpp"
#include "platform/api/api.hpp"

namespace directfanz::accounts {

/// One's own account: getAccount, editAccount, changePassword, changeEmail,
/// resendEmailVerification, becomeCreator, exportAccount, deleteAccount.
class AccountRoutes {
  public:
    explicit AccountRoutes(Context& context) : context_(context) {}

    /// This must outlive the Api.
    void add_to(api::Api& api);

  private:
    using Answer = Result<http::Response>;

    io::Task<Answer> get(api::Call const& call);
    io::Task<Answer> edit(api::Call const& call);
    io::Task<Answer> change_password(api::Call const& call);
    io::Task<Answer> change_email(api::Call const& call);
    io::Task<Answer> resend_verification(api::Call const& call);
    io::Task<Answer> become_creator(api::Call const& call);
    io::Task<Answer> export_all(api::Call const& call);
    io::Task<Answer> remove(api::Call const& call);

    Context& context_;
};

}  // namespace directfanz::accounts
