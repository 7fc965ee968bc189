#include "app/urls.hpp"

#include "system/io/socket.hpp"

#include <charconv>

namespace directfanz::app {
namespace {

/// "fans.example" of "https://fans.example:8443", "[::1]" of "http://[::1]:8080".
std::string_view host_of(std::string_view url) {
    auto host = url.substr(url.find("://") + 3);
    auto const end = host.starts_with('[') ? host.find(']') + 1 : host.find(':');
    return host.substr(0, end);
}

std::string_view port_of(std::string_view address) {
    return address.substr(address.rfind(':') + 1);
}

std::uint16_t number_of(std::string_view port) {
    std::uint16_t number = 0;
    std::from_chars(port.data(), port.data() + port.size(), number);
    return number;
}

/// Empty where it is off. `host`: in place of that of `address`, unless it is empty.
std::string rtmps_url(std::string const& address, std::string_view host) {
    if (address.empty()) return {};
    if (host.empty()) return "rtmps://" + reachable(address);
    return "rtmps://" + std::string(host) + ":" + std::string(port_of(address));
}

constexpr std::string_view kHttps = "https://";
constexpr std::uint16_t kHttpsPort = 443;

}  // namespace

std::string reachable(std::string_view address) {
    auto const endpoint = io::parse_endpoint(address);
    if (!endpoint) return std::string(address);
    if (endpoint->address().is_unspecified()) {
        return "127.0.0.1:" + std::to_string(endpoint->port());
    }
    return io::to_string(*endpoint);
}

std::uint16_t https_port(Settings const& settings, Listening const& listening) {
    auto const& public_url = settings.public_url;
    if (!public_url.starts_with(kHttps)) return number_of(port_of(listening.https));
    auto const host = host_of(public_url);
    auto const behind = std::string_view(public_url).substr(kHttps.size() + host.size());
    auto const port = behind.starts_with(':') ? number_of(behind.substr(1)) : std::uint16_t{0};
    return port == 0 ? kHttpsPort : port;
}

streams::StreamUrls make_urls(Settings const& settings, std::optional<Listening> const& listening) {
    auto const where = listening.value_or(Listening{.http = settings.http,
                                                    .rtmp = settings.rtmp,
                                                    .https = settings.https,
                                                    .rtmps = settings.rtmps});
    auto const& public_url = settings.public_url;
    auto const encrypted = settings.redirect_to_https || public_url.starts_with(kHttps);
    auto const rtmps = encrypted && !where.rtmps.empty();
    std::string const scheme = rtmps ? "rtmps://" : "rtmp://";
    auto const rtmp = reachable(rtmps ? where.rtmps : where.rtmp);
    if (!public_url.empty()) {
        auto rtmp_url = scheme + std::string(host_of(public_url));
        rtmp_url.append(":").append(port_of(rtmp));
        return {.http = public_url,
                .rtmp = std::move(rtmp_url),
                .rtmps = rtmps_url(where.rtmps, host_of(public_url))};
    }
    auto const https = encrypted && !where.https.empty();
    return {.http = https ? "https://" + reachable(where.https) : "http://" + reachable(where.http),
            .rtmp = scheme + rtmp,
            .rtmps = rtmps_url(where.rtmps, {})};
}

}  // namespace directfanz::app
