#include "base/log.hpp"

#include "base/clock.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace directfanz::log {
namespace {

// spdlog is the sink: it serialises threads and writes whole lines. The line itself is ours.
struct Sink {
    Level lowest = Level::info;
    Format format = Format::text;
    std::shared_ptr<spdlog::logger> logger = [] {
        auto made = std::make_shared<spdlog::logger>(
            "directfanz", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%v");
        made->set_level(spdlog::level::trace);
        made->flush_on(spdlog::level::trace);
        return made;
    }();
};

Sink& sink() {
    static Sink instance;
    return instance;
}

std::string_view name(Level level) {
    switch (level) {
        case Level::debug:
            return "debug";
        case Level::info:
            return "info";
        case Level::warning:
            return "warning";
        case Level::error:
            return "error";
    }
    return "unknown";
}

bool plain(char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte > ' ' && byte != '"' && byte != '\\' && byte != '=' && byte < 0x7f;
}

// JSON leaves DEL and the C1 controls (U+0080 to U+009F) as they are, but terminals obey them.
std::string json_string(std::string_view value) {
    auto const dumped =
        nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    std::string text;
    text.reserve(dumped.size());
    for (std::size_t i = 0; i < dumped.size(); ++i) {
        auto const byte = static_cast<unsigned char>(dumped[i]);
        auto const next = i + 1 < dumped.size() ? static_cast<unsigned char>(dumped[i + 1]) : 0;
        if (byte == 0x7F) {
            text += "\\u007f";
        } else if (byte == 0xC2 && next >= 0x80 && next <= 0x9F) {
            text += fmt::format("\\u{:04x}", next);
            ++i;
        } else {
            text.push_back(dumped[i]);
        }
    }
    return text;
}

void append_text(std::string& line, Field const& field) {
    auto const bare = !field.value.empty() && std::ranges::all_of(field.value, plain);
    line += fmt::format(" {}={}", field.name, bare ? field.value : json_string(field.value));
}

}  // namespace

std::string render(Format format, std::string_view time, Level level, std::string_view event,
                   std::initializer_list<Field> fields, Context const& context) {
    if (format == Format::json) {
        std::string line =
            fmt::format(R"({{"time":"{}","level":"{}","event":"{}")", time, name(level), event);
        auto const append = [&line](Field const& field) {
            line += fmt::format(",{}:{}", json_string(field.name), json_string(field.value));
        };
        std::ranges::for_each(context, append);
        std::ranges::for_each(fields, append);
        return line + "}";
    }
    std::string line = fmt::format("{} {:<7} {}", time, name(level), event);
    for (auto const& field : context) append_text(line, field);
    for (auto const& field : fields) append_text(line, field);
    return line;
}

void configure(Level lowest, Format format) {
    sink().lowest = lowest;
    sink().format = format;
}

bool enabled(Level level) {
    return level >= sink().lowest;
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields,
           Context const& context) {
    auto& out = sink();
    if (level < out.lowest) return;
    out.logger->info("{}",
                     render(out.format, to_iso8601(wall_now()), level, event, fields, context));
}

}  // namespace directfanz::log
