#pragma once

#include "app/load_settings.hpp"
#include "base/result.hpp"

#include <string>

/// The commands `directfanz stream …`. They use the database directly, whether or not a server runs
/// on it, and return what is to be printed. Only create_stream makes a data folder where there is
/// none.
namespace directfanz::app {

enum class Output { text, json };

struct NewStream {
    std::string title;
    /// A handle; empty: nobody's.
    std::string owner;
    /// public, unlisted or followers.
    std::string visibility = "public";
    /// Live as soon as media arrives.
    bool auto_live = true;
};

Result<std::string> create_stream(LoadedSettings const& loaded, NewStream const& wanted,
                                  Output output);
Result<std::string> list_streams(LoadedSettings const& loaded, Output output);
Result<std::string> rotate_stream_key(LoadedSettings const& loaded, std::string const& id,
                                      Output output);
Result<std::string> delete_stream(LoadedSettings const& loaded, std::string const& id,
                                  Output output);

}  // namespace directfanz::app
