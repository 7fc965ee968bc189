#pragma once

#include "app/settings.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace directfanz::app {

/// Where settings come from, each overruling the ones before it.
enum class Source { default_value, file, flag, environment };

std::string_view to_string(Source source);

struct Inputs {
    /// --config; DIRECTFANZ_CONFIG overrules it.
    std::optional<std::string> config_file;
    /// Name of the setting and value, of the flags that were given.
    std::vector<std::pair<std::string, std::string>> flags;
    /// All variables of the environment; those without our prefix are passed over.
    std::vector<std::pair<std::string, std::string>> environment;
};

struct LoadedSettings {
    Settings settings;
    /// In the order of settings_table().
    std::vector<Source> sources;

    Source source(std::string_view name) const;
    /// Whether a flag or the environment says it, for this one call of the program.
    bool given(std::string_view name) const;
};

/// Error: invalid, for an unknown name (in the file with its line, or a variable DIRECTFANZ_…) or a
/// value that the setting does not take, or that does not go with another setting's. A variable
/// without a value is one that is not set.
Result<LoadedSettings> load_settings(Inputs const& inputs);

}  // namespace directfanz::app
