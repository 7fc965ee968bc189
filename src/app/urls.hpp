#pragma once

#include "app/data_folder.hpp"
#include "app/settings.hpp"
#include "platform/streams/urls.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace directfanz::app {

/// An address to connect to, from one that was listened on: 127.0.0.1 in place of a wildcard.
std::string reachable(std::string_view address);

/// Whole URLs, for people: by public_url if it is set, otherwise by where the server
/// listens, otherwise by the settings. Encoders connect to the host of public_url. Encrypted ones
/// where public_url is, or where plain HTTP is redirected.
streams::StreamUrls make_urls(Settings const& settings, std::optional<Listening> const& listening);

}  // namespace directfanz::app
