#include "platform/streams/playback_token.hpp"

#include "base/base64url.hpp"
#include "platform/streams/stream.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace directfanz::streams {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kWatch = 1;
constexpr std::uint8_t kPreview = 2;
constexpr std::size_t kIdBytes = 12;
constexpr std::size_t kClaimBytes = 2 + kIdBytes + 3 * sizeof(std::uint64_t);

void put(std::string& text, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(number >> shift);
}

std::uint64_t take(std::string_view& text) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i)
        number = number << 8 | static_cast<std::uint8_t>(text[i]);
    text.remove_prefix(sizeof number);
    return number;
}

std::string sign(ByteView secret, std::string_view claims) {
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    ::HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<unsigned char const*>(claims.data()), claims.size(), mac, &size);
    return {reinterpret_cast<char const*>(mac), size};
}

}  // namespace

std::string PlaybackTokens::make(PlaybackClaims const& claims) const {
    std::string text;
    text += static_cast<char>(kVersion);
    text += static_cast<char>(claims.preview ? kPreview : kWatch);
    text += claims.stream.value();
    put(text, static_cast<std::uint64_t>(
                  std::chrono::floor<seconds>(claims.expires_at).time_since_epoch().count()));
    put(text, static_cast<std::uint64_t>(claims.epoch));
    put(text, claims.viewer);
    return to_base64url(text) + '.' + to_base64url(sign(secret_, text));
}

std::optional<PlaybackClaims> PlaybackTokens::read(std::string_view token) const {
    if (token.size() > kMaxTokenLength) return std::nullopt;
    auto const dot = token.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    auto const claims = from_base64url(token.substr(0, dot));
    auto const mac = from_base64url(token.substr(dot + 1));
    if (!claims || !mac || claims->size() != kClaimBytes) return std::nullopt;
    auto const expected = sign(secret_, *claims);
    if (mac->size() != expected.size() ||
        CRYPTO_memcmp(mac->data(), expected.data(), expected.size()) != 0) {
        return std::nullopt;
    }
    auto const rights = static_cast<std::uint8_t>((*claims)[1]);
    if (static_cast<std::uint8_t>((*claims)[0]) != kVersion) return std::nullopt;
    if (rights != kWatch && rights != kPreview) return std::nullopt;
    PlaybackClaims read;
    read.stream = StreamId(claims->substr(2, kIdBytes));
    read.preview = rights == kPreview;
    auto rest = std::string_view(*claims).substr(2 + kIdBytes);
    read.expires_at = WallTime(seconds(static_cast<std::int64_t>(take(rest))));
    read.epoch = static_cast<std::int64_t>(take(rest));
    read.viewer = take(rest);
    return read;
}

}  // namespace directfanz::streams
