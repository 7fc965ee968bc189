#pragma once

#include "app/load_settings.hpp"
#include "base/result.hpp"

#include <string>

namespace directfanz::app {

/// What this machine has of what the program can use, a line each: the machine, the kernel's
/// sandboxes, the encoders by a real try in a worker process, the ports, the data folder. It
/// changes nothing.
std::string examine(LoadedSettings const& loaded);

}  // namespace directfanz::app
