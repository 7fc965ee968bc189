#pragma once

#include "base/blob.hpp"
#include "base/result.hpp"

#include <cstddef>
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
///
/// All text lies in one string, since a request has a dozen fields: views into it last until the
/// next change.
class Headers {
  public:
    using Field = std::pair<std::string_view, std::string_view>;

    void add(std::string_view name, std::string_view value);
    /// Replaces all fields of that name.
    void set(std::string_view name, std::string_view value);
    void remove(std::string_view name);
    /// Removes all fields of which `predicate(name)` is true.
    template <typename Predicate>
    void remove_if(Predicate predicate) {
        std::erase_if(places_, [&](Place place) { return predicate(name(place)); });
    }
    /// The first field of that name.
    std::optional<std::string_view> get(std::string_view name) const;
    /// All fields of that name as one list, joined by ", " (RFC 9110, 5.3); empty without one.
    std::string joined(std::string_view name) const;
    bool contains(std::string_view name) const { return get(name).has_value(); }
    std::size_t size() const { return places_.size(); }

    class Iterator {
      public:
        using value_type = Field;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        Field operator*() const { return headers_->field(index_); }
        Iterator& operator++() {
            ++index_;
            return *this;
        }
        Iterator operator++(int) {
            auto const before = *this;
            ++index_;
            return before;
        }
        bool operator==(Iterator const&) const = default;

      private:
        friend class Headers;
        Iterator(Headers const& headers, std::size_t index) : headers_(&headers), index_(index) {}

        Headers const* headers_ = nullptr;
        std::size_t index_ = 0;
    };

    Iterator begin() const { return {*this, 0}; }
    Iterator end() const { return {*this, places_.size()}; }

  private:
    /// Where a field stands in `text_`: its name, and its value right behind.
    struct Place {
        std::size_t name;
        std::size_t value;
        std::size_t end;
    };

    std::string_view name(Place place) const {
        return std::string_view(text_).substr(place.name, place.value - place.name);
    }
    std::string_view value(Place place) const {
        return std::string_view(text_).substr(place.value, place.end - place.value);
    }
    Field field(std::size_t index) const { return {name(places_[index]), value(places_[index])}; }

    std::string text_;
    std::vector<Place> places_;
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
    /// It came by https.
    bool encrypted = false;
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
Response text_response(unsigned status, std::string_view type, std::string body);

/// RFC 9457 problem document: {"type":"about:blank","title","status","detail"}.
Response problem(unsigned status, std::string_view detail);

/// The status for an Error's kind, its message as the detail.
Response problem(Error const& error);

/// "max-age=…" and the like. An answer without one gets a short life if it is a 404, none
/// otherwise.
void set_cache_control(Response& response, std::string_view value);

}  // namespace directfanz::http
