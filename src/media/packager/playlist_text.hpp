#pragma once

#include "base/clock.hpp"

#include <string>

#include <fmt/format.h>

namespace directfanz::packager {

/// Appends formatted text.
template <typename... Args>
void put(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

/// Seconds with all their microseconds, so that what adds up in the media adds up in the playlist
/// and no DURATION rounds to more than PART-TARGET: 0.266667.
inline void put_seconds(std::string& out, microseconds duration) {
    put(out, "{}.{:06}", duration.count() / 1'000'000, duration.count() % 1'000'000);
}

}  // namespace directfanz::packager
