#pragma once

#include "app/data_folder.hpp"
#include "app/settings.hpp"
#include "platform/streams/urls.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace directfanz::app {

/// An address to connect to, from one that was listened on: 127.0.0.1 in place of a wildcard.
std::string reachable(std::string_view address);

/// Where people reach the server by https: that of public_url if it is one, for a proxy may end TLS
/// there, otherwise that on which the server listens.
std::uint16_t https_port(Settings const& settings, Listening const& listening);

/// Whole URLs, for people: by public_url if it is set, otherwise by where the server
/// listens, otherwise by the settings. Encoders connect to the host of public_url. Encrypted ones
/// where public_url is, or where plain HTTP is redirected.
streams::StreamUrls make_urls(Settings const& settings, std::optional<Listening> const& listening);

}  // namespace directfanz::app
