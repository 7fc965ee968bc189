#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace directfanz::api {

/// `plain` as base64url that tells nothing to who does not know `secret` (any length, but hard to
/// guess): AES-256-GCM by the secret's SHA-256, with a random nonce in front.
std::string seal(std::string_view plain, std::string_view secret);

/// Nothing if it was sealed by another secret, or changed.
std::optional<std::string> unseal(std::string_view sealed, std::string_view secret);

}  // namespace directfanz::api
