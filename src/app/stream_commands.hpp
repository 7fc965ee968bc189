#pragma once

#include "app/settings.hpp"
#include "base/result.hpp"

#include <string>

/// The commands `directfanz stream …`. They use the database directly, whether or not a server runs
/// on it, and return what is to be printed.
namespace directfanz::app {

enum class Output { text, json };

Result<std::string> create_stream(Settings const& settings, std::string const& title,
                                  Output output);
Result<std::string> list_streams(Settings const& settings, Output output);
Result<std::string> rotate_stream_key(Settings const& settings, std::string const& id,
                                      Output output);
Result<std::string> delete_stream(Settings const& settings, std::string const& id, Output output);

}  // namespace directfanz::app
