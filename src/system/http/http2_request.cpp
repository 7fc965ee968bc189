#include "system/http/http2_request.hpp"

#include "system/http/http2_limits.hpp"

#include <charconv>
#include <utility>

namespace directfanz::http {
namespace {

bool is_above(std::string_view length, std::size_t limit) {
    std::uint64_t value = 0;
    auto const parsed = std::from_chars(length.data(), length.data() + length.size(), value);
    return parsed.ec == std::errc::result_out_of_range || value > limit;
}

}  // namespace

void Http2Request::refuse(unsigned status, std::string_view detail) {
    if (!refusal_) refusal_ = Refusal{.status = status, .detail = detail};
}

void Http2Request::add_field(std::string_view name, std::string_view value) {
    if (fields_ended_ || refusal_) return;
    header_size_ += name.size() + value.size() + kFieldOverhead;
    if (header_size_ > limits_.header_bytes) return refuse(431, "the header is too large");
    if (name.starts_with(':')) return add_pseudo_field(name, value);
    if (request_.headers.size() >= kMaxFields) return refuse(431, "too many header fields");
    if (name == "host") return add_host(value);
    if (name == "cookie") {
        // Sent in crumbs, which compress better (RFC 9113, 8.2.3).
        if (!cookie_.empty()) cookie_ += "; ";
        cookie_ += value;
        return;
    }
    if (name == "priority") prioritised_ = true;
    if (name == "content-length" && is_above(value, limits_.body_bytes)) {
        return refuse(413, "the body is too large");
    }
    request_.headers.add(name, value);
}

void Http2Request::add_pseudo_field(std::string_view name, std::string_view value) {
    if (name == ":method") method_ = value;
    if (name == ":path") target_ = value;
    if (name == ":authority") add_host(value);
}

void Http2Request::add_host(std::string_view value) {
    auto const known = request_.headers.get("host");
    if (known && *known != value) return refuse(400, "a request names its host once");
    if (!known) request_.headers.add("host", value);
}

void Http2Request::add_malformed_field() {
    refuse(400, "a header field holds what none may hold");
}

void Http2Request::end_fields(BodyFollows body_follows) {
    fields_ended_ = true;
    if (!cookie_.empty()) request_.headers.add("cookie", std::exchange(cookie_, {}));
    if (refusal_) return;
    refusal_ = set_method_and_target(request_, method_, target_);
    method_ = {};
    target_ = {};
    auto const expectation = request_.headers.get("expect");
    if (refusal_ || !expectation) return;
    refusal_ = check_expectation(*expectation);
    expects_continue_ = !refusal_ && body_follows == BodyFollows::yes;
}

void Http2Request::add_body(ByteView bytes) {
    if (refusal_) return;
    if (bytes.size() > limits_.body_bytes - request_.body.size()) {
        return refuse(413, "the body is too large");
    }
    request_.body.append(as_text(bytes));
}

}  // namespace directfanz::http
