#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>

/// How times stand in the database: milliseconds since 1970.
namespace directfanz::accounts {

inline std::int64_t to_database(WallTime time) {
    return std::chrono::floor<milliseconds>(time).time_since_epoch().count();
}

inline WallTime from_database(std::int64_t time) {
    return WallTime(milliseconds(time));
}

inline std::optional<WallTime> maybe_from_database(std::optional<std::int64_t> time) {
    if (!time) return std::nullopt;
    return from_database(*time);
}

}  // namespace directfanz::accounts
