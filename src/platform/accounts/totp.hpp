#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Time-based one-time passwords (RFC 6238) as authenticator apps make them: HMAC-SHA1, six
/// digits, a new one every 30 s.
namespace directfanz::accounts::totp {

inline constexpr seconds kStep{30};
/// A clock may be that many steps off, either way (RFC 6238, 5.2 recommends one).
inline constexpr std::int64_t kSteps = 1;

/// 160 random bits (RFC 4226, 4), in base 32 without padding.
std::string new_secret();

/// What the app's QR code says: otpauth://totp/SITE:WHO?secret=…&issuer=SITE
std::string uri(std::string_view secret, std::string_view site, std::string_view who);

/// The code of a time step (RFC 4226, 5.3).
std::string code_at(ByteView key, std::int64_t step);

/// The step for which `code` is right now, if it is above `last`, the last one that was taken: each
/// code works once. Nothing for a wrong code, and for a secret that is no base 32.
std::optional<std::int64_t> match(std::string_view secret, std::string_view code, WallTime now,
                                  std::int64_t last);

/// Base 32 (RFC 4648, 6) without padding, in upper or lower case.
std::optional<Bytes> decode_base32(std::string_view text);
std::string encode_base32(ByteView bytes);

/// What helps who has lost the app: ten codes of 50 random bits, "abcd-efgh-jk".
std::vector<std::string> new_recovery_codes();

/// As it is hashed: lower case without blanks and hyphens, however it was typed.
std::string plain_recovery_code(std::string_view typed);

}  // namespace directfanz::accounts::totp
