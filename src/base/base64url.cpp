#include "base/base64url.hpp"

namespace directfanz {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::optional<unsigned> sextet(char c) {
    auto const place = kAlphabet.find(c);
    if (place == std::string_view::npos) return std::nullopt;
    return static_cast<unsigned>(place);
}

}  // namespace

std::string to_base64url(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    unsigned buffer = 0;
    int bits = 0;
    for (auto const c : bytes) {
        buffer = (buffer << 8) | static_cast<unsigned char>(c);
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            text += kAlphabet[(buffer >> bits) & 63];
        }
    }
    if (bits > 0) text += kAlphabet[(buffer << (6 - bits)) & 63];
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    unsigned buffer = 0;
    int bits = 0;
    for (auto const c : text) {
        auto const value = sextet(c);
        if (!value) return std::nullopt;
        buffer = (buffer << 6) | *value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>((buffer >> bits) & 0xff);
        }
    }
    // One text for each content: no character too many, and no bits in the last one.
    if (bits >= 6 || (buffer & ((1U << bits) - 1)) != 0) return std::nullopt;
    return bytes;
}

}  // namespace directfanz
