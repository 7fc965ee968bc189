#include "platform/accounts/session_cookie.hpp"

#include "base/base64url.hpp"
#include "base/bytes.hpp"
#include "platform/accounts/secret.hpp"

#include <fmt/format.h>

namespace directfanz::accounts {
namespace {

/// Of new_secret().
constexpr std::size_t kSecretLength = 43;

std::string_view name_for(http::Request const& request) {
    return request.encrypted ? "__Host-session" : "session";
}

std::string_view trim(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

std::string cookie(http::Request const& request, std::string_view value, std::int64_t life) {
    return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", name_for(request),
                       value, life, request.encrypted ? "; Secure" : "");
}

}  // namespace

std::optional<std::string> session_secret(http::Request const& request) {
    auto const name = name_for(request);
    // HTTP/2 may send each cookie in a field of its own (RFC 9113, 8.2.3).
    for (auto const [field, list] : request.headers) {
        if (!http::same_token(field, "cookie")) continue;
        auto rest = list;
        while (!rest.empty()) {
            auto const pair = trim(rest.substr(0, rest.find(';')));
            rest.remove_prefix(std::min(rest.size(), rest.find(';') == std::string_view::npos
                                                         ? rest.size()
                                                         : rest.find(';') + 1));
            auto const equals = pair.find('=');
            if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
            auto const value = pair.substr(equals + 1);
            if (value.size() != kSecretLength || !from_base64url(value)) continue;
            return std::string(value);
        }
    }
    return std::nullopt;
}

std::string set_session_cookie(http::Request const& request, std::string_view secret,
                               seconds life) {
    return cookie(request, secret, life.count());
}

std::string clear_session_cookie(http::Request const& request) {
    return cookie(request, "", 0);
}

std::string csrf_token_of(std::string_view secret) {
    return to_base64url(as_text(hmac_sha256(secret, "csrf")));
}

}  // namespace directfanz::accounts
