#include "platform/accounts/totp.hpp"

#include "base/random.hpp"
#include "platform/accounts/secret.hpp"

#include <array>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace directfanz::accounts::totp {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::optional<unsigned> digit(char c) {
    auto const upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    auto const found = kDigits.find(upper);
    if (found == std::string_view::npos) return std::nullopt;
    return static_cast<unsigned>(found);
}

/// For one label or parameter of a URI (RFC 3986, 2.3).
std::string percent_encode(std::string_view text) {
    std::string encoded;
    for (auto const c : text) {
        auto const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            encoded += c;
        } else {
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return encoded;
}

}  // namespace

std::string encode_base32(ByteView bytes) {
    std::string text;
    unsigned held = 0;
    unsigned bits = 0;
    for (auto const byte : bytes) {
        held = (held << 8 | byte) & 0xfffU;
        for (bits += 8; bits >= 5; bits -= 5) text += kDigits[held >> (bits - 5) & 0x1fU];
    }
    if (bits > 0) text += kDigits[held << (5 - bits) & 0x1fU];
    return text;
}

std::optional<Bytes> decode_base32(std::string_view text) {
    Bytes bytes;
    unsigned held = 0;
    unsigned bits = 0;
    for (auto const c : text) {
        auto const value = digit(c);
        if (!value) return std::nullopt;
        held = (held << 5 | *value) & 0xfffU;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<std::uint8_t>(held >> bits));
        }
    }
    return bytes;
}

std::string new_secret() {
    constexpr std::size_t kBytes = 20;
    return encode_base32(random_bytes(kBytes));
}

std::string uri(std::string_view secret, std::string_view site, std::string_view who) {
    auto const issuer = percent_encode(site);
    return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}", issuer, percent_encode(who),
                       secret, issuer);
}

std::string code_at(ByteView key, std::int64_t step) {
    std::array<std::uint8_t, 8> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i) {
        counter[counter.size() - 1 - i] =
            static_cast<std::uint8_t>(static_cast<std::uint64_t>(step) >> (8 * i));
    }
    std::array<std::uint8_t, 20> digest{};
    unsigned size = 0;
    if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), counter.data(), counter.size(),
             digest.data(), &size) == nullptr ||
        size != digest.size()) {
        throw std::runtime_error("HMAC-SHA1 failed");
    }
    auto const at = digest.back() & 0x0fU;
    auto const number = (digest[at] & 0x7fU) << 24 | static_cast<unsigned>(digest[at + 1]) << 16 |
                        static_cast<unsigned>(digest[at + 2]) << 8 | digest[at + 3];
    return fmt::format("{:06}", number % 1'000'000);
}

std::optional<std::int64_t> match(std::string_view secret, std::string_view code, WallTime now,
                                  std::int64_t last) {
    auto const key = decode_base32(secret);
    if (!key || key->empty()) return std::nullopt;
    auto const present = std::chrono::floor<seconds>(now.time_since_epoch()) / kStep;
    std::optional<std::int64_t> found;
    // All of them, so that the time tells nothing.
    for (auto step = present - kSteps; step <= present + kSteps; ++step) {
        if (same_secret(code_at(*key, step), code) && step > last) found = step;
    }
    return found;
}

std::vector<std::string> new_recovery_codes() {
    constexpr std::size_t kCodes = 10;
    constexpr std::size_t kBits = 50;
    std::vector<std::string> codes;
    for (std::size_t i = 0; i < kCodes; ++i) {
        auto const text = random_token(kBits);
        codes.push_back(
            fmt::format("{}-{}-{}", text.substr(0, 4), text.substr(4, 4), text.substr(8)));
    }
    return codes;
}

std::string plain_recovery_code(std::string_view typed) {
    std::string plain;
    for (auto const c : typed) {
        if (c == ' ' || c == '-') continue;
        plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return plain;
}

}  // namespace directfanz::accounts::totp
