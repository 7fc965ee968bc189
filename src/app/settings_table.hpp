#pragma once

#include "app/settings.hpp"
#include "base/result.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace directfanz::app {

/// One setting, as everything that reads or shows settings needs it.
struct Setting {
    /// In the file: "log.level" is `level` in the table `[log]`.
    std::string_view name;
    /// What its value is, for help: "DURATION".
    std::string_view kind;
    std::string_view help;
    /// Numbers stand bare in the file, all else in quotes.
    bool is_number = false;
    /// Reads, checks and sets. The error is the part of a sentence after the setting's name.
    std::function<Result<void>(Settings&, std::string_view)> set;
    std::function<std::string(Settings const&)> show;

    /// "--log-level"
    std::string flag() const;
    /// "DIRECTFANZ_LOG_LEVEL"
    std::string variable() const;
};

inline constexpr std::string_view kVariablePrefix = "DIRECTFANZ_";

/// All settings, in the order in which people read them.
std::span<Setting const> settings_table();

/// Null if there is none of that name.
Setting const* find_setting(std::string_view name);

}  // namespace directfanz::app
