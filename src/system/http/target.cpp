#include "system/http/target.hpp"

#include "system/http/message.hpp"

#include <algorithm>

namespace directfanz::http {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_control(char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

std::unexpected<Error> bad(std::string message) {
    return fail(ErrorKind::invalid, "request target", std::move(message));
}

/// "http://host/path" becomes "/path"; the authority is of no use, since one server answers for
/// every name.
std::optional<std::string_view> origin_form(std::string_view target) {
    if (target.starts_with('/')) return target;
    for (std::string_view const scheme : {"http://", "https://"}) {
        if (!same_token(target.substr(0, scheme.size()), scheme)) continue;
        auto const slash = target.find_first_of("/?", scheme.size());
        auto const no_authority = std::min(slash, target.size()) == scheme.size();
        if (no_authority) return std::nullopt;
        if (slash == std::string_view::npos) return "/";
        if (target[slash] == '?') return std::nullopt;
        return target.substr(slash);
    }
    return std::nullopt;
}

bool has_dot_segment(std::string_view path) {
    while (!path.empty()) {
        path.remove_prefix(1);
        auto const segment = path.substr(0, path.find('/'));
        if (segment == "." || segment == "..") return true;
        path.remove_prefix(segment.size());
    }
    return false;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (;;) {
        auto const escape = text.find('%');
        decoded += text.substr(0, escape);
        if (escape == std::string_view::npos) return decoded;
        text.remove_prefix(escape);
        if (text.size() < 3) return std::nullopt;
        auto const high = hex_value(text[1]);
        auto const low = hex_value(text[2]);
        if (high < 0 || low < 0) return std::nullopt;
        decoded.push_back(static_cast<char>(high << 4 | low));
        text.remove_prefix(3);
    }
}

Result<Target> parse_target(std::string_view target) {
    if (target.size() > kMaxTargetBytes) {
        return fail(ErrorKind::too_large, "request target", "the address is too long");
    }
    auto const origin = origin_form(target);
    if (!origin) return bad("the request target is no path");
    if (origin->find('#') != std::string_view::npos) return bad("a request holds no fragment");

    auto const question = origin->find('?');
    auto const raw_path = origin->substr(0, question);
    auto const query =
        question == std::string_view::npos ? std::string_view() : origin->substr(question + 1);
    if (std::ranges::count(query, '&') >= static_cast<std::ptrdiff_t>(kMaxQueryParameters)) {
        return bad("too many query parameters");
    }
    if (!percent_decode(query)) return bad("a malformed percent escape in the query");

    auto path = percent_decode(raw_path);
    if (!path) return bad("a malformed percent escape in the path");
    if (std::ranges::count(*path, '/') != std::ranges::count(raw_path, '/')) {
        return bad("an encoded slash in the path");
    }
    if (path->find('\\') != std::string::npos) return bad("a backslash in the path");
    if (std::ranges::any_of(*path, is_control)) return bad("a control character in the path");
    if (has_dot_segment(*path)) return bad("a '.' or '..' segment in the path");
    return Target{.path = std::move(*path), .query = std::string(query)};
}

std::optional<std::string> find_query_parameter(std::string_view query, std::string_view name) {
    auto const is_plain = [](std::string_view text) {
        return text.find_first_of("+%") == std::string_view::npos;
    };
    auto const decode = [](std::string_view text) {
        std::string spaced(text);
        std::ranges::replace(spaced, '+', ' ');
        return percent_decode(spaced);
    };
    while (!query.empty()) {
        auto const parameter = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(parameter.size() + 1, query.size()));
        auto const equals = parameter.find('=');
        auto const written = parameter.substr(0, equals);
        if (is_plain(written) ? written != name : decode(written) != name) continue;
        if (equals == std::string_view::npos) return std::string();
        return decode(parameter.substr(equals + 1));
    }
    return std::nullopt;
}

}  // namespace directfanz::http
