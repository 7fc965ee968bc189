#include "app/toml_file.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace directfanz::app {
namespace {

/// Returns the first value that is of a wrong kind.
std::optional<FileValue> collect(toml::table const& table, std::string const& prefix,
                                 std::vector<FileValue>& values) {
    for (auto const& [key, node] : table) {
        FileValue value{
            .name = prefix + std::string(key.str()), .text = {}, .line = key.source().begin.line};
        if (auto const* const inner = node.as_table()) {
            if (auto wrong = collect(*inner, value.name + ".", values)) return wrong;
        } else if (auto const* const text = node.as_string()) {
            value.text = text->get();
            values.push_back(std::move(value));
        } else if (auto const* const number = node.as_integer()) {
            value.text = std::to_string(number->get());
            values.push_back(std::move(value));
        } else {
            return value;
        }
    }
    return std::nullopt;
}

}  // namespace

Result<std::vector<FileValue>> read_toml_file(std::filesystem::path const& file) {
    auto const bad = [&file](std::size_t line, std::string_view message) {
        return fail(ErrorKind::invalid, "", fmt::format("{}:{}: {}", file.string(), line, message));
    };
    std::ifstream in(file, std::ios::binary);
    std::string text(kMaxConfigSize + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in.is_open() || in.bad()) {
        return fail(ErrorKind::not_found, "",
                    fmt::format("cannot read the configuration file {}", file.string()));
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > kMaxConfigSize) return bad(1, "the file is larger than 1 MiB");

    try {
        std::vector<FileValue> values;
        if (auto const wrong = collect(toml::parse(text), "", values)) {
            return bad(wrong->line,
                       fmt::format("'{}' has to be text in quotes or a whole number", wrong->name));
        }
        std::ranges::sort(values, {}, &FileValue::line);
        return values;
    } catch (toml::parse_error const& e) {
        return bad(e.source().begin.line, e.description());
    }
}

}  // namespace directfanz::app
