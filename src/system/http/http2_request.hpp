#pragma once

#include "base/bytes.hpp"
#include "system/http/refusal.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace directfanz::http {

/// The fields and the body of one HTTP/2 stream in, a Request out, judged as HTTP/1.1's requests
/// are.
///
/// What makes a request malformed (RFC 9113, 8.1.1: pseudo-fields missing, doubled or out of place,
/// connection-specific fields, a wrong length) the library has refused before.
class Http2Request {
  public:
    struct Limits {
        /// Names and values, and 32 a field (RFC 9113, 6.5.2).
        std::size_t header_bytes;
        std::size_t body_bytes;
    };
    enum class BodyFollows { yes, no };

    explicit Http2Request(Limits limits) : limits_(limits) {}

    /// Of the request's header list, and of its trailer, which is dropped (RFC 9110, 6.5.1).
    void add_field(std::string_view name, std::string_view value);
    /// A field with a byte that none may have.
    void add_malformed_field();
    void end_fields(BodyFollows body_follows);
    void add_body(ByteView bytes);

    bool fields_ended() const { return fields_ended_; }
    /// Where there is one, it is the answer.
    std::optional<Refusal> const& refusal() const { return refusal_; }
    /// Does the client wait for "100 Continue" before it sends the body?
    bool expects_continue() const { return expects_continue_; }
    /// Did the client say how urgent it is (RFC 9218)?
    bool is_prioritised() const { return prioritised_; }
    std::size_t body_size() const { return request_.body.size(); }

    Request& request() { return request_; }

  private:
    void add_pseudo_field(std::string_view name, std::string_view value);
    void add_host(std::string_view value);
    void refuse(unsigned status, std::string_view detail);

    Limits limits_;
    Request request_;
    std::string method_;
    std::string target_;
    std::string cookie_;
    std::size_t header_size_ = 0;
    std::optional<Refusal> refusal_;
    bool fields_ended_ = false;
    bool expects_continue_ = false;
    bool prioritised_ = false;
};

}  // namespace directfanz::http
