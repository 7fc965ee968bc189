#include "system/webauthn/fido_key.hpp"

#include <new>

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>

namespace directfanz::webauthn {
namespace {

/// `read` fills what `make` made; null where the bytes are no such key.
template <typename Key>
std::shared_ptr<void> made(Key* (*make)(), void (*free)(Key**),
                           int (*read)(Key*, void const*, std::size_t), ByteView bytes) {
    std::shared_ptr<Key> key(make(), [free](Key* old) { free(&old); });
    if (key == nullptr) throw std::bad_alloc();
    if (read(key.get(), bytes.data(), bytes.size()) != FIDO_OK) return nullptr;
    return key;
}

std::shared_ptr<void> made(PublicKey const& key) {
    constexpr std::size_t kPoint = 64;
    constexpr std::size_t kEdwards = 32;
    constexpr std::size_t kModulusAndExponent = 259;
    auto const size = key.bytes.size();
    switch (key.algorithm) {
        case Algorithm::es256:
            if (size != kPoint) return nullptr;
            return made(es256_pk_new, es256_pk_free, es256_pk_from_ptr, key.bytes);
        case Algorithm::eddsa:
            if (size != kEdwards) return nullptr;
            return made(eddsa_pk_new, eddsa_pk_free, eddsa_pk_from_ptr, key.bytes);
        case Algorithm::rs256:
            if (size != kModulusAndExponent) return nullptr;
            return made(rs256_pk_new, rs256_pk_free, rs256_pk_from_ptr, key.bytes);
    }
    return nullptr;
}

}  // namespace

Result<FidoKey> FidoKey::of(PublicKey const& key) {
    auto found = made(key);
    if (found == nullptr) {
        return fail(ErrorKind::invalid, "public key", "This is no public key of its algorithm.");
    }
    return FidoKey(std::move(found));
}

}  // namespace directfanz::webauthn
