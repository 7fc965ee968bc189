#include "platform/accounts/secret.hpp"

#include "base/base64url.hpp"
#include "base/digest.hpp"
#include "base/random.hpp"

#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace directfanz::accounts {

std::string new_secret() {
    constexpr std::size_t kBytes = 32;
    return to_base64url(as_text(random_bytes(kBytes)));
}

std::string hash_of_secret(std::string_view secret) {
    return to_hex(sha256(as_bytes(secret)));
}

std::string new_id() {
    constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz234567";
    constexpr std::size_t kCharacters = 16;
    std::string id;
    // 256 is a multiple of 32, so every character is equally likely.
    for (auto const byte : random_bytes(kCharacters)) id += kDigits[byte % kDigits.size()];
    return id;
}

bool same_secret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Bytes hmac_sha256(std::string_view key, std::string_view message) {
    Bytes digest(32);
    unsigned size = 0;
    auto const text = as_bytes(message);
    auto const* const made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                  text.data(), text.size(), digest.data(), &size);
    if (made == nullptr || size != digest.size()) throw std::runtime_error("HMAC-SHA256 failed");
    return digest;
}

}  // namespace directfanz::accounts
