#pragma once

#include "base/blob.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace directfanz::http {

enum class Method { get, head, post, put, patch, delete_, options };

std::string_view to_string(Method method);

/// The method of that exact name (they are case-sensitive); nothing for one that no handler can
/// have.
std::optional<Method> parse_method(std::string_view name);

/// RFC 9110's phrase for a status: "Not Found".
std::string_view reason_phrase(unsigned status);

/// Are these the same field name or token, without regard to ASCII case?
bool same_token(std::string_view a, std::string_view b);

/// Header fields in order; names are matched without regard to case.
///
/// Control characters in a value become spaces, so that no value can end its line and begin
/// another (response splitting).
class Headers {
  public:
    void add(std::string name, std::string value);
    /// Replaces all fields of that name.
    void set(std::string_view name, std::string value);
    void remove(std::string_view name);
    /// The first field of that name.
    std::optional<std::string_view> get(std::string_view name) const;
    /// All fields of that name as one list, joined by ", " (RFC 9110, 5.3); empty without one.
    std::string joined(std::string_view name) const;
    bool contains(std::string_view name) const { return get(name).has_value(); }
    std::size_t size() const { return fields_.size(); }

    auto begin() const { return fields_.begin(); }
    auto end() const { return fields_.end(); }

  private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

/// The same for HTTP/1.1 and HTTP/2.
struct Request {
    Method method = Method::get;
    /// Percent-decoded path, without the query; starts with '/', holds no "." or ".." segment, no
    /// backslash and no control character. Not necessarily UTF-8.
    std::string path;
    /// The query as sent, without '?'; its percent escapes are well-formed.
    std::string query;
    Headers headers;
    std::string body;
    /// The peer's address without its port.
    std::string remote_address;
    /// For logs.
    std::uint64_t connection = 0;

    /// Decoded value of the first query parameter of that name.
    std::optional<std::string> query_parameter(std::string_view name) const;
};

/// An answer whose body is Blobs sent one after another without a copy.
///
/// Handlers make whole 200 answers; the server turns them into 206, 304 and HEAD answers by the
/// request's Range, If-None-Match and method, and adds the fields that every answer has
/// (final_response.hpp).
struct Response {
    unsigned status = 200;
    Headers headers;
    std::vector<Blob> body;

    std::size_t body_size() const;
};

/// `type` is a media type with charset where it has one.
Response text_response(unsigned status, std::string type, std::string body);

/// RFC 9457 problem document: {"type":"about:blank","title","status","detail"}.
Response problem(unsigned status, std::string_view detail);

/// The status for an Error's kind, its message as the detail.
Response problem(Error const& error);

/// "max-age=…" and the like. An answer without one gets a short life if it is a 404, none
/// otherwise.
void set_cache_control(Response& response, std::string value);

}  // namespace directfanz::http
