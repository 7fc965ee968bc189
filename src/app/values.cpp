#include "app/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace directfanz::app {
namespace {

struct Unit {
    std::string_view name;
    milliseconds::rep length;
};

constexpr std::array<Unit, 4> kUnits{{{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}}};

/// Longer is a mistake: and so a product never overflows.
constexpr milliseconds::rep kMaxDurationNumber = 1'000'000'000;

template <typename T>
bool read_whole(std::string_view text, T& number) {
    auto const* const end = text.data() + text.size();
    auto const [parsed, code] = std::from_chars(text.data(), end, number);
    return code == std::errc{} && parsed == end && !text.empty() && text.front() != '-';
}

}  // namespace

Result<milliseconds> parse_duration(std::string_view text) {
    auto const digits = std::min(text.find_first_not_of("0123456789"), text.size());
    auto const unit = std::ranges::find(kUnits, text.substr(digits), &Unit::name);
    milliseconds::rep number = 0;
    if (unit == kUnits.end() || !read_whole(text.substr(0, digits), number) ||
        number > kMaxDurationNumber) {
        return fail(ErrorKind::invalid, "",
                    fmt::format("'{}' is no duration: write a whole number and its unit, such as "
                                "250ms, 3s, 5m or 1h",
                                text));
    }
    return milliseconds(number * unit->length);
}

std::string to_text(milliseconds duration) {
    auto const count = duration.count();
    if (count % 1'000 != 0 || count == 0) return fmt::format("{}ms", count);
    if (count % 3'600'000 == 0) return fmt::format("{}h", count / 3'600'000);
    return fmt::format("{}s", count / 1'000);
}

Result<std::size_t> parse_number(std::string_view text) {
    std::size_t number = 0;
    if (!read_whole(text, number)) {
        return fail(ErrorKind::invalid, "", fmt::format("'{}' is no whole number", text));
    }
    return number;
}

Result<std::string> parse_public_url(std::string_view text) {
    auto const bad = [text] {
        return fail(ErrorKind::invalid, "",
                    fmt::format("'{}' is not like https://fans.example: http:// or https://, a "
                                "host, perhaps a port, and no path",
                                text));
    };
    std::size_t scheme = 0;
    for (std::string_view const known : {"https://", "http://"}) {
        if (text.starts_with(known)) scheme = known.size();
    }
    if (scheme == 0) return bad();
    if (text.ends_with('/')) text.remove_suffix(1);
    auto const host = text.size() > scheme ? text.substr(scheme) : std::string_view();
    auto const allowed = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '.' || c == ':' || c == '[' || c == ']';
    };
    if (host.empty() || host.front() == ':' || !std::ranges::all_of(host, allowed)) return bad();
    return std::string(text);
}

}  // namespace directfanz::app
