#pragma once

#include "platform/accounts/context.hpp"
#include "platform/api/api.hpp"

namespace directfanz::accounts {

/// The second factor: beginTotp, enableTotp, disableTotp, renewRecoveryCodes.
class FactorRoutes {
  public:
    explicit FactorRoutes(Context& context) : context_(context) {}

    /// This must outlive the Api.
    void add_to(api::Api& api);

  private:
    using Answer = Result<http::Response>;

    io::Task<Answer> begin(api::Call const& call);
    io::Task<Answer> enable(api::Call const& call);
    io::Task<Answer> disable(api::Call const& call);
    io::Task<Answer> renew(api::Call const& call);

    /// The caller's account, once the body's password was right; else the refusal.
    io::Task<Result<std::variant<Account, http::Response>>> confirmed(api::Call const& call);

    Context& context_;
};

}  // namespace directfanz::accounts
