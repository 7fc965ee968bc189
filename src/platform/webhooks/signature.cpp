#include "platform/webhooks/signature.hpp"

#include "base/random.hpp"
#include "platform/accounts/secret.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

namespace directfanz::webhooks {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kSecretBytes = 32;

/// RFC 4648, 4, with padding.
std::string to_base64(ByteView bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(text.data());
    auto const size = EVP_EncodeBlock(out, bytes.data(), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

/// Empty for what is no base64.
std::string from_base64(std::string_view text) {
    std::string bytes(text.size() / 4 * 3, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(bytes.data());
    auto const* const in = reinterpret_cast<unsigned char const*>(text.data());
    auto const size = EVP_DecodeBlock(out, in, static_cast<int>(text.size()));
    if (size < 0) return {};
    // It counts the bytes that padding stands for.
    auto const padding = text.size() - text.find_last_not_of('=') - 1;
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

std::int64_t unix_seconds(WallTime time) {
    return std::chrono::floor<seconds>(time).time_since_epoch().count();
}

}  // namespace

std::string new_webhook_secret() {
    return std::string(kPrefix) + to_base64(random_bytes(kSecretBytes));
}

std::string sign(std::string_view secret, std::string_view id, std::int64_t timestamp,
                 std::string_view body) {
    if (!secret.starts_with(kPrefix)) return {};
    auto const key = from_base64(secret.substr(kPrefix.size()));
    if (key.empty()) return {};
    auto const signed_text = fmt::format("{}.{}.{}", id, timestamp, body);
    return "v1," + to_base64(accounts::hmac_sha256(key, signed_text));
}

std::string signatures(Webhook const& webhook, std::string_view id, WallTime now,
                       std::string_view body) {
    auto text = sign(webhook.secret, id, unix_seconds(now), body);
    if (webhook.old_secret && webhook.old_secret_until && now < *webhook.old_secret_until) {
        text += ' ';
        text += sign(*webhook.old_secret, id, unix_seconds(now), body);
    }
    return text;
}

}  // namespace directfanz::webhooks
