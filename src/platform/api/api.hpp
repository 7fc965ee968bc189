#pragma once

#include "platform/api/call.hpp"
#include "platform/api/idempotency.hpp"
#include "platform/api/rate_limiter.hpp"
#include "system/http/router.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace directfanz::api {

/// The operations of the contract and what all of them share. In this order: the limit of the
/// address, who asks, the limit of the account, CSRF, access, scope, Idempotency-Key, the handler;
/// every error becomes a problem.
///
/// Filled once, then used by all loops. It outlives the router.
class Api {
  public:
    Api(Authenticator& authenticator, Idempotency& idempotency, RateLimits const& limits = {})
        : authenticator_(authenticator),
          idempotency_(idempotency),
          by_address_(limits.by_address),
          by_account_(limits.by_account) {}
    Api(Api const&) = delete;
    Api& operator=(Api const&) = delete;

    /// Throws for an id that the contract does not have, or that has a handler already.
    void on(std::string_view id, Handler handler);

    /// The same with a member: `api.on("getStream", *this, &StreamRoutes::get)`.
    template <typename Routes>
    void on(std::string_view id, Routes& routes,
            io::Task<Result<http::Response>> (Routes::*member)(Call const&)) {
        on(id, [&routes, member](Call const& call) { return (routes.*member)(call); });
    }

    /// The contract's operations that have no handler yet.
    std::vector<std::string_view> missing() const;

    /// Routes for all that has a handler. After the last on().
    void add_to(http::Router& router);

  private:
    struct Bound {
        Operation const* operation;
        Handler handler;
    };

    /// Whom a request counts for, and what its answer tells of that: the tighter of both limits.
    struct Counted {
        std::string address;
        std::string account;
        Allowance told;
        /// As the handler left Call::guessed.
        bool guessed = true;
    };

    io::Task<http::Response> answer(Bound const& bound, http::Request const& request,
                                    http::PathParameters const& parameters);
    io::Task<http::Response> identified(Bound const& bound, http::Request const& request,
                                        http::PathParameters const& parameters, Counted& counted);
    io::Task<http::Response> handled_once(Handler const& handler, Call const& call);
    static io::Task<http::Response> handled(Handler const& handler, Call const& call);

    Authenticator& authenticator_;
    Idempotency& idempotency_;
    RateLimiter by_address_;
    RateLimiter by_account_;
    std::vector<Bound> bound_;
};

}  // namespace directfanz::api
