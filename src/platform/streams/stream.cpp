#include "platform/streams/stream.hpp"

#include "base/random.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace directfanz::streams {
namespace {

constexpr std::size_t kIdBits = 60;
constexpr std::size_t kIdLength = kIdBits / 5;
constexpr std::size_t kKeyBits = 160;

constexpr char32_t kBroken = 0xffffffff;

/// Takes the next code point of well-formed UTF-8 (RFC 3629: no overlong form, no surrogate,
/// nothing above U+10FFFF) off `text`.
char32_t take_code_point(std::string_view& text) {
    auto const byte = [&text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    auto const first = byte(0);
    std::size_t length = 1;
    char32_t point = first;
    char32_t least = 0;
    if (first >= 0xf0 && first <= 0xf4) {
        length = 4, point = first & 0x07U, least = 0x10000;
    } else if (first >= 0xe0 && first < 0xf0) {
        length = 3, point = first & 0x0fU, least = 0x800;
    } else if (first >= 0xc0 && first < 0xe0) {
        length = 2, point = first & 0x1fU, least = 0x80;
    } else if (first >= 0x80) {
        return kBroken;
    }
    if (text.size() < length) return kBroken;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0U) != 0x80) return kBroken;
        point = point << 6 | (byte(i) & 0x3fU);
    }
    text.remove_prefix(length);
    auto const surrogate = point >= 0xd800 && point <= 0xdfff;
    return point < least || surrogate || point > 0x10ffff ? kBroken : point;
}

bool controls(char32_t point) {
    return point < 0x20 || (point >= 0x7f && point < 0xa0)  // C0, DEL, C1
           || point == 0x2028 || point == 0x2029            // line and paragraph separator
           || (point >= 0x202a && point <= 0x202e)          // embeddings and overrides
           || (point >= 0x2066 && point <= 0x2069);         // isolates
}

bool blank(char32_t point) {
    return point == ' ' || point == 0xa0 || point == 0x3000 || (point >= 0x2000 && point <= 0x200b);
}

}  // namespace

std::string_view to_string(Visibility visibility) {
    return kVisibilities[static_cast<std::size_t>(visibility)];
}

std::string_view to_string(LatencyMode mode) {
    return kLatencyModes[static_cast<std::size_t>(mode)];
}

std::optional<Visibility> parse_visibility(std::string_view name) {
    auto const found = std::ranges::find(kVisibilities, name);
    if (found == kVisibilities.end()) return std::nullopt;
    return static_cast<Visibility>(found - kVisibilities.begin());
}

bool same_rights(StreamSettings const& a, StreamSettings const& b) {
    return a.visibility == b.visibility && a.password_hash == b.password_hash;
}

Result<void> check_title(std::string_view title) {
    auto const bad = [](std::string message) {
        return fail(ErrorKind::invalid, "title", std::move(message));
    };
    std::size_t length = 0;
    bool visible = false;
    while (!title.empty()) {
        auto const point = take_code_point(title);
        if (point == kBroken) return bad("the title is not valid UTF-8");
        if (controls(point)) return bad("the title holds a line break or control character");
        visible = visible || !blank(point);
        if (++length > kMaxTitleLength) {
            return bad(fmt::format("the title is longer than {} characters", kMaxTitleLength));
        }
    }
    if (!visible) return bad("the title is empty");
    return {};
}

bool looks_like_id(std::string_view text) {
    return text.size() == kIdLength && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
           });
}

StreamId new_stream_id() {
    return StreamId(random_token(kIdBits));
}

std::string new_row_id() {
    constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz234567";
    constexpr std::size_t kRandomBytes = 10;
    std::string id;
    unsigned held = 0;
    unsigned bits = 0;
    for (auto const byte : random_bytes(kRandomBytes)) {
        held = held << 8 | byte;
        for (bits += 8; bits >= 5; bits -= 5) id += kDigits[held >> (bits - 5) & 0x1fU];
    }
    return id;
}

StreamKey new_stream_key() {
    return StreamKey(random_token(kKeyBits));
}

}  // namespace directfanz::streams
