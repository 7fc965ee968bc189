#pragma once

#include "platform/events/event.hpp"
#include "system/db/database.hpp"

#include <functional>
#include <vector>

namespace directfanz::events {

/// Where features say what happened.
///
/// What is kept in the transaction of what happened is lost with it and kept with it:
///
///     auto const event = make_event(EventType::stream_created, owner, json, wall_now());
///     … transact(…) { …; Events::keep(connection, event); … }
///     events.announce(event);
class Events {
  public:
    explicit Events(db::Database& database) : database_(database) {}

    using Listener = std::function<void(Event const&)>;

    /// Before the first event. A listener is called on the thread that tells, and must be quick.
    void listen(Listener listener) { listeners_.push_back(std::move(listener)); }

    /// Writes the event beside what happened.
    static Result<void> keep(db::Connection& connection, Event const& event);

    /// Tells those who listen. After the commit; from any thread.
    void announce(Event const& event) const;

    /// Keeps it by itself, and announces it. Blocks; from any thread.
    Result<void> tell(Event const& event);

  private:
    db::Database& database_;
    std::vector<Listener> listeners_;
};

/// The events that were kept, for who hands them on. Every call blocks; from any thread.
class Outbox {
  public:
    explicit Outbox(db::Database& database) : database_(database) {}

    /// Those that nobody has handed on, oldest first.
    Result<std::vector<Event>> waiting(std::size_t most);

    /// In the transaction in which that is done.
    static Result<void> handed_on(db::Connection& connection, Event const& event);

    /// Forgets those that were handed on and are older than `before`. Returns how many.
    Result<std::int64_t> forget(WallTime before);

    /// Of one account, newest first.
    Result<std::vector<Event>> list(AccountId const& account, std::size_t most);
    Result<void> forget_all(AccountId const& account);

  private:
    db::Database& database_;
};

}  // namespace directfanz::events
