#pragma once

#include "platform/accounts/context.hpp"
#include "platform/api/api.hpp"

namespace directfanz::accounts {

/// Passkeys: beginPasskey, createPasskey, listPasskeys, renamePasskey, removePasskey; and signing
/// in by one: beginPasskeySignIn, signInByPasskey.
class PasskeyRoutes {
  public:
    explicit PasskeyRoutes(Context& context) : context_(context) {}

    /// This must outlive the Api.
    void add_to(api::Api& api);

  private:
    using Answer = Result<http::Response>;

    io::Task<Answer> begin(api::Call const& call);
    io::Task<Answer> create(api::Call const& call);
    io::Task<Answer> list(api::Call const& call);
    io::Task<Answer> rename(api::Call const& call);
    io::Task<Answer> remove(api::Call const& call);
    io::Task<Answer> begin_sign_in(api::Call const& call);
    io::Task<Answer> sign_in(api::Call const& call);

    Context& context_;
};

}  // namespace directfanz::accounts
