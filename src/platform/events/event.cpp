#include "platform/events/event.hpp"

#include "base/random.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace directfanz::events {

std::string_view to_string(EventType type) {
    return kEventTypes[static_cast<std::size_t>(type)];
}

std::optional<EventType> parse_event_type(std::string_view name) {
    auto const found = std::ranges::find(kEventTypes, name);
    if (found == kEventTypes.end()) return std::nullopt;
    return static_cast<EventType>(found - kEventTypes.begin());
}

Event make_event(EventType type, AccountId account, std::string data, WallTime now) {
    constexpr std::size_t kBits = 100;
    return {.id = "evt_" + random_token(kBits),
            .type = type,
            .account = std::move(account),
            .at = std::chrono::floor<milliseconds>(now),
            .data = std::move(data)};
}

std::string to_json(Event const& event) {
    return fmt::format("{{\"type\":\"{}\",\"timestamp\":\"{}\",\"data\":{}}}",
                       to_string(event.type), to_iso8601(event.at), event.data);
}

}  // namespace directfanz::events
