#include "app/urls.hpp"

#include "system/io/socket.hpp"

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

}  // namespace

std::string reachable(std::string_view address) {
    auto const endpoint = io::parse_endpoint(address);
    if (!endpoint) return std::string(address);
    if (endpoint->address().is_unspecified()) {
        return "127.0.0.1:" + std::to_string(endpoint->port());
    }
    return io::to_string(*endpoint);
}

streams::StreamUrls make_urls(Settings const& settings, std::optional<Listening> const& listening) {
    auto const http = reachable(listening ? listening->http : settings.http);
    auto const rtmp = reachable(listening ? listening->rtmp : settings.rtmp);
    if (settings.public_url.empty()) return {.http = "http://" + http, .rtmp = "rtmp://" + rtmp};
    auto rtmp_url = "rtmp://" + std::string(host_of(settings.public_url));
    rtmp_url.append(":").append(port_of(rtmp));
    return {.http = settings.public_url, .rtmp = std::move(rtmp_url)};
}

}  // namespace directfanz::app
