#pragma once

#include <string_view>

namespace directfanz::app {

/// "0.1.0", as CMakeLists.txt says.
std::string_view version();

}  // namespace directfanz::app
