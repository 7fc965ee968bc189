#include "system/http/message.hpp"

#include "system/http/target.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace directfanz::http {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool breaks_a_line(char c) {
    auto const byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

/// What a browser's request holds, so that mostly nothing has to grow.
constexpr std::size_t kUsualText = 512;
constexpr std::size_t kUsualFields = 12;

constexpr std::array<std::pair<std::string_view, Method>, 7> kMethods{{
    {"GET", Method::get},
    {"HEAD", Method::head},
    {"POST", Method::post},
    {"PUT", Method::put},
    {"PATCH", Method::patch},
    {"DELETE", Method::delete_},
    {"OPTIONS", Method::options},
}};

unsigned status_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid:
            return 400;
        case ErrorKind::unsupported:
            return 415;
        case ErrorKind::too_large:
            return 413;
        case ErrorKind::denied:
            return 403;
        case ErrorKind::not_found:
            return 404;
        case ErrorKind::conflict:
            return 409;
        case ErrorKind::timeout:
            return 504;
        case ErrorKind::unavailable:
        case ErrorKind::closed:
            return 503;
        case ErrorKind::io:
            return 500;
    }
    return 500;
}

}  // namespace

std::string_view to_string(Method method) {
    auto const found = std::ranges::find(kMethods, method, [](auto const& m) { return m.second; });
    return found->first;
}

std::optional<Method> parse_method(std::string_view name) {
    auto const found = std::ranges::find(kMethods, name, [](auto const& m) { return m.first; });
    if (found == kMethods.end()) return std::nullopt;
    return found->second;
}

std::string_view reason_phrase(unsigned status) {
    switch (status) {
        case 100:
            return "Continue";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 411:
            return "Length Required";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 428:
            return "Precondition Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 451:
            return "Unavailable For Legal Reasons";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Unknown";
    }
}

bool same_token(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

void Headers::add(std::string_view name, std::string_view value) {
    auto const begin = text_.size();
    auto const middle = begin + name.size();
    auto const end = middle + value.size();
    if (end <= text_.capacity()) {
        text_.append(name).append(value);
    } else {
        // Either may be a view of the text that is given up.
        std::string longer;
        longer.reserve(std::max(2 * end, kUsualText));
        longer.append(text_).append(name).append(value);
        text_.swap(longer);
    }
    std::replace_if(text_.begin() + static_cast<std::ptrdiff_t>(middle), text_.end(), breaks_a_line,
                    ' ');
    if (places_.empty()) places_.reserve(kUsualFields);
    places_.push_back({.name = begin, .value = middle, .end = end});
}

void Headers::set(std::string_view name, std::string_view value) {
    remove(name);
    add(name, value);
}

void Headers::remove(std::string_view name) {
    remove_if([name](std::string_view other) { return same_token(other, name); });
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
    for (auto const place : places_) {
        if (same_token(this->name(place), name)) return value(place);
    }
    return std::nullopt;
}

std::string Headers::joined(std::string_view name) const {
    std::string list;
    bool first = true;
    for (auto const place : places_) {
        if (!same_token(this->name(place), name)) continue;
        if (!first) list += ", ";
        first = false;
        list += value(place);
    }
    return list;
}

std::optional<std::string> Request::query_parameter(std::string_view name) const {
    return find_query_parameter(query, name);
}

std::size_t Response::body_size() const {
    std::size_t size = 0;
    for (auto const& blob : body) size += blob.size();
    return size;
}

Response text_response(unsigned status, std::string_view type, std::string body) {
    Response response{.status = status, .headers = {}, .body = {}};
    response.headers.add("Content-Type", type);
    response.body.emplace_back(std::move(body));
    return response;
}

Response problem(unsigned status, std::string_view detail) {
    nlohmann::ordered_json const document{{"type", "about:blank"},
                                          {"title", reason_phrase(status)},
                                          {"status", status},
                                          {"detail", detail}};
    return text_response(
        status, "application/problem+json",
        document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

Response problem(Error const& error) {
    return problem(status_of(error.kind), error.message);
}

void set_cache_control(Response& response, std::string_view value) {
    response.headers.set("Cache-Control", value);
}

}  // namespace directfanz::http
