#pragma once

#include "base/result.hpp"
#include "base/strong.hpp"
#include "platform/api/access.hpp"
#include "system/http/message.hpp"
#include "system/io/task.hpp"

#include <string>

namespace directfanz {

/// An account: 16 characters of base 32.
using AccountId = Strong<std::string, struct AccountIdTag>;

}  // namespace directfanz

namespace directfanz::api {

/// Who asks. Without an account: nobody in particular.
struct Caller {
    enum class By { nobody, session, token };

    By by = By::nobody;
    /// Empty for nobody.
    AccountId account;
    std::string handle;
    Roles roles;
    /// What the token may be used for; a session may all that its account may.
    Scopes scopes;
    /// The session's or the token's id, not its secret.
    std::string credential;
    /// What a session's X-CSRF-Token has to be.
    std::string csrf_token;

    bool signed_in() const { return by != By::nobody; }
    bool is(Role role) const { return roles.contains(role); }
    /// Of the whole site; administrators too.
    bool moderates() const { return is(Role::moderator) || is(Role::administrator); }
};

/// Finds out who asks. For all loops.
class Authenticator {
  public:
    virtual ~Authenticator() = default;

    /// By `Authorization: Bearer …`, else by the cookie. Nobody if there is neither, or if the
    /// cookie's session has ended.
    ///
    /// Errors: denied for a token that is unknown, expired or revoked, and for a suspended account,
    /// with a message for people; unavailable if it cannot be told at present.
    virtual io::Task<Result<Caller>> identify(http::Request const& request) = 0;
};

}  // namespace directfanz::api
