#include "platform/api/query.hpp"

#include <charconv>

namespace directfanz::api {
namespace {

/// Well-formed (Unicode, table 3-7): no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
        auto const first = static_cast<unsigned char>(text[i++]);
        if (first < 0x80) continue;
        if (first < 0xc2 || first > 0xf4) return false;
        auto const more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
        auto low = 0x80;
        auto high = 0xbf;
        if (first == 0xe0) low = 0xa0;
        if (first == 0xed) high = 0x9f;
        if (first == 0xf0) low = 0x90;
        if (first == 0xf4) high = 0x8f;
        for (int n = 0; n < more; ++n, ++i) {
            if (i == text.size()) return false;
            auto const next = static_cast<unsigned char>(text[i]);
            if (next < low || next > high) return false;
            low = 0x80;
            high = 0xbf;
        }
    }
    return true;
}

}  // namespace

std::optional<Json> Query::find(std::string_view name, Wants wants) const {
    auto text = request_.query_parameter(name);
    if (!text) return std::nullopt;
    if (wants == Wants::truth && (*text == "true" || *text == "false")) {
        return Json{*text == "true"};
    }
    if (wants == Wants::number) {
        std::int64_t number = 0;
        auto const* const end = text->data() + text->size();
        auto const [parsed, code] = std::from_chars(text->data(), end, number);
        if (code == std::errc{} && parsed == end) return Json{number};
    }
    // No reader takes null, whatever it is for.
    if (!is_utf8(*text)) return Json{};
    return Json{std::move(*text)};
}

Page Query::page(std::string_view list, std::string_view shape) {
    Page page;
    auto const size = optional("limit", Integer{.least = 1, .most = kMaxPageSize});
    page.size = static_cast<std::size_t>(size.value_or(kDefaultPageSize));
    if (auto const cursor = request_.query_parameter("cursor")) {
        auto keys = decode_cursor(list, shape, *cursor);
        if (keys) {
            page.after = std::move(*keys);
        } else {
            spot("cursor").tell(Code::format, keys.error().message);
        }
    }
    return page;
}

std::optional<http::Response> Query::refusal() const {
    if (errors_.empty()) return std::nullopt;
    return respond({.status = 400,
                    .detail = errors_.size() == 1 ? fmt::format("{}: {}", errors_.front().field,
                                                                errors_.front().message)
                                                  : "Some parameters are not as they have to be.",
                    .errors = errors_});
}

}  // namespace directfanz::api
