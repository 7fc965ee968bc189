#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace directfanz::webauthn {

/// What an authenticator signs beside the client data (Web Authentication, 6.1). All views are
/// into what was parsed.
struct AuthenticatorData {
    /// SHA-256 of the relying party's id.
    ByteView rp_id_hash;
    bool user_present = false;
    /// By a PIN, a finger, a face.
    bool user_verified = false;
    /// Counts signatures; always 0 at authenticators that do not count.
    std::uint32_t sign_count = 0;

    /// A new credential (6.5.1).
    struct Attested {
        ByteView credential_id;
        /// Of its key, as COSE (RFC 9053) names it: -7 for ES256.
        std::int64_t algorithm = 0;
    };
    std::optional<Attested> attested;
    /// What the extension credProtect says (CTAP 2, 12.1); browsers ask for it by themselves.
    std::optional<std::int64_t> protection;
};

inline constexpr std::size_t kMaxAuthenticatorData = 4'096;
/// Web Authentication, 4: Credential ID.
inline constexpr std::size_t kMaxCredentialId = 1'023;

/// The whole structure with its key and its extensions; nothing may stand behind it.
Result<AuthenticatorData> parse_authenticator_data(ByteView bytes);

}  // namespace directfanz::webauthn
