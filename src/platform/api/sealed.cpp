#include "platform/api/sealed.hpp"

#include "base/base64url.hpp"
#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "base/random.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <stdexcept>

#include <openssl/evp.h>

namespace directfanz::api {
namespace {

constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;

struct Free {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, Free>;

Context make_context() {
    Context context(EVP_CIPHER_CTX_new());
    if (!context) throw std::bad_alloc();
    return context;
}

std::uint8_t const* bytes_of(std::string_view text) {
    return reinterpret_cast<std::uint8_t const*>(text.data());
}
std::uint8_t* bytes_of(std::string& text) {
    return reinterpret_cast<std::uint8_t*>(text.data());
}

}  // namespace

std::string seal(std::string_view plain, std::string_view secret) {
    auto const key = sha256(as_bytes(secret));
    auto const nonce = random_bytes(kNonce);
    auto const context = make_context();
    std::string sealed(nonce.begin(), nonce.end());
    sealed.resize(kNonce + plain.size() + kTag);
    int size = 0;
    int rest = 0;
    auto const well =
        EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) ==
            1 &&
        EVP_EncryptUpdate(context.get(), bytes_of(sealed) + kNonce, &size, bytes_of(plain),
                          static_cast<int>(plain.size())) == 1 &&
        EVP_EncryptFinal_ex(context.get(), bytes_of(sealed) + kNonce + size, &rest) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTag,
                            bytes_of(sealed) + kNonce + plain.size()) == 1;
    if (!well) throw std::runtime_error("AES-256-GCM is not to be had");
    return to_base64url(sealed);
}

std::optional<std::string> unseal(std::string_view sealed, std::string_view secret) {
    auto whole = from_base64url(sealed);
    if (!whole || whole->size() < kNonce + kTag) return std::nullopt;
    auto const key = sha256(as_bytes(secret));
    auto const context = make_context();
    auto const size = whole->size() - kNonce - kTag;
    std::string plain(size, '\0');
    int written = 0;
    int rest = 0;
    auto const well = EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(),
                                         bytes_of(*whole)) == 1 &&
                      EVP_DecryptUpdate(context.get(), bytes_of(plain), &written,
                                        bytes_of(*whole) + kNonce, static_cast<int>(size)) == 1 &&
                      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTag,
                                          bytes_of(*whole) + kNonce + size) == 1 &&
                      EVP_DecryptFinal_ex(context.get(), bytes_of(plain) + written, &rest) == 1;
    if (!well) return std::nullopt;
    return plain;
}

}  // namespace directfanz::api
