#pragma once

#include <chrono>
#include <string>

namespace directfanz {

/// For durations and deadlines; never jumps.
using SteadyTime = std::chrono::steady_clock::time_point;

/// For what people and playlists see; can jump.
using WallTime = std::chrono::system_clock::time_point;

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

inline SteadyTime steady_now() {
    return std::chrono::steady_clock::now();
}
inline WallTime wall_now() {
    return std::chrono::system_clock::now();
}

/// ISO 8601 in UTC with milliseconds, 2026-01-31T12:34:56.789Z, as RFC 3339 and
/// EXT-X-PROGRAM-DATE-TIME take it.
std::string to_iso8601(WallTime time);

}  // namespace directfanz
