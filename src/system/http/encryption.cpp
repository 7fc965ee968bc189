#include "system/http/encryption.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace directfanz::http {
namespace {

constexpr std::uint16_t kHttpsPort = 443;

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// "fans.example" of "fans.example:8080", "[::1]" of "[::1]:8080"; empty if it is no host.
std::string_view host_of(std::string_view field) {
    auto const end = field.starts_with('[') ? field.find(']') + 1 : field.find(':');
    auto const host = field.substr(0, end);
    auto const allowed = [](char c) {
        return is_alphanumeric(c) || std::string_view(".-_:[]").find(c) != std::string_view::npos;
    };
    return std::ranges::all_of(host, allowed) ? host : std::string_view();
}

/// The path as a URL has it (RFC 3986, 3.3).
std::string encoded(std::string_view path) {
    constexpr std::string_view kPlain = "-._~!$&'()*+,;=:@/";
    std::string text;
    for (auto const c : path) {
        if (is_alphanumeric(c) || kPlain.find(c) != std::string_view::npos) {
            text += c;
        } else {
            text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return text;
}

}  // namespace

std::optional<Response> redirect_to_https(EncryptionPolicy const& policy, Request const& request) {
    if (policy.redirect_to == 0 || request.encrypted) return std::nullopt;
    auto const field = request.headers.get("Host");
    auto const host = host_of(field.value_or(std::string_view()));
    if (host.empty()) return problem(400, "ask for this by https, or name the host");
    auto where = fmt::format("https://{}", host);
    if (policy.redirect_to != kHttpsPort) where += fmt::format(":{}", policy.redirect_to);
    where += encoded(request.path);
    if (!request.query.empty()) where += "?" + request.query;
    Response response;
    response.status = 308;
    response.headers.add("Location", where);
    return response;
}

void add_hsts(EncryptionPolicy const& policy, Request const& request, Response& response) {
    if (policy.hsts.count() == 0 || !request.encrypted) return;
    response.headers.set("Strict-Transport-Security",
                         fmt::format("max-age={}", policy.hsts.count()));
}

}  // namespace directfanz::http
