#pragma once

#include "base/result.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

/// One line an event, on standard error. An event is a name in snake_case that never changes, a few
/// fields, and it is text for people or JSON for machines:
///
///     2026-01-31T12:34:56.789Z info  publish_started stream=s1 connection=7 encoder="OBS 30"
///     {"time":"…","level":"info","event":"publish_started","stream":"s1","connection":"7","encoder":"OBS
///     30"}
///
/// Never log a stream key, a token, or a URL that may hold one.
namespace directfanz::log {

enum class Level { debug, info, warning, error };
enum class Format { text, json };

struct Field {
    std::string_view name;
    std::string value;

    Field(std::string_view field_name, std::string_view text) : name(field_name), value(text) {}
    Field(std::string_view field_name, std::string const& text) : name(field_name), value(text) {}
    Field(std::string_view field_name, char const* text) : name(field_name), value(text) {}
    template <typename T>
        requires requires(T const& t) { fmt::to_string(t); }
    Field(std::string_view field_name, T const& v) : name(field_name), value(fmt::to_string(v)) {}
};

/// Who speaks: the fields that every line of one connection or broadcast carries.
using Context = std::vector<Field>;

/// Call once, before threads start.
void configure(Level lowest, Format format);

/// Would a line of this level be written? Ask before making costly fields.
bool enabled(Level level);

void write(Level level, std::string_view event, std::initializer_list<Field> fields,
           Context const& context = {});

inline void debug(std::string_view event, std::initializer_list<Field> fields,
                  Context const& context = {}) {
    write(Level::debug, event, fields, context);
}
inline void info(std::string_view event, std::initializer_list<Field> fields,
                 Context const& context = {}) {
    write(Level::info, event, fields, context);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields,
                    Context const& context = {}) {
    write(Level::warning, event, fields, context);
}
inline void error(std::string_view event, std::initializer_list<Field> fields,
                  Context const& context = {}) {
    write(Level::error, event, fields, context);
}

/// The line that write() prints, without its newline. Control characters and quotes are escaped, so
/// one event stays one line whatever a peer put into a field.
std::string render(Format format, std::string_view time, Level level, std::string_view event,
                   std::initializer_list<Field> fields, Context const& context);

}  // namespace directfanz::log
