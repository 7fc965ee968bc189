#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace directfanz::webauthn {

/// What a site is towards browsers.
struct RelyingParty {
    /// The domain to which passkeys belong: "fans.example".
    std::string id;
    /// Where the pages come from, as browsers write it: "https://fans.example:8443".
    std::string origin;

    bool operator==(RelyingParty const&) const = default;
};

/// Of the site's address, "https://fans.example" or with a port. This machine's own addresses are
/// called localhost. Nothing where browsers have no passkeys: over plain HTTP, unless it is
/// localhost, and at an address without a name (Web Authentication, 5.1.3).
std::optional<RelyingParty> relying_party_of(std::string_view url);

}  // namespace directfanz::webauthn
