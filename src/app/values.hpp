#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

/// How values of settings are written.
namespace directfanz::app {

/// "250ms", "3s", "5m", "1h": a whole number and its unit.
Result<milliseconds> parse_duration(std::string_view text);
/// In the largest unit that keeps it whole: "250ms", "60s", "2h".
std::string to_text(milliseconds duration);

/// A whole number without a sign.
Result<std::size_t> parse_number(std::string_view text);

/// "http://" or "https://", a host, perhaps a port; nothing else but a slash, which is taken off.
Result<std::string> parse_public_url(std::string_view text);

}  // namespace directfanz::app
