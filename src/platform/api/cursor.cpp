#include "platform/api/cursor.hpp"

#include "base/base64url.hpp"

#include <charconv>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

namespace directfanz::api {
namespace {

std::unexpected<Error> refuse() {
    return fail(ErrorKind::invalid, "cursor",
                "This is no cursor of this list. Begin again at the first page.");
}

/// Decimal digits up to `end`, which is taken off too.
std::optional<std::int64_t> take_number(std::string_view& text, char end) {
    std::int64_t number = 0;
    auto const [parsed, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc{}) return std::nullopt;
    auto const digits = static_cast<std::size_t>(parsed - text.data());
    if (digits == text.size() || text[digits] != end) return std::nullopt;
    text.remove_prefix(digits + 1);
    return number;
}

/// "list\n", then each key: "n5;", "t3:abc", "z" for null.
std::optional<db::Value> take_key(std::string_view& text, char shape) {
    auto const nullable = shape == 'N' || shape == 'T';
    if (text.empty()) return std::nullopt;
    auto const kind = text.front();
    text.remove_prefix(1);
    if (kind == 'z' && nullable) return db::Value{};
    if (kind == 'n' && (shape == 'n' || shape == 'N')) {
        auto const number = take_number(text, ';');
        if (!number) return std::nullopt;
        return db::Value{*number};
    }
    if (kind == 't' && (shape == 't' || shape == 'T')) {
        auto const size = take_number(text, ':');
        if (!size || *size < 0 || static_cast<std::uint64_t>(*size) > text.size()) {
            return std::nullopt;
        }
        auto const length = static_cast<std::size_t>(*size);
        auto value = db::Value{std::string(text.substr(0, length))};
        text.remove_prefix(length);
        return value;
    }
    return std::nullopt;
}

}  // namespace

std::string encode_cursor(std::string_view list, std::vector<db::Value> const& keys) {
    std::string plain(list);
    plain += '\n';
    for (auto const& key : keys) {
        if (auto const* const number = std::get_if<std::int64_t>(&key)) {
            plain += fmt::format("n{};", *number);
        } else if (auto const* const text = std::get_if<std::string>(&key)) {
            plain += fmt::format("t{}:{}", text->size(), *text);
        } else {
            plain += 'z';
        }
    }
    return to_base64url(plain);
}

Result<std::vector<db::Value>> decode_cursor(std::string_view list, std::string_view shape,
                                             std::string_view cursor) {
    if (cursor.size() > kMaxCursorBytes) return refuse();
    auto const plain = from_base64url(cursor);
    if (!plain) return refuse();
    std::string_view rest = *plain;
    if (rest.substr(0, rest.find('\n')) != list || rest.size() <= list.size()) return refuse();
    rest.remove_prefix(list.size() + 1);
    std::vector<db::Value> keys;
    for (auto const kind : shape) {
        auto key = take_key(rest, kind);
        if (!key) return refuse();
        keys.push_back(std::move(*key));
    }
    if (!rest.empty()) return refuse();
    return keys;
}

}  // namespace directfanz::api
