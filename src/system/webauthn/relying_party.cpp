#include "system/webauthn/relying_party.hpp"

#include <algorithm>

namespace directfanz::webauthn {
namespace {

constexpr std::string_view kLocalhost = "localhost";

bool is_address(std::string_view host) {
    return host.starts_with('[') ||
           std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

bool is_own_address(std::string_view host) {
    return host == "[::1]" || (host.starts_with("127.") && is_address(host));
}

char in_lower_case(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::optional<RelyingParty> relying_party_of(std::string_view url) {
    auto const end_of_scheme = url.find("://");
    if (end_of_scheme == std::string_view::npos) return std::nullopt;
    auto const scheme = url.substr(0, end_of_scheme);
    auto const encrypted = scheme == "https";
    if (!encrypted && scheme != "http") return std::nullopt;
    auto const authority = url.substr(end_of_scheme + 3);
    auto const end_of_host =
        authority.starts_with('[') ? authority.find(']') + 1 : authority.find(':');
    std::string host(authority.substr(0, end_of_host));
    std::string_view port;
    if (end_of_host < authority.size()) port = authority.substr(end_of_host);

    std::ranges::transform(host, host.begin(), in_lower_case);
    if (is_own_address(host)) host = kLocalhost;
    auto const local = host == kLocalhost || host.ends_with(".localhost");
    if (host.empty() || is_address(host) || (!encrypted && !local)) return std::nullopt;
    // Browsers leave the scheme's own port out.
    if (port == (encrypted ? ":443" : ":80")) port = {};
    auto origin = std::string(scheme) + "://" + host + std::string(port);
    return RelyingParty{.id = std::move(host), .origin = std::move(origin)};
}

}  // namespace directfanz::webauthn
