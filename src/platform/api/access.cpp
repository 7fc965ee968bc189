#include "platform/api/access.hpp"

#include <array>
#include <cstddef>

namespace directfanz::api {
namespace {

constexpr std::array<std::string_view, 4> kRoles{"fan", "creator", "moderator", "administrator"};
constexpr std::array<std::string_view, 6> kScopes{"account:read",  "account:write",
                                                  "streams:read",  "streams:write",
                                                  "webhooks:read", "webhooks:write"};
constexpr std::array<std::string_view, 5> kRates{"read", "write", "guess", "mail", "costly"};
constexpr std::array<std::string_view, 5> kAccesses{"public", "account", "creator", "moderator",
                                                    "administrator"};

template <typename E, std::size_t size>
std::string_view name_of(std::array<std::string_view, size> const& all, E value) {
    return all[static_cast<std::size_t>(value)];
}

template <typename E, std::size_t size>
std::optional<E> parse(std::array<std::string_view, size> const& all, std::string_view name) {
    for (std::size_t i = 0; i < size; ++i) {
        if (all[i] == name) return static_cast<E>(i);
    }
    return std::nullopt;
}

template <typename E, std::size_t size>
std::vector<std::string> names_of(std::array<std::string_view, size> const& all, SetOf<E> set) {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < size; ++i) {
        if (set.contains(static_cast<E>(i))) found.emplace_back(all[i]);
    }
    return found;
}

std::string joined(std::vector<std::string> const& words) {
    std::string text;
    for (auto const& word : words) {
        if (!text.empty()) text += ' ';
        text += word;
    }
    return text;
}

template <typename E, std::size_t size>
SetOf<E> parse_set(std::array<std::string_view, size> const& all, std::string_view text) {
    SetOf<E> set;
    while (!text.empty()) {
        auto const word = text.substr(0, text.find(' '));
        if (auto const member = parse<E>(all, word)) set.insert(*member);
        text.remove_prefix(std::min(word.size() + 1, text.size()));
    }
    return set;
}

}  // namespace

std::string_view to_string(Role role) {
    return name_of(kRoles, role);
}
std::optional<Role> parse_role(std::string_view name) {
    return parse<Role>(kRoles, name);
}
std::string_view to_string(Scope scope) {
    return name_of(kScopes, scope);
}
std::optional<Scope> parse_scope(std::string_view name) {
    return parse<Scope>(kScopes, name);
}
std::string_view to_string(RateClass rate) {
    return name_of(kRates, rate);
}
std::string_view to_string(Access access) {
    return name_of(kAccesses, access);
}

std::string to_text(Roles roles) {
    return joined(names(roles));
}
std::string to_text(Scopes scopes) {
    return joined(names(scopes));
}
Roles parse_roles(std::string_view text) {
    return parse_set<Role>(kRoles, text);
}
Scopes parse_scopes(std::string_view text) {
    return parse_set<Scope>(kScopes, text);
}
std::vector<std::string> names(Roles roles) {
    return names_of(kRoles, roles);
}
std::vector<std::string> names(Scopes scopes) {
    return names_of(kScopes, scopes);
}

}  // namespace directfanz::api
