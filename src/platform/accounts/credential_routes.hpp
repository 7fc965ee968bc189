#pragma once

#include "platform/accounts/context.hpp"
#include "platform/api/api.hpp"

namespace directfanz::accounts {

/// What opens the account: listSessions, revokeOtherSessions, revokeSession, listTokens,
/// createToken, revokeToken.
class CredentialRoutes {
  public:
    explicit CredentialRoutes(Context& context) : context_(context) {}

    /// This must outlive the Api.
    void add_to(api::Api& api);

  private:
    using Answer = Result<http::Response>;

    io::Task<Answer> list_sessions(api::Call const& call);
    io::Task<Answer> revoke_others(api::Call const& call);
    io::Task<Answer> revoke_session(api::Call const& call);
    io::Task<Answer> list_tokens(api::Call const& call);
    io::Task<Answer> create_token(api::Call const& call);
    io::Task<Answer> revoke_token(api::Call const& call);

    Context& context_;
};

}  // namespace directfanz::accounts
