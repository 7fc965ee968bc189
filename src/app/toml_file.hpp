#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace directfanz::app {

/// One `key = value` of a TOML file; `name` has its tables before it: "log.level".
struct FileValue {
    std::string name;
    std::string text;
    /// From 1.
    std::size_t line = 0;
};

/// Larger is no configuration.
inline constexpr std::size_t kMaxConfigSize = 1024 * 1024;

/// The values of a TOML file in the order of its lines. Text and whole numbers; anything else, and
/// every syntax error, is an Error that begins with "FILE:LINE: ".
Result<std::vector<FileValue>> read_toml_file(std::filesystem::path const& file);

}  // namespace directfanz::app
