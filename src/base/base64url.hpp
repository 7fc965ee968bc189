#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace directfanz {

/// RFC 4648, 5, without padding.
std::string to_base64url(std::string_view bytes);

/// The bytes again. Nothing for what to_base64url() could not have made: each content has one text.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace directfanz
