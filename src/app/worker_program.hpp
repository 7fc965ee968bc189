#pragma once

#include "app/settings.hpp"

#include <filesystem>

namespace directfanz::app {

/// The transcoding worker: what the settings name, or else the one beside this program. Empty if
/// there is none.
std::filesystem::path find_worker_program(Settings const& settings);

}  // namespace directfanz::app
