#include "app/config_commands.hpp"

#include "app/settings_table.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace directfanz::app {
namespace {

/// A TOML basic string.
std::string toml_text(std::string_view text) {
    std::string quoted = "\"";
    for (auto const c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

std::string assignment(Setting const& setting, std::string_view key, Settings const& settings) {
    auto const value = setting.show(settings);
    return fmt::format("{} = {}", key, setting.is_number ? value : toml_text(value));
}

/// Writes the settings as a file, with `comment` around each.
template <typename Line>
std::string as_file(Line write_setting) {
    std::string text;
    std::string_view table;
    for (auto const& setting : settings_table()) {
        auto const dot = setting.name.find('.');
        auto const in = dot == std::string_view::npos ? "" : setting.name.substr(0, dot);
        if (in != table) {
            table = in;
            text += fmt::format("\n[{}]\n", table);
        }
        text += write_setting(setting, in.empty() ? setting.name : setting.name.substr(dot + 1));
    }
    return text;
}

}  // namespace

std::string show_config(LoadedSettings const& loaded) {
    std::size_t index = 0;
    auto const write = [&](Setting const& setting, std::string_view key) {
        auto const source = loaded.sources[index++];
        auto const value = assignment(setting, key, loaded.settings);
        // What is not set and has no default would not be a valid value in a file.
        auto const unset = setting.show(loaded.settings).empty();
        return fmt::format("{:<40} # {}\n", unset ? "# " + value : value, to_string(source));
    };
    return as_file(write);
}

std::string example_config() {
    Settings const defaults;
    auto const write = [&](Setting const& setting, std::string_view key) {
        return fmt::format("# {}. {}, {}\n# {}\n", setting.help, setting.flag(), setting.variable(),
                           assignment(setting, key, defaults));
    };
    return "# Settings of DirectFanz: directfanz serve --config FILE\n"
           "# Flags overrule this file, and the environment overrules both.\n"
           "# Paths are relative to the folder in which the program is started.\n\n" +
           as_file(write);
}

}  // namespace directfanz::app
