#pragma once

#include "app/load_settings.hpp"
#include "base/result.hpp"

#include <string>

/// The commands `directfanz stream …`. They use the database directly, whether or not a server runs
/// on it, and return what is to be printed. Only create_stream makes a data folder where there is
/// none.
namespace directfanz::app {

enum class Output { text, json };

Result<std::string> create_stream(LoadedSettings const& loaded, std::string const& title,
                                  Output output);
Result<std::string> list_streams(LoadedSettings const& loaded, Output output);
Result<std::string> rotate_stream_key(LoadedSettings const& loaded, std::string const& id,
                                      Output output);
Result<std::string> delete_stream(LoadedSettings const& loaded, std::string const& id,
                                  Output output);

}  // namespace directfanz::app
