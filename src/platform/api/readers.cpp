#include "platform/api/readers.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <optional>

namespace directfanz::api {
namespace {

/// What nanoseconds since 1970 hold in 64 bits, in every offset.
constexpr int kFirstYear = 1678;
constexpr int kLastYear = 2261;

/// Code points; JSON that was parsed is well-formed UTF-8.
std::size_t length_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    auto const first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string with_plain_line_ends(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r') {
            plain += text[i];
        } else if (i + 1 == text.size() || text[i + 1] != '\n') {
            plain += '\n';
        }
    }
    return plain;
}

/// C0, DEL and C1, which are two bytes in UTF-8.
bool has_control(std::string_view text, bool several_lines) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const byte = static_cast<unsigned char>(text[i]);
        if (several_lines && (byte == '\n' || byte == '\t')) continue;
        if (byte < 0x20 || byte == 0x7f) return true;
        if (byte == 0xc2 && i + 1 < text.size() && (text[i + 1] & 0x60) == 0) return true;
    }
    return false;
}

/// `digits` decimal digits off the front; nothing if they are not there.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int number = 0;
    for (auto const c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, std::string_view one_of) {
    if (text.empty() || one_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

/// Any number of digits behind a dot, cut off behind the milliseconds. Nothing if there are none.
std::optional<milliseconds> take_fraction(std::string_view& text) {
    std::size_t digits = 0;
    int value = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (digits < 3) value = value * 10 + (text.front() - '0');
        ++digits;
        text.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
    for (auto known = digits; known < 3; ++known) value *= 10;
    return milliseconds(value);
}

/// "Z" or "+01:00".
std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
    if (take(text, "Zz")) return std::chrono::minutes(0);
    auto const west = text.starts_with('-');
    if (!take(text, "+-")) return std::nullopt;
    auto const hours = take_number(text, 2);
    if (!hours || *hours > 23 || !take(text, ":")) return std::nullopt;
    auto const minutes = take_number(text, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    auto const offset = std::chrono::minutes(*hours * 60 + *minutes);
    return west ? -offset : offset;
}

}  // namespace

std::string Text::read(Json const& json, Spot const& spot) const {
    auto const* const sent = json.as<std::string>();
    if (sent == nullptr) {
        spot.tell(Code::type, "This has to be a text.");
        return {};
    }
    std::string taken;
    if (kind == TextKind::secret) {
        taken = *sent;
    } else {
        taken = with_plain_line_ends(trimmed(*sent));
    }
    auto const length = length_of(taken);
    auto const refuse = [&](Code code, std::string message,
                            std::optional<std::int64_t> limit = {}) -> std::string {
        spot.tell(code, std::move(message), limit);
        return {};
    };
    if (length < least) {
        return refuse(Code::too_short,
                      least == 1 ? "This must not be empty."
                                 : fmt::format("This needs {} characters at least.", least),
                      static_cast<std::int64_t>(least));
    }
    if (length > most) {
        return refuse(Code::too_long, fmt::format("This may have {} characters at most.", most),
                      static_cast<std::int64_t>(most));
    }
    auto const controlled = kind == TextKind::secret ? taken.find('\0') != std::string::npos
                                                     : has_control(taken, kind == TextKind::text);
    if (controlled) {
        return refuse(Code::format, "This holds characters that cannot be shown.");
    }
    if (format != nullptr && !format(taken)) return refuse(Code::format, std::string(expected));
    return taken;
}

std::int64_t Integer::read(Json const& json, Spot const& spot) const {
    auto const* const number = json.as<std::int64_t>();
    if (number == nullptr) {
        spot.tell(Code::type, "This has to be a whole number.");
        return 0;
    }
    if (*number < least) {
        spot.tell(Code::too_small, fmt::format("This has to be {} at least.", least), least);
        return 0;
    }
    if (*number > most) {
        spot.tell(Code::too_large, fmt::format("This may be {} at most.", most), most);
        return 0;
    }
    return *number;
}

bool Boolean::read(Json const& json, Spot const& spot) const {
    auto const* const flag = json.as<bool>();
    if (flag == nullptr) spot.tell(Code::type, "This has to be true or false.");
    return flag != nullptr && *flag;
}

WallTime Moment::read(Json const& json, Spot const& spot) const {
    auto const* const text = json.as<std::string>();
    if (text == nullptr) {
        spot.tell(Code::type, "This has to be a text.");
        return {};
    }
    auto const time = parse_time(*text);
    if (!time) spot.tell(Code::format, "This has to be a time like 2026-01-31T12:34:56Z.");
    return time.value_or(WallTime{});
}

std::optional<WallTime> parse_time(std::string_view text) {
    auto const year = take_number(text, 4);
    if (!year || *year < kFirstYear || *year > kLastYear || !take(text, "-")) return std::nullopt;
    auto const month = take_number(text, 2);
    if (!month || !take(text, "-")) return std::nullopt;
    auto const day = take_number(text, 2);
    if (!day || !take(text, "Tt ")) return std::nullopt;
    auto const hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take(text, ":")) return std::nullopt;
    auto const minute = take_number(text, 2);
    if (!minute || *minute > 59 || !take(text, ":")) return std::nullopt;
    auto const second = take_number(text, 2);
    // A leap second is the next minute's first.
    if (!second || *second > 60) return std::nullopt;
    milliseconds fraction{0};
    if (take(text, ".")) {
        auto const taken = take_fraction(text);
        if (!taken) return std::nullopt;
        fraction = *taken;
    }
    auto const offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    std::chrono::year_month_day const date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(*hour) +
           std::chrono::minutes(*minute) - *offset + seconds(*second) + fraction;
}

std::optional<std::size_t> read_choice(Json const& json, std::span<std::string_view const> names,
                                       Spot const& spot) {
    auto const* const text = json.as<std::string>();
    if (text == nullptr) {
        spot.tell(Code::type, "This has to be a text.");
        return std::nullopt;
    }
    auto const found = std::ranges::find(names, *text);
    if (found == names.end()) {
        spot.tell(Code::choice, fmt::format("This has to be one of: {}.", fmt::join(names, ", ")));
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - names.begin());
}

Json::Array const* read_array(Json const& json, std::size_t least, std::size_t most,
                              Spot const& spot) {
    auto const* const array = json.as<Json::Array>();
    if (array == nullptr) {
        spot.tell(Code::type, "This has to be a list.");
        return nullptr;
    }
    if (array->size() < least) {
        spot.tell(Code::too_short, fmt::format("This needs {} entries at least.", least),
                  static_cast<std::int64_t>(least));
        return nullptr;
    }
    if (array->size() > most) {
        spot.tell(Code::too_many, fmt::format("This may have {} entries at most.", most),
                  static_cast<std::int64_t>(most));
        return nullptr;
    }
    return array;
}

}  // namespace directfanz::api
