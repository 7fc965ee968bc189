#pragma once

#include "base/clock.hpp"
#include "platform/streams/broadcast_store.hpp"
#include "platform/streams/category_store.hpp"
#include "platform/streams/people.hpp"
#include "platform/streams/stream.hpp"

#include <memory>
#include <optional>

namespace directfanz::streams {

/// A stream and what its pages show beside it. Never changes once it is shared.
struct StreamPage {
    Stream stream;
    /// None for one of nobody.
    std::optional<Person> creator;
    std::optional<Category> category;
    /// Of the last broadcast.
    std::optional<WallTime> ended_at;

    bool suspended() const { return creator && creator->suspended; }
    /// What is nobody's was made by who runs the server.
    bool may_be_broadcast() const { return !suspended() && (!creator || creator->may_broadcast); }
    bool operator==(StreamPage const&) const = default;
};

/// Whether people say the same in both; what the server counts may differ.
bool says_the_same(StreamPage const& a, StreamPage const& b);
/// Whether `page` was read before `known` was.
bool is_older(StreamPage const& page, StreamPage const& known);

using SharedPage = std::shared_ptr<StreamPage const>;

/// What a stream is doing.
struct Situation {
    Phase phase = Phase::idle;
    /// The present one; where the phase is `ended`, the one that has.
    std::optional<BroadcastRow> broadcast;

    std::optional<WallTime> live_since() const {
        return broadcast && phase != Phase::ended ? broadcast->live_at : std::nullopt;
    }
};

/// Told what streams are doing, in order for one stream. From any thread; returns at once.
class SituationListener {
  public:
    virtual ~SituationListener() = default;

    /// Something of it is another than before: what it is doing, or what its owner says of it.
    virtual void on_situation(SharedPage const& page, Situation const& before,
                              Situation const& now) = 0;
    /// Only what the server counts has changed; told seldom.
    virtual void on_counted(SharedPage const&, Situation const&) {}
    /// It does nothing more, and nobody asks for it any more: to be forgotten.
    virtual void on_idle(StreamId const&) {}
    /// There is no such stream any more.
    virtual void on_removed(SharedPage const& page) = 0;
};

}  // namespace directfanz::streams
