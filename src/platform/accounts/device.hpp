#pragma once

#include <string>
#include <string_view>

namespace directfanz::accounts {

/// What a User-Agent says, in words that people know: "Firefox on Linux", "Safari on iPhone"; "a
/// program (curl)" and the like for others. At most 60 characters of what anybody may have sent.
std::string device_of(std::string_view user_agent);

}  // namespace directfanz::accounts
