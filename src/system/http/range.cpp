#include "system/http/range.hpp"

#include "system/http/message.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace directfanz::http {
namespace {

std::string_view trim(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Digits only; a number too large to hold is the largest, since it lies past every end anyway.
std::optional<std::uint64_t> parse_position(std::string_view text) {
    auto const digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.empty() || !std::ranges::all_of(text, digit)) return std::nullopt;
    std::uint64_t value = 0;
    auto const result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc{}) return std::numeric_limits<std::uint64_t>::max();
    return value;
}

}  // namespace

RangeChoice choose_range(std::string_view field, std::uint64_t size) {
    auto const equals = field.find('=');
    if (equals == std::string_view::npos || !same_token(trim(field.substr(0, equals)), "bytes")) {
        return {};
    }
    auto const spec = trim(field.substr(equals + 1));
    auto const dash = spec.find('-');
    if (dash == std::string_view::npos) return {};
    auto const first_text = spec.substr(0, dash);
    auto const last_text = spec.substr(dash + 1);

    if (first_text.empty()) {
        auto const suffix = parse_position(last_text);
        if (!suffix) return {};
        if (*suffix == 0 || size == 0) return {.kind = RangeKind::unsatisfiable, .range = {}};
        return {.kind = RangeKind::partial,
                .range = {.first = size - std::min(*suffix, size), .last = size - 1}};
    }
    auto const first = parse_position(first_text);
    if (!first) return {};
    auto last = std::numeric_limits<std::uint64_t>::max();
    if (!last_text.empty()) {
        auto const given = parse_position(last_text);
        if (!given || *given < *first) return {};
        last = *given;
    }
    if (*first >= size) return {.kind = RangeKind::unsatisfiable, .range = {}};
    return {.kind = RangeKind::partial,
            .range = {.first = *first, .last = std::min(last, size - 1)}};
}

}  // namespace directfanz::http
