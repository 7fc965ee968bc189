#pragma once

#include <string_view>

namespace directfanz::app {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace directfanz::app
