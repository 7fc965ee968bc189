#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "system/mail/address.hpp"
#include "system/mail/mailer.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace directfanz::mail {

/// How bodies go: as they are for files, which people open; in quoted-printable for networks, of
/// which some still carry seven bits in short lines.
enum class Way { file, network };

inline constexpr std::size_t kMaxSubjectLength = 500;
inline constexpr std::size_t kMaxBodyLength = 256 * 1024;

/// The whole mail as RFC 5322 and MIME have it, lines ending with CRLF, none longer than 998
/// characters, and header fields folded at 78 where they can be. Whatever stands in a subject or a
/// name stays inside its field.
///
/// Error: invalid for an address that is none and texts that are not UTF-8; too_large.
Result<std::string> compose(Message const& message, Sender const& sender, WallTime time, Way way);

/// RFC 2047: text that is ASCII and short as it is, any other in encoded words of UTF-8 in base64,
/// folded. `used` is how much of the line its field's name takes.
std::string encode_words(std::string_view text, std::size_t used);

/// RFC 2045, 6.7.
std::string to_quoted_printable(std::string_view text);

}  // namespace directfanz::mail
