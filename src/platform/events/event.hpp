#pragma once

#include "base/clock.hpp"
#include "platform/api/caller.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace directfanz::events {

/// The contract's EventType, and at the end what only a webhook's test sends.
enum class EventType {
    stream_preview,
    stream_live,
    stream_reconnecting,
    stream_ended,
    stream_created,
    stream_updated,
    stream_deleted,
    account_updated,
    account_creator_approved,
    follower_created,
    webhook_test,
};

/// In the enum's order.
inline constexpr std::array<std::string_view, 11> kEventTypes{
    "stream.preview",           "stream.live",      "stream.reconnecting", "stream.ended",
    "stream.created",           "stream.updated",   "stream.deleted",      "account.updated",
    "account.creator_approved", "follower.created", "webhook.test",
};
/// Those that one can ask for: all but the last.
inline constexpr std::size_t kAskable = kEventTypes.size() - 1;

/// "stream.live"
std::string_view to_string(EventType type);
std::optional<EventType> parse_event_type(std::string_view name);

/// Something that happened.
struct Event {
    /// "evt_…", 100 random bits.
    std::string id;
    EventType type = EventType::stream_created;
    /// Whose stream, follower or account it is about: it hears of it.
    AccountId account;
    WallTime at;
    /// A JSON object.
    std::string data;
};

/// `data`: a JSON object.
Event make_event(EventType type, AccountId account, std::string data, WallTime now);

/// What others are sent of it: {"type":"stream.live","timestamp":"2026-…Z","data":{…}}
std::string to_json(Event const& event);

}  // namespace directfanz::events
