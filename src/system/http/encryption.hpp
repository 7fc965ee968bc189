#pragma once

#include "base/clock.hpp"
#include "system/http/message.hpp"

#include <cstdint>
#include <optional>

namespace directfanz::http {

/// What is asked of clients beyond plain HTTP.
struct EncryptionPolicy {
    /// Where plain requests are sent: the port of https. 0: they are served.
    std::uint16_t redirect_to = 0;
    /// How long browsers are told to come by https only (RFC 6797); 0: they are not told.
    std::chrono::seconds hsts{0};
};

/// The answer of a plain request that has to come by https: 308, so that its method stays; 400 if
/// it names no host. Nothing if it is to be served.
std::optional<Response> redirect_to_https(EncryptionPolicy const& policy, Request const& request);

/// The header of RFC 6797, on encrypted connections alone (7.2).
void add_hsts(EncryptionPolicy const& policy, Request const& request, Response& response);

}  // namespace directfanz::http
