#include "media/ingest/rtmp/stream_key.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace directfanz::rtmp {
namespace {

struct Split {
    std::string_view path;
    std::string_view query;
};

Split split_query(std::string_view text) {
    auto const mark = text.find('?');
    if (mark == std::string_view::npos) return {text, {}};
    return {text.substr(0, mark), text.substr(mark + 1)};
}

std::string_view trim_slashes(std::string_view text) {
    while (text.starts_with('/')) text.remove_prefix(1);
    while (text.ends_with('/')) text.remove_suffix(1);
    return text;
}

/// RFC 3986, 2.1; what is no escape stays as it is.
std::string unescape(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned value = 0;
        if (text[i] == '%' && i + 2 < text.size()) {
            auto const digits = text.substr(i + 1, 2);
            auto const [end, code] = std::from_chars(digits.begin(), digits.end(), value, 16);
            if (code == std::errc{} && end == digits.end()) {
                plain.push_back(static_cast<char>(value));
                i += 2;
                continue;
            }
        }
        plain.push_back(text[i]);
    }
    return plain;
}

bool names_key(std::string_view name) {
    constexpr std::array<std::string_view, 4> names{"key", "streamkey", "stream_key", "stream-key"};
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::find(names, lower) != names.end();
}

/// The value of the first key= in a query. A further `?` separates too: programs append a query to
/// what has one already.
std::string key_in_query(std::string_view query) {
    while (!query.empty()) {
        auto const end = query.find_first_of("&?");
        auto const pair = query.substr(0, end);
        auto const equals = pair.find('=');
        if (equals != std::string_view::npos && equals + 1 < pair.size() &&
            names_key(pair.substr(0, equals))) {
            return unescape(trim_slashes(pair.substr(equals + 1)));
        }
        if (end == std::string_view::npos) break;
        query.remove_prefix(end + 1);
    }
    return {};
}

/// "live/KEY?x=y" of "rtmp://host:1935/live/KEY?x=y".
std::string_view path_of_url(std::string_view url) {
    auto const scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    url.remove_prefix(scheme + 3);
    auto const slash = url.find('/');
    return slash == std::string_view::npos ? std::string_view{} : url.substr(slash + 1);
}

/// What stands behind the first component of a path.
std::string_view instance_of(std::string_view path) {
    auto const slash = path.find('/');
    if (slash == std::string_view::npos) return {};
    auto const instance = trim_slashes(path.substr(slash));
    // What Flash calls the instance that has no name.
    return instance == "_definst_" ? std::string_view{} : instance;
}

}  // namespace

StreamAddress find_stream_key(std::string_view app, std::string_view tc_url,
                              std::string_view publish_name) {
    auto const in_app = split_query(app);
    auto const in_url = split_query(path_of_url(tc_url));
    auto const in_name = split_query(publish_name);
    auto const app_path = trim_slashes(in_app.path);
    auto const url_path = trim_slashes(in_url.path);

    StreamAddress address;
    auto const whole_app = app_path.empty() ? url_path : app_path;
    address.app = unescape(whole_app.substr(0, whole_app.find('/')));

    for (auto const query : {in_name.query, in_app.query, in_url.query}) {
        if (address.key.empty()) address.key = key_in_query(query);
    }
    for (auto const path :
         {trim_slashes(in_name.path), instance_of(app_path), instance_of(url_path)}) {
        if (address.key.empty()) address.key = unescape(path);
    }
    return address;
}

}  // namespace directfanz::rtmp
