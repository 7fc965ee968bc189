#include "system/webauthn/authenticator_data.hpp"

#include "system/webauthn/cbor.hpp"

namespace directfanz::webauthn {
namespace {

constexpr std::string_view kWhere = "authenticator data";

// Web Authentication, 6.1.
constexpr std::size_t kHashSize = 32;
constexpr std::size_t kModelSize = 16;
constexpr std::uint8_t kUserPresent = 0x01;
constexpr std::uint8_t kUserVerified = 0x04;
constexpr std::uint8_t kAttested = 0x40;
constexpr std::uint8_t kExtensions = 0x80;

// RFC 9052, 7.1: what each key has; its value is RFC 9053's.
constexpr std::int64_t kAlgorithmLabel = 3;

/// A map from integers; without an algorithm it is no key for signatures.
std::int64_t read_key_algorithm(ByteReader& reader) {
    auto ahead = reader;
    read_cbor_item(reader);
    if (!reader.ok()) return 0;
    auto const head = read_cbor_head(ahead);
    if (head.kind != CborKind::map) ahead.set_failed();
    std::optional<std::int64_t> algorithm;
    for (std::uint64_t i = 0; i < head.argument && ahead.ok(); ++i) {
        if (read_cbor_integer(ahead) == kAlgorithmLabel && !algorithm) {
            algorithm = read_cbor_integer(ahead);
        } else {
            read_cbor_item(ahead);
        }
    }
    if (!ahead.ok() || !algorithm) reader.set_failed();
    return algorithm.value_or(0);
}

AuthenticatorData::Attested read_attested(ByteReader& reader) {
    AuthenticatorData::Attested attested;
    reader.skip(kModelSize);
    auto const size = reader.u16();
    if (size == 0 || size > kMaxCredentialId) reader.set_failed();
    attested.credential_id = reader.bytes(size);
    attested.algorithm = read_key_algorithm(reader);
    return attested;
}

/// A map from names; those that nobody asked for are passed over.
std::optional<std::int64_t> read_extensions(ByteReader& reader) {
    auto const head = read_cbor_head(reader);
    if (head.kind != CborKind::map) reader.set_failed();
    std::optional<std::int64_t> protection;
    for (std::uint64_t i = 0; i < head.argument && reader.ok(); ++i) {
        if (read_cbor_text(reader) == "credProtect" && !protection) {
            protection = read_cbor_integer(reader);
        } else {
            read_cbor_item(reader);
        }
    }
    return protection;
}

}  // namespace

Result<AuthenticatorData> parse_authenticator_data(ByteView bytes) {
    if (bytes.size() > kMaxAuthenticatorData) {
        return fail(ErrorKind::too_large, kWhere, "The authenticator data is too long.");
    }
    ByteReader reader(bytes);
    AuthenticatorData data;
    data.rp_id_hash = reader.bytes(kHashSize);
    auto const flags = reader.u8();
    data.user_present = (flags & kUserPresent) != 0;
    data.user_verified = (flags & kUserVerified) != 0;
    data.sign_count = reader.u32();
    if ((flags & kAttested) != 0) data.attested = read_attested(reader);
    if ((flags & kExtensions) != 0) data.protection = read_extensions(reader);
    if (!reader.ok() || !reader.at_end()) {
        return fail(ErrorKind::invalid, kWhere, "The authenticator data breaks its format.");
    }
    return data;
}

}  // namespace directfanz::webauthn
