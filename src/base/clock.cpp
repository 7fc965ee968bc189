#include "base/clock.hpp"

#include <fmt/chrono.h>

namespace directfanz {

std::string to_iso8601(WallTime time) {
    auto const ms = std::chrono::floor<milliseconds>(time);
    auto const s = std::chrono::floor<seconds>(ms);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(s)), (ms - s).count());
}

}  // namespace directfanz
