#include "app/load_settings.hpp"

#include "app/settings_table.hpp"
#include "app/toml_file.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include <fmt/format.h>

namespace directfanz::app {
namespace {

constexpr std::string_view kConfigVariable = "DIRECTFANZ_CONFIG";

/// Levenshtein's distance: how many letters to change, add or drop.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            auto const replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
        }
    }
    return row.back();
}

/// "; did you mean 'log.level'?", or where to find the names.
std::string suggestion(std::string_view name, std::string (*spelling)(Setting const&)) {
    constexpr std::size_t near = 3;
    std::string best;
    auto least = near + 1;
    for (auto const& setting : settings_table()) {
        auto const candidate = spelling(setting);
        auto const far = distance(name, candidate);
        if (far < least) {
            least = far;
            best = candidate;
        }
    }
    return best.empty() ? "; 'directfanz config example' shows all settings"
                        : fmt::format("; did you mean '{}'?", best);
}

std::string name_of(Setting const& setting) {
    return std::string(setting.name);
}

std::string variable_of(Setting const& setting) {
    return setting.variable();
}

std::unexpected<Error> bad(std::string message) {
    return fail(ErrorKind::invalid, "", std::move(message));
}

class Loader {
  public:
    Loader() { loaded_.sources.resize(settings_table().size(), Source::default_value); }

    /// `place` is what the error begins with.
    Result<void> set(Setting const& setting, std::string_view text, Source source,
                     std::string_view place) {
        auto done = setting.set(loaded_.settings, text);
        if (!done) return bad(fmt::format("{}: {}", place, done.error().message));
        auto const index = static_cast<std::size_t>(&setting - settings_table().data());
        loaded_.sources[index] = source;
        return {};
    }

    Result<void> file(std::string const& path) {
        auto const values = read_toml_file(path);
        if (!values) return std::unexpected(values.error());
        for (auto const& value : *values) {
            auto const* const setting = find_setting(value.name);
            if (setting == nullptr) {
                return bad(fmt::format("{}:{}: unknown setting '{}'{}", path, value.line,
                                       value.name, suggestion(value.name, name_of)));
            }
            auto const place = fmt::format("{}:{}: {}", path, value.line, value.name);
            auto done = set(*setting, value.text, Source::file, place);
            if (!done) return done;
        }
        return {};
    }

    Result<void> environment(std::string const& name, std::string const& value) {
        if (!name.starts_with(kVariablePrefix) || name == kConfigVariable) return {};
        auto const table = settings_table();
        auto const setting = std::ranges::find(table, name, &Setting::variable);
        if (setting == table.end()) {
            return bad(fmt::format("unknown environment variable {}{}", name,
                                   suggestion(name, variable_of)));
        }
        if (value.empty()) return {};
        return set(*setting, value, Source::environment, name);
    }

    LoadedSettings take() { return std::move(loaded_); }

  private:
    LoadedSettings loaded_;
};

/// What each setting takes by itself need not work with the others.
Result<void> check_together(Settings const& settings) {
    auto const show = [&settings](std::string_view name) {
        return fmt::format("{} ({})", name, find_setting(name)->show(settings));
    };
    if (settings.part_duration >= settings.segment_duration) {
        return bad(fmt::format("{} has to be shorter than {}: a segment consists of parts",
                               show("part_duration"), show("segment_duration")));
    }
    if (settings.segment_duration > settings.longest_target_duration) {
        return bad(fmt::format("{} must not be longer than {}: no segment is",
                               show("segment_duration"), show("longest_target_duration")));
    }
    if (settings.longest_target_duration > settings.window) {
        return bad(fmt::format("{} must not be longer than {}: the window holds whole segments",
                               show("longest_target_duration"), show("window")));
    }
    auto const wants_tls = !settings.https.empty() || !settings.rtmps.empty();
    if (wants_tls && (settings.tls_certificate.empty() || settings.tls_key.empty())) {
        return bad(
            fmt::format("{} needs tls.certificate and tls.key; 'directfanz cert self-signed' "
                        "makes both for trying out",
                        settings.https.empty() ? "rtmps" : "https"));
    }
    if (settings.redirect_to_https && settings.https.empty() &&
        !settings.public_url.starts_with("https://")) {
        return bad(
            "redirect_to_https needs https, or a proxy that ends TLS and its https:// address as "
            "public_url: there is nowhere to redirect to");
    }
    return {};
}

}  // namespace

Source LoadedSettings::source(std::string_view name) const {
    auto const index = find_setting(name) - settings_table().data();
    return sources[static_cast<std::size_t>(index)];
}

bool LoadedSettings::given(std::string_view name) const {
    auto const from = source(name);
    return from == Source::flag || from == Source::environment;
}

std::string_view to_string(Source source) {
    switch (source) {
        case Source::default_value:
            return "default";
        case Source::file:
            return "file";
        case Source::flag:
            return "flag";
        case Source::environment:
            return "environment";
    }
    return "unknown";
}

Result<LoadedSettings> load_settings(Inputs const& inputs) {
    Loader loader;
    auto config_file = inputs.config_file;
    for (auto const& [name, value] : inputs.environment) {
        if (name == kConfigVariable && !value.empty()) config_file = value;
    }
    if (config_file) {
        auto done = loader.file(*config_file);
        if (!done) return std::unexpected(std::move(done.error()));
    }
    for (auto const& [name, value] : inputs.flags) {
        auto const* const setting = find_setting(name);
        if (setting == nullptr) return bad(fmt::format("unknown setting '{}'", name));
        auto done = loader.set(*setting, value, Source::flag, setting->flag());
        if (!done) return std::unexpected(std::move(done.error()));
    }
    for (auto const& [name, value] : inputs.environment) {
        auto done = loader.environment(name, value);
        if (!done) return std::unexpected(std::move(done.error()));
    }
    auto loaded = loader.take();
    auto fit = check_together(loaded.settings);
    if (!fit) return std::unexpected(std::move(fit.error()));
    return loaded;
}

}  // namespace directfanz::app
