#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "system/webauthn/relying_party.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The two ceremonies of Web Authentication, as the site does them: 7.1 a new credential, 7.2 an
/// assertion, by which it is used. Both want the user verified (PIN, finger, face), so that a
/// credential is worth two factors.
///
/// Errors: denied for a proof that does not hold, unsupported for a kind of key or of attestation
/// that is not verified here, too_large beyond the limits, invalid for what breaks its format.
namespace directfanz::webauthn {

/// How keys sign, as COSE numbers it (RFC 9053, RFC 8812).
enum class Algorithm : std::int16_t {
    es256 = -7,    ///< ECDSA on P-256: 64 bytes, the point's x and y
    eddsa = -8,    ///< Ed25519: its 32 bytes
    rs256 = -257,  ///< RSA of 2048 bits, PKCS #1 v1.5: 259 bytes, modulus and exponent
};

/// Best first, as authenticators are asked for them.
inline constexpr std::array kAlgorithms{Algorithm::es256, Algorithm::eddsa, Algorithm::rs256};

struct PublicKey {
    Algorithm algorithm = Algorithm::es256;
    /// As at the algorithm, big-endian.
    Bytes bytes;

    bool operator==(PublicKey const&) const = default;
};

/// What the site gave the browser for this ceremony.
struct Expected {
    RelyingParty party;
    /// In base64url.
    std::string challenge;
};

struct Credential {
    Bytes id;
    PublicKey key;
    std::uint32_t sign_count = 0;
};

/// From navigator.credentials.create().
struct Attestation {
    std::string_view client_data_json;
    ByteView attestation_object;
};

/// From navigator.credentials.get().
struct Assertion {
    std::string_view client_data_json;
    ByteView authenticator_data;
    ByteView signature;
};

inline constexpr std::size_t kMaxAttestationObject = 16'384;
inline constexpr std::size_t kMaxSignature = 1'024;

/// Attestation tells who built an authenticator. Nobody is asked for it, so "none" is the rule; a
/// "packed" one that comes all the same has to be right, but nobody's certificates are trusted.
Result<Credential> verify_attestation(Expected const& expected, Attestation const& attestation);

/// The signature counter afterwards. Whether it grew is for who keeps the last one.
Result<std::uint32_t> verify_assertion(Expected const& expected, PublicKey const& key,
                                       Assertion const& assertion);

/// Whether a signature counter tells of a second authenticator with the same key (6.1.1): those
/// that count never go back, and those that do not are always at zero.
constexpr bool goes_back(std::uint32_t last, std::uint32_t now) {
    return (last != 0 || now != 0) && now <= last;
}

}  // namespace directfanz::webauthn
