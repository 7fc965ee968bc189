#include "platform/accounts/account.hpp"

#include "system/mail/address.hpp"

#include <algorithm>
#include <vector>

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

/// The code points of valid UTF-8 (RFC 3629, 3).
std::vector<char32_t> code_points(std::string_view text) {
    std::vector<char32_t> points;
    for (auto const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if ((byte & 0xc0U) == 0x80) {
            if (!points.empty()) points.back() = points.back() << 6 | (byte & 0x3fU);
        } else {
            auto const length = byte < 0x80 ? 0U : byte < 0xe0 ? 3U : byte < 0xf0 ? 4U : 5U;
            points.push_back(byte & (length == 0 ? 0x7fU : 0xffU >> length));
        }
    }
    return points;
}

bool is_harmful(char32_t point) {
    return (point >= 0x7f && point < 0xa0)           // DEL, C1
           || point == 0x2028 || point == 0x2029     // line and paragraph separator
           || (point >= 0x202a && point <= 0x202e)   // embeddings and overrides
           || (point >= 0x2066 && point <= 0x2069);  // isolates
}

bool is_blank(char32_t point) {
    return point <= ' ' || point == 0xa0 || point == 0xad || point == 0x3000 || point == 0x2060 ||
           point == 0xfeff || (point >= 0x2000 && point <= 0x200f);
}

}  // namespace

bool is_harmless(std::string_view text) {
    return std::ranges::none_of(code_points(text), is_harmful);
}

bool is_display_name(std::string_view text) {
    auto const points = code_points(text);
    return std::ranges::none_of(points, is_harmful) && !std::ranges::all_of(points, is_blank);
}

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
