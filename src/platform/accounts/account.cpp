#include "platform/accounts/account.hpp"

#include "system/mail/address.hpp"

#include <algorithm>

namespace directfanz::accounts {
namespace {

constexpr std::array<std::string_view, 44> kReserved{
    "about",     "account",   "accounts",   "admin",    "administrator", "api",        "assets",
    "billing",   "contact",   "creator",    "creators", "dashboard",     "directfanz", "discover",
    "embed",     "help",      "home",       "info",     "legal",         "live",       "mail",
    "me",        "mod",       "moderator",  "news",     "nobody",        "null",       "official",
    "payments",  "play",      "postmaster", "press",    "privacy",       "root",       "security",
    "settings",  "staff",     "streaming",  "studio",   "support",       "system",     "terms",
    "undefined", "webmaster",
};

}  // namespace

std::string_view to_string(CreatorStatus status) {
    return kCreatorStatuses[static_cast<std::size_t>(status)];
}

CreatorStatus parse_creator_status(std::string_view name) {
    auto const found = std::ranges::find(kCreatorStatuses, name);
    if (found == kCreatorStatuses.end()) return CreatorStatus::none;
    return static_cast<CreatorStatus>(found - kCreatorStatuses.begin());
}

std::string_view to_string(Status status) {
    return kStatuses[static_cast<std::size_t>(status)];
}

bool is_handle(std::string_view text) {
    return text.size() >= 3 && text.size() <= 30 && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           });
}

bool is_reserved_handle(std::string_view handle) {
    return std::ranges::find(kReserved, handle) != kReserved.end();
}

std::string email_key(std::string_view email) {
    std::string key(email);
    std::ranges::transform(key, key.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return key;
}

bool is_email(std::string_view text) {
    return mail::parse_address(text).has_value();
}

bool is_language(std::string_view text) {
    return (text.size() == 2 || text.size() == 3) &&
           std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace directfanz::accounts
