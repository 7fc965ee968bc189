#include "system/http/http2_answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include <nghttp2/nghttp2.h>

namespace directfanz::http {
namespace {

constexpr std::string_view kStatus = ":status";

/// What belongs to an HTTP/1.1 connection, and makes an HTTP/2 message malformed (RFC 9113, 8.2.2).
bool is_of_connection(std::string_view name) {
    constexpr std::array<std::string_view, 5> names{"connection", "keep-alive", "proxy-connection",
                                                    "transfer-encoding", "upgrade"};
    return std::ranges::find(names, name) != names.end();
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

nghttp2_nv field(std::string_view name, std::string_view value) {
    return {.name = bytes_of(name),
            .value = bytes_of(value),
            .namelen = name.size(),
            .valuelen = value.size(),
            .flags = NGHTTP2_NV_FLAG_NONE};
}

/// Status and fields as nghttp2 takes them; it copies them at once.
class FieldList {
  public:
    explicit FieldList(FinalResponse const& response) {
        // Views into the text would not survive its growth; values that are made on the way, as a
        // length is, last no longer than their call.
        std::size_t text_bytes = 0;
        response.for_each_field([&text_bytes](std::string_view name, std::string_view value) {
            text_bytes += name.size() + value.size();
        });
        text_.reserve(text_bytes);
        fields_.reserve(kUsualFields);
        auto const end = std::to_chars(status_.begin(), status_.end(), response.status).ptr;
        fields_.push_back(field(kStatus, {status_.data(), end}));
        response.for_each_field(
            [this](std::string_view name, std::string_view value) { add(name, value); });
    }

    std::vector<nghttp2_nv> const& fields() const { return fields_; }

    FieldList(FieldList const&) = delete;
    FieldList& operator=(FieldList const&) = delete;

  private:
    static constexpr std::size_t kUsualFields = 16;

    void add(std::string_view name, std::string_view value) {
        auto const begin = text_.size();
        for (auto const c : name) text_ += lower(c);
        text_ += value;
        auto const both = std::string_view(text_).substr(begin);
        auto const lowered = both.substr(0, name.size());
        if (!is_of_connection(lowered)) {
            fields_.push_back(field(lowered, both.substr(name.size())));
        }
    }

    std::array<char, 3> status_{};
    std::string text_;
    std::vector<nghttp2_nv> fields_;
};

ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t*, std::size_t length,
                  std::uint32_t* flags, nghttp2_data_source* source, void*) {
    auto const& stream = *static_cast<Http2Stream*>(source->ptr);
    auto const size = stream.frame_size(length);
    *flags = NGHTTP2_DATA_FLAG_NO_COPY;
    if (size == stream.left) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(size);
}

}  // namespace

void submit_answer(nghttp2_session* session, Http2Stream& stream, FinalResponse const& response) {
    FieldList const list(response);
    nghttp2_data_provider const body{.source = {.ptr = &stream}, .read_callback = read_body};
    auto const& fields = list.fields();
    nghttp2_submit_response(session, stream.id, fields.data(), fields.size(),
                            stream.left > 0 ? &body : nullptr);
}

void submit_continue(nghttp2_session* session, Http2Stream const& stream) {
    auto const fields = field(kStatus, "100");
    nghttp2_submit_headers(session, NGHTTP2_FLAG_NONE, stream.id, nullptr, &fields, 1, nullptr);
}

}  // namespace directfanz::http
