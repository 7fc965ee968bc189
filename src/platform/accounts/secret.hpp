#pragma once

#include "base/bytes.hpp"

#include <string>
#include <string_view>

/// What only its owner knows: cookies, links in mails, API tokens.
namespace directfanz::accounts {

/// 256 random bits in base64url, 43 characters.
std::string new_secret();

/// Lower-case hexadecimal SHA-256, as the database keeps a secret. A fast hash does for what nobody
/// can guess, and an index finds it; how long that takes tells nothing about another secret.
std::string hash_of_secret(std::string_view secret);

/// The id of a row that people may see: 80 random bits, 16 characters of RFC 4648's base 32 in
/// lower case.
std::string new_id();

/// Whether they are equal, in a time that depends on their lengths alone.
bool same_secret(std::string_view a, std::string_view b);

/// HMAC-SHA256 (RFC 2104), 32 bytes.
Bytes hmac_sha256(std::string_view key, std::string_view message);

}  // namespace directfanz::accounts
