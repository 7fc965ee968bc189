#pragma once

#include "base/result.hpp"
#include "system/webauthn/relying_party.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace directfanz::webauthn {

/// What a browser says it has asked an authenticator for (Web Authentication, 5.8.1).
struct ClientData {
    /// "webauthn.create" or "webauthn.get".
    std::string type;
    /// In base64url.
    std::string challenge;
    std::string origin;
    /// In a frame of another site.
    bool cross_origin = false;
};

inline constexpr std::size_t kMaxClientData = 4'096;

/// Of `clientDataJSON` as it was sent. What is not named above is passed over, as the standard
/// wants it: there will be more.
Result<ClientData> parse_client_data(std::string_view json);

}  // namespace directfanz::webauthn
