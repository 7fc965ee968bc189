#pragma once

#include "platform/accounts/context.hpp"
#include "platform/api/api.hpp"

namespace directfanz::accounts {

/// Coming in and going out: getSession, signIn, signOut, signUp, verifyEmail,
/// requestPasswordReset, resetPassword.
///
/// Nothing here tells whether an address has an account, but for signing up, which cannot do
/// without; the limit of wrong guesses makes that slow.
class SessionRoutes {
  public:
    explicit SessionRoutes(Context& context) : context_(context) {}

    /// This must outlive the Api.
    void add_to(api::Api& api);

  private:
    using Answer = Result<http::Response>;

    io::Task<Answer> get(api::Call const& call);
    io::Task<Answer> sign_in(api::Call const& call);
    io::Task<Answer> sign_out(api::Call const& call);
    io::Task<Answer> sign_up(api::Call const& call);
    io::Task<Answer> verify_email(api::Call const& call);
    io::Task<Answer> request_password_reset(api::Call const& call);
    io::Task<Answer> reset_password(api::Call const& call);

    /// A refusal, or nothing if `code` is the account's second factor right now.
    io::Task<Result<std::optional<http::Response>>> check_second_factor(
        Account const& account, std::optional<std::string> const& code);
    Result<void> send_reset(std::string const& email);

    Context& context_;
};

}  // namespace directfanz::accounts
