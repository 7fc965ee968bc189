#pragma once

#include <filesystem>

namespace directfanz::app {

/// Where the built pages are if nobody says: "web/dist" or "share/directfanz/web" beside the
/// program or a few folders above it. Empty if there are none.
std::filesystem::path find_built_pages();

}  // namespace directfanz::app
