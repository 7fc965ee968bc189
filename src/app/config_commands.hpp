#pragma once

#include "app/load_settings.hpp"

#include <string>

/// The commands `directfanz config …`: what they print.
namespace directfanz::app {

/// Every setting in force, and where it came from.
std::string show_config(LoadedSettings const& loaded);

/// A TOML file with every setting, its help and its default, all of them commented out.
std::string example_config();

}  // namespace directfanz::app
