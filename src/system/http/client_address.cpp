#include "system/http/client_address.hpp"

#include <algorithm>
#include <optional>

namespace directfanz::http {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    auto const from = text.find_first_not_of(blanks);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

/// Whether an odd number of backslashes stands before `index`.
bool escaped(std::string_view text, std::size_t index) {
    std::size_t count = 0;
    while (count < index && text[index - 1 - count] == '\\') ++count;
    return count % 2 == 1;
}

/// The last `separator` outside quotes, seen from the end: what a client has written further left,
/// an unfinished quote above all, changes nothing about what the proxies added behind it.
std::size_t last_outside_quotes(std::string_view text, char separator) {
    auto quoted = false;
    for (auto i = text.size(); i-- > 0;) {
        if (text[i] == '"' && !escaped(text, i)) quoted = !quoted;
        if (text[i] == separator && !quoted) return i;
    }
    return std::string_view::npos;
}

/// Takes the last piece off the end of `text`.
std::string_view take_last(std::string_view& text, char separator) {
    auto const at = last_outside_quotes(text, separator);
    auto const from = at == std::string_view::npos ? 0 : at + 1;
    auto const piece = trimmed(text.substr(from));
    text = text.substr(0, at == std::string_view::npos ? 0 : at);
    return piece;
}

std::string unquoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
    std::string plain;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '\\' && i + 2 < text.size()) ++i;
        plain += text[i];
    }
    return plain;
}

/// A parameter's value in one forwarded-element (RFC 7239, 4); the last one, should there be more.
std::string value_in(std::string_view element, std::string_view parameter) {
    while (!element.empty()) {
        auto const pair = take_last(element, ';');
        auto const equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        if (same_token(trimmed(pair.substr(0, equals)), parameter))
            return unquoted(trimmed(pair.substr(equals + 1)));
    }
    return {};
}

/// Takes the last piece off a list in which nothing is quoted.
std::string_view take_last_plain(std::string_view& list) {
    auto const comma = list.rfind(',');
    auto const piece = trimmed(list.substr(comma == std::string_view::npos ? 0 : comma + 1));
    list = list.substr(0, comma == std::string_view::npos ? 0 : comma);
    return piece;
}

/// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80".
std::optional<io::IpAddress> parse_node(std::string_view node) {
    if (node.starts_with('[')) {
        auto const end = node.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        auto const behind = node.substr(end + 1);
        if (!behind.empty() && behind.front() != ':') return std::nullopt;
        return io::parse_ip(node.substr(1, end - 1));
    }
    auto const colon = node.find(':');
    auto const port = colon != std::string_view::npos && node.find(':', colon + 1) == node.npos;
    return io::parse_ip(port ? node.substr(0, colon) : node);
}

}  // namespace

Client client_of(ProxyTrust const& trust, std::string_view peer, bool encrypted,
                 Headers const& headers) {
    Client client{.address = std::string(peer), .encrypted = encrypted};
    if (!trust.addresses.contains(peer)) return client;
    auto const rfc_7239 = trust.header == ForwardedHeader::forwarded;
    auto const header = headers.joined(rfc_7239 ? "Forwarded" : "X-Forwarded-For");
    auto const schemes = rfc_7239 ? std::string() : headers.joined("X-Forwarded-Proto");
    std::string_view earlier_schemes = schemes;
    auto const came_by = [&client](std::string_view scheme) {
        if (same_token(scheme, "https")) client.encrypted = true;
        if (same_token(scheme, "http")) client.encrypted = false;
    };
    // A proxy that knows no address may know the scheme.
    if (!rfc_7239 && header.empty()) came_by(take_last_plain(earlier_schemes));
    for (std::string_view rest = header; !rest.empty();) {
        std::optional<io::IpAddress> asked_by;
        if (rfc_7239) {
            auto const element = take_last(rest, ',');
            asked_by = parse_node(value_in(element, "for"));
            came_by(value_in(element, "proto"));
        } else {
            asked_by = parse_node(take_last_plain(rest));
            if (!earlier_schemes.empty()) came_by(take_last_plain(earlier_schemes));
        }
        if (!asked_by) break;
        client.address = io::to_string(*asked_by);
        if (!trust.addresses.contains(*asked_by)) break;
    }
    return client;
}

}  // namespace directfanz::http
