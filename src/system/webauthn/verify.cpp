#include "system/webauthn/verify.hpp"

#include "base/digest.hpp"
#include "system/webauthn/authenticator_data.hpp"
#include "system/webauthn/cbor.hpp"
#include "system/webauthn/client_data.hpp"
#include "system/webauthn/fido_key.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <optional>

#include <fido.h>

namespace directfanz::webauthn {
namespace {

struct FreeCredential {
    void operator()(fido_cred_t* credential) const { fido_cred_free(&credential); }
};
struct FreeAssertion {
    void operator()(fido_assert_t* assertion) const { fido_assert_free(&assertion); }
};
using FidoCredential = std::unique_ptr<fido_cred_t, FreeCredential>;
using FidoAssertion = std::unique_ptr<fido_assert_t, FreeAssertion>;

std::unexpected<Error> denied(std::string_view where, std::string message) {
    return fail(ErrorKind::denied, where, std::move(message));
}

/// 7.1 steps 7 to 10, 7.2 steps 11 to 14.
Result<void> check_client_data(Expected const& expected, std::string_view type,
                               std::string_view json) {
    constexpr std::string_view kWhere = "client data";
    auto const data = parse_client_data(json);
    if (!data) return std::unexpected(data.error());
    if (data->type != type) return denied(kWhere, "This was made for another purpose.");
    if (data->challenge != expected.challenge) {
        return denied(kWhere, "This answers another challenge.");
    }
    if (data->origin != expected.party.origin || data->cross_origin) {
        return denied(kWhere, "This was made for another site.");
    }
    return {};
}

/// 7.1 steps 14 to 16, 7.2 steps 15 to 17.
Result<void> check_authenticator(Expected const& expected, AuthenticatorData const& data) {
    constexpr std::string_view kWhere = "authenticator data";
    if (!std::ranges::equal(data.rp_id_hash, sha256(as_bytes(expected.party.id)))) {
        return denied(kWhere, "This was made for another site.");
    }
    if (!data.user_present) return denied(kWhere, "The authenticator saw nobody.");
    if (!data.user_verified) {
        return denied(kWhere, "The authenticator did not verify who was before it.");
    }
    return {};
}

/// 6.5.4.
struct AttestationObject {
    std::string_view format;
    ByteView statement;
    ByteView authenticator_data;
};

Result<AttestationObject> parse_attestation_object(ByteView bytes) {
    constexpr std::string_view kWhere = "attestation object";
    if (bytes.size() > kMaxAttestationObject) {
        return fail(ErrorKind::too_large, kWhere, "The attestation object is too long.");
    }
    ByteReader reader(bytes);
    AttestationObject object;
    auto const head = read_cbor_head(reader);
    if (head.kind != CborKind::map) reader.set_failed();
    for (std::uint64_t i = 0; i < head.argument && reader.ok(); ++i) {
        auto const name = read_cbor_text(reader);
        if (name == "fmt") {
            object.format = read_cbor_text(reader);
        } else if (name == "attStmt") {
            object.statement = read_cbor_item(reader);
        } else if (name == "authData") {
            object.authenticator_data = read_cbor_bytes(reader);
        } else {
            read_cbor_item(reader);
        }
    }
    if (!reader.ok() || !reader.at_end() || object.statement.empty()) {
        return fail(ErrorKind::invalid, kWhere, "The attestation object breaks its format.");
    }
    return object;
}

std::optional<Algorithm> algorithm_of(std::int64_t number) {
    auto const* const found = std::ranges::find_if(
        kAlgorithms, [number](Algorithm known) { return static_cast<int>(known) == number; });
    if (found == kAlgorithms.end()) return std::nullopt;
    return *found;
}

/// 8.2: by the new key itself, or by a certificate that came along.
Result<void> check_packed(fido_cred_t* credential, AttestationObject const& object,
                          AuthenticatorData const& data) {
    constexpr std::string_view kWhere = "attestation";
    // libfido2 wants to know what was asked for.
    if (data.protection &&
        fido_cred_set_prot(credential, static_cast<int>(std::clamp<std::int64_t>(
                                           *data.protection, 0, 100))) != FIDO_OK) {
        return fail(ErrorKind::invalid, kWhere, "There is no such protection of credentials.");
    }
    if (fido_cred_set_attstmt(credential, object.statement.data(), object.statement.size()) !=
        FIDO_OK) {
        return fail(ErrorKind::invalid, kWhere, "The attestation breaks its format.");
    }
    auto const verified = fido_cred_x5c_ptr(credential) == nullptr
                              ? fido_cred_verify_self(credential)
                              : fido_cred_verify(credential);
    if (verified != FIDO_OK) return denied(kWhere, "The attestation is not right.");
    return {};
}

/// `data` is what `object` holds, and is well-formed.
Result<Credential> read_credential(Expected const& expected, Attestation const& attestation,
                                   AttestationObject const& object, AuthenticatorData const& data) {
    constexpr std::string_view kWhere = "credential";
    auto const algorithm = algorithm_of(data.attested->algorithm);
    if (!algorithm) {
        return fail(ErrorKind::unsupported, kWhere,
                    "The authenticator signs in a way that is not known here.");
    }
    FidoCredential const credential(fido_cred_new());
    if (credential == nullptr) throw std::bad_alloc();
    auto const hash = sha256(as_bytes(attestation.client_data_json));
    std::string const format(object.format);
    auto* const fido = credential.get();
    auto const taken = fido_cred_set_type(fido, static_cast<int>(*algorithm)) == FIDO_OK &&
                       fido_cred_set_clientdata_hash(fido, hash.data(), hash.size()) == FIDO_OK &&
                       fido_cred_set_rp(fido, expected.party.id.c_str(), nullptr) == FIDO_OK &&
                       fido_cred_set_uv(fido, FIDO_OPT_TRUE) == FIDO_OK &&
                       fido_cred_set_fmt(fido, format.c_str()) == FIDO_OK &&
                       fido_cred_set_authdata_raw(fido, object.authenticator_data.data(),
                                                  object.authenticator_data.size()) == FIDO_OK;
    if (!taken) {
        return fail(ErrorKind::invalid, kWhere, "The credential breaks its format.");
    }
    if (format == "packed") {
        auto const checked = check_packed(fido, object, data);
        if (!checked) return std::unexpected(checked.error());
    }
    ByteView const key(fido_cred_pubkey_ptr(fido), fido_cred_pubkey_len(fido));
    Credential found{
        .id = {data.attested->credential_id.begin(), data.attested->credential_id.end()},
        .key = {.algorithm = *algorithm, .bytes = {key.begin(), key.end()}},
        .sign_count = data.sign_count};
    auto const usable = FidoKey::of(found.key);
    if (!usable) return std::unexpected(usable.error());
    return found;
}

}  // namespace

Result<Credential> verify_attestation(Expected const& expected, Attestation const& attestation) {
    auto const meant = check_client_data(expected, "webauthn.create", attestation.client_data_json);
    if (!meant) return std::unexpected(meant.error());
    auto const object = parse_attestation_object(attestation.attestation_object);
    if (!object) return std::unexpected(object.error());
    auto const data = parse_authenticator_data(object->authenticator_data);
    if (!data) return std::unexpected(data.error());
    auto const seen = check_authenticator(expected, *data);
    if (!seen) return std::unexpected(seen.error());
    if (!data->attested) {
        return fail(ErrorKind::invalid, "authenticator data", "There is no credential in it.");
    }
    if (object->format != "none" && object->format != "packed") {
        return fail(ErrorKind::unsupported, "attestation",
                    "Attestation of this kind is not known here, and nobody asked for it.");
    }
    return read_credential(expected, attestation, *object, *data);
}

Result<std::uint32_t> verify_assertion(Expected const& expected, PublicKey const& key,
                                       Assertion const& assertion) {
    auto const meant = check_client_data(expected, "webauthn.get", assertion.client_data_json);
    if (!meant) return std::unexpected(meant.error());
    auto const data = parse_authenticator_data(assertion.authenticator_data);
    if (!data) return std::unexpected(data.error());
    if (data->attested) {
        return fail(ErrorKind::invalid, "authenticator data", "A credential stands in it.");
    }
    auto const seen = check_authenticator(expected, *data);
    if (!seen) return std::unexpected(seen.error());
    if (assertion.signature.empty() || assertion.signature.size() > kMaxSignature) {
        return denied("signature", "The signature is not right.");
    }
    auto const usable = FidoKey::of(key);
    if (!usable) return std::unexpected(usable.error());

    FidoAssertion const owned(fido_assert_new());
    if (owned == nullptr) throw std::bad_alloc();
    auto* const fido = owned.get();
    auto const hash = sha256(as_bytes(assertion.client_data_json));
    auto const taken =
        fido_assert_set_clientdata_hash(fido, hash.data(), hash.size()) == FIDO_OK &&
        fido_assert_set_rp(fido, expected.party.id.c_str()) == FIDO_OK &&
        fido_assert_set_up(fido, FIDO_OPT_TRUE) == FIDO_OK &&
        fido_assert_set_uv(fido, FIDO_OPT_TRUE) == FIDO_OK &&
        fido_assert_set_count(fido, 1) == FIDO_OK &&
        fido_assert_set_authdata_raw(fido, 0, assertion.authenticator_data.data(),
                                     assertion.authenticator_data.size()) == FIDO_OK &&
        fido_assert_set_sig(fido, 0, assertion.signature.data(), assertion.signature.size()) ==
            FIDO_OK;
    if (!taken ||
        fido_assert_verify(fido, 0, static_cast<int>(key.algorithm), usable->get()) != FIDO_OK) {
        return denied("signature", "The signature is not right.");
    }
    return data->sign_count;
}

}  // namespace directfanz::webauthn
