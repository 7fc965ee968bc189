#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The contract's words (api/openapi.yaml: x-access, x-scope, x-rate, and the schema Role).
namespace directfanz::api {

/// Who may ask for an operation at all. Rights that depend on the thing are asked in its handler.
enum class Access { public_, account, creator, moderator, administrator };

/// What an account is on this site. Administrators may do what moderators may.
enum class Role { fan, creator, moderator, administrator };

/// What an API token may be used for.
enum class Scope {
    account_read,
    account_write,
    streams_read,
    streams_write,
    webhooks_read,
    webhooks_write,
};

/// Which limit a request counts against.
enum class RateClass {
    read,
    write,
    guess,   ///< passwords, codes, tokens: what succeeds does not count
    mail,    ///< sends mail, or makes an account
    costly,  ///< work beyond a few rows
};

/// "fan", …
std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view name);
/// "account:read", …
std::string_view to_string(Scope scope);
std::optional<Scope> parse_scope(std::string_view name);
std::string_view to_string(RateClass rate);
std::string_view to_string(Access access);

/// A few values of a small enum.
template <typename E>
class SetOf {
  public:
    SetOf() = default;
    SetOf(std::initializer_list<E> members) {
        for (auto const member : members) insert(member);
    }

    bool contains(E member) const { return (bits_ & bit(member)) != 0; }
    void insert(E member) { bits_ |= bit(member); }
    void erase(E member) { bits_ &= ~bit(member); }
    bool empty() const { return bits_ == 0; }
    bool operator==(SetOf const&) const = default;

  private:
    static std::uint32_t bit(E member) { return std::uint32_t{1} << static_cast<unsigned>(member); }

    std::uint32_t bits_ = 0;
};

using Roles = SetOf<Role>;
using Scopes = SetOf<Scope>;

/// Names with blanks between them, in the enum's order, as the database keeps them.
std::string to_text(Roles roles);
std::string to_text(Scopes scopes);
/// Words that are no names are passed over: a newer program may have written them.
Roles parse_roles(std::string_view text);
Scopes parse_scopes(std::string_view text);
/// In the enum's order, for JSON.
std::vector<std::string> names(Roles roles);
std::vector<std::string> names(Scopes scopes);

}  // namespace directfanz::api
