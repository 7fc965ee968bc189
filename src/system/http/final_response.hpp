#pragma once

#include "system/http/message.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::http {

/// What goes over the wire, whatever the protocol's version: a handler's Response after conditions,
/// range and method were applied, and the fields that every answer carries.
struct FinalResponse {
    unsigned status = 200;
    /// The handler's fields; those that finish() decides on are left out.
    Headers headers;
    /// Nothing for HEAD, 204 and 304.
    std::vector<Blob> body;
    /// Of the body that GET gets; absent where there can be none (204, 304).
    std::optional<std::uint64_t> content_length;
    /// "bytes 0-99/1000" of a 206, "bytes */1000" of a 416; else empty.
    std::string content_range;
    /// Set where the handler gave none.
    std::string_view default_cache_control;

    /// Calls sink(name, value), both string_views, for every header field in order: the handler's,
    /// then the server's.
    template <typename Sink>
    void for_each_field(Sink sink) const {
        for_each_own_field(sink);
        for_each_common_field(sink);
    }

    /// Those that differ from answer to answer.
    template <typename Sink>
    void for_each_own_field(Sink sink) const;
    /// Those that all answers of one second share.
    template <typename Sink>
    static void for_each_common_field(Sink sink);
};

/// Applies the request's method, If-Match, If-None-Match, If-Range and Range (RFC 9110, 13 and 14)
/// to a handler's whole answer. Several ranges in one request are answered by the whole.
FinalResponse finish(Request const& request, Response response);

/// The present time as a Date field, kept for a second a thread: "Tue, 15 Nov 1994 08:12:31 GMT".
std::string_view http_date_now();

/// Scripts of any page may read every answer, errors too: without that a player cannot even tell
/// what went wrong. Credentials are not allowed with "*", so nobody's session is exposed.
inline constexpr std::string_view kExposedHeaders =
    "Accept-Ranges, Age, Allow, Cache-Control, Content-Encoding, Content-Length, Content-Range, "
    "Date, ETag, Location, Retry-After";

template <typename Sink>
void FinalResponse::for_each_own_field(Sink sink) const {
    bool own_origin = false;
    for (auto const& [name, value] : headers) {
        own_origin = own_origin || same_token(name, "Access-Control-Allow-Origin");
        sink(std::string_view(name), std::string_view(value));
    }
    if (content_length) {
        std::array<char, 20> digits{};
        auto const end = std::to_chars(digits.begin(), digits.end(), *content_length).ptr;
        sink("Content-Length", std::string_view(digits.data(), end));
        if (*content_length > 0) sink("Accept-Ranges", "bytes");
    }
    if (!content_range.empty()) sink("Content-Range", std::string_view(content_range));
    if (!default_cache_control.empty()) sink("Cache-Control", default_cache_control);
    if (!own_origin) sink("Access-Control-Allow-Origin", "*");
}

template <typename Sink>
void FinalResponse::for_each_common_field(Sink sink) {
    sink("Date", http_date_now());
    sink("Access-Control-Expose-Headers", kExposedHeaders);
    sink("X-Content-Type-Options", "nosniff");
}

}  // namespace directfanz::http
