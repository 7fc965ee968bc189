#pragma once

#include "base/digest.hpp"
#include "system/webauthn/verify.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

/// For tests alone: an authenticator and its browser, by OpenSSL and nlohmann's CBOR, so that
/// nothing of what is tested makes what it is tested with.
namespace directfanz::webauthn::testing {

class Authenticator {
  public:
    explicit Authenticator(Algorithm algorithm = Algorithm::es256)
        : algorithm_(algorithm), key_(make(algorithm), EVP_PKEY_free) {
        if (key_ == nullptr) throw std::runtime_error("no key");
    }

    /// What a test may make wrong.
    std::string rp_id = "fans.example";
    std::string origin = "https://fans.example";
    std::uint8_t flags = 0x05;
    std::uint32_t sign_count = 1;
    Bytes credential_id = Bytes(32, 0xc1);
    nlohmann::json extensions;
    bool cross_origin = false;

    std::string client_data(std::string_view type, std::string_view challenge) const {
        return nlohmann::json{{"type", type},
                              {"challenge", challenge},
                              {"origin", origin},
                              {"crossOrigin", cross_origin}}
            .dump();
    }

    Bytes authenticator_data(bool attested) const {
        auto all = flags;
        if (attested) all |= 0x40;
        if (!extensions.is_null()) all |= 0x80;
        auto bytes = sha256(as_bytes(rp_id));
        bytes.push_back(all);
        append_big_endian(bytes, sign_count, 4);
        if (attested) {
            bytes.insert(bytes.end(), 16, 0);
            append_big_endian(bytes, static_cast<std::uint32_t>(credential_id.size()), 2);
            bytes.insert(bytes.end(), credential_id.begin(), credential_id.end());
            auto const key = cose_key();
            bytes.insert(bytes.end(), key.begin(), key.end());
        }
        if (!extensions.is_null()) {
            auto const more = nlohmann::json::to_cbor(extensions);
            bytes.insert(bytes.end(), more.begin(), more.end());
        }
        return bytes;
    }

    Bytes attestation_object(nlohmann::json const& statement = nlohmann::json::object(),
                             std::string const& format = "none") const {
        return attestation_of(authenticator_data(true), statement, format);
    }

    static Bytes attestation_of(Bytes const& data, nlohmann::json const& statement,
                                std::string const& format) {
        nlohmann::json object{{"fmt", format}, {"attStmt", statement}};
        object["authData"] = nlohmann::json::binary(data);
        return nlohmann::json::to_cbor(object);
    }

    /// By the new key itself.
    Bytes packed_object(std::string const& client_data_json) const {
        auto const data = authenticator_data(true);
        nlohmann::json statement{{"alg", static_cast<int>(algorithm_)}};
        statement["sig"] = nlohmann::json::binary(sign(data, client_data_json));
        return attestation_of(data, statement, "packed");
    }

    /// Of the authenticator data and the client data's hash (6.3.3).
    Bytes sign(Bytes message, std::string_view client_data_json) const {
        auto const hash = sha256(as_bytes(client_data_json));
        message.insert(message.end(), hash.begin(), hash.end());
        auto const* const digest = algorithm_ == Algorithm::eddsa ? nullptr : EVP_sha256();
        std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> const context(EVP_MD_CTX_new(),
                                                                         EVP_MD_CTX_free);
        std::size_t size = 0;
        if (EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get()) != 1 ||
            EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) != 1) {
            throw std::runtime_error("cannot sign");
        }
        Bytes signature(size);
        if (EVP_DigestSign(context.get(), signature.data(), &size, message.data(),
                           message.size()) != 1) {
            throw std::runtime_error("cannot sign");
        }
        signature.resize(size);
        return signature;
    }

    /// As PublicKey has it.
    Bytes public_key() const {
        if (algorithm_ == Algorithm::eddsa) {
            std::size_t size = 32;
            Bytes bytes(size);
            EVP_PKEY_get_raw_public_key(key_.get(), bytes.data(), &size);
            return bytes;
        }
        auto const rsa = algorithm_ == Algorithm::rs256;
        auto bytes = number(rsa ? OSSL_PKEY_PARAM_RSA_N : OSSL_PKEY_PARAM_EC_PUB_X, rsa ? 256 : 32);
        auto const second =
            number(rsa ? OSSL_PKEY_PARAM_RSA_E : OSSL_PKEY_PARAM_EC_PUB_Y, rsa ? 3 : 32);
        bytes.insert(bytes.end(), second.begin(), second.end());
        return bytes;
    }

  private:
    static EVP_PKEY* make(Algorithm algorithm) {
        switch (algorithm) {
            case Algorithm::es256:
                return EVP_EC_gen("P-256");
            case Algorithm::eddsa:
                return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
            case Algorithm::rs256:
                return EVP_RSA_gen(2048);
        }
        return nullptr;
    }

    static void append_big_endian(Bytes& bytes, std::uint32_t value, unsigned size) {
        while (size > 0) bytes.push_back(static_cast<std::uint8_t>(value >> 8 * --size));
    }

    Bytes number(char const* name, std::size_t size) const {
        BIGNUM* value = nullptr;
        if (EVP_PKEY_get_bn_param(key_.get(), name, &value) != 1) {
            throw std::runtime_error("no such number");
        }
        Bytes bytes(size);
        BN_bn2binpad(value, bytes.data(), static_cast<int>(size));
        BN_free(value);
        return bytes;
    }

    /// RFC 9052, 7: a map from small integers, which nlohmann's library does not write.
    Bytes cose_key() const {
        Bytes bytes;
        auto const pair = [&](nlohmann::json const& label, nlohmann::json const& value) {
            for (auto const* const part : {&label, &value}) {
                auto const more = nlohmann::json::to_cbor(*part);
                bytes.insert(bytes.end(), more.begin(), more.end());
            }
        };
        auto const key = public_key();
        auto const part = [&](std::size_t begin, std::size_t size) {
            auto const from = key.begin() + static_cast<std::ptrdiff_t>(begin);
            return nlohmann::json::binary(Bytes(from, from + static_cast<std::ptrdiff_t>(size)));
        };
        switch (algorithm_) {
            case Algorithm::es256:
                bytes.push_back(0xa5);
                pair(1, 2);
                pair(3, -7);
                pair(-1, 1);
                pair(-2, part(0, 32));
                pair(-3, part(32, 32));
                break;
            case Algorithm::eddsa:
                bytes.push_back(0xa4);
                pair(1, 1);
                pair(3, -8);
                pair(-1, 6);
                pair(-2, part(0, 32));
                break;
            case Algorithm::rs256:
                bytes.push_back(0xa4);
                pair(1, 3);
                pair(3, -257);
                pair(-1, part(0, 256));
                pair(-2, part(256, 3));
                break;
        }
        return bytes;
    }

    Algorithm algorithm_;
    std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace directfanz::webauthn::testing
