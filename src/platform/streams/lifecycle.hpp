#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "media/live/broadcast_listener.hpp"
#include "platform/streams/audience.hpp"
#include "platform/streams/broadcast_store.hpp"
#include "platform/streams/journal.hpp"
#include "platform/streams/situation.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace directfanz::streams {

/// What every stream is doing: told by the media, asked for by creators. It decides in memory,
/// tells its listeners, and has the rows of broadcasts written behind.
///
///     idle ──media──▶ preview ──go_live(), or auto_live──▶ live ⇄ reconnecting ──▶ ended ──▶ idle
///
/// A preview whose publisher goes is idle again, and preview again when it comes back within the
/// grace period; it leaves no row. What ends a broadcast: end(), a publisher that says it is done
/// or does not come back, and a server that was stopped. Broadcasts that a server left open when it
/// stopped are taken up again by the same stream's publisher within the grace period; those of the
/// others end then, at the moment at which they were written of last.
class Lifecycle final : public live::BroadcastListener {
  public:
    /// All outlive this. `grace`: how long a dropped publisher's broadcast waits for it.
    Lifecycle(BroadcastStore& store, Journal& journal, Audience& audience, seconds grace,
              std::vector<SituationListener*> listeners)
        : store_(store),
          journal_(journal),
          audience_(audience),
          grace_(grace),
          listeners_(std::move(listeners)) {}

    using Stop = std::function<void(StreamId const& stream, Error reason)>;

    /// Who ends the media's broadcast. Before the first one.
    void stop_by(Stop stop) { stop_ = std::move(stop); }

    /// Broadcasts that have not ended in the database. Before the first publisher.
    void adopt(std::vector<BroadcastRow> open, SteadyTime now);

    /// Whether an encoder may begin or go on, in words for it; and what is known of its stream.
    /// Error: denied.
    Result<void> admit(SharedPage page, SteadyTime now);
    /// What is known of a stream may be something else now.
    void update(SharedPage page, SteadyTime now);
    /// The stream was deleted.
    void remove(SharedPage const& page);

    /// Makes the preview public. Error: conflict, where there is none.
    Result<void> go_live(StreamId const& stream);
    /// Ends what there is, also what a stopped server left open, and tells the encoder `reason`; it
    /// is not let in again by itself for kRefusal. False if there is nothing.
    bool end(SharedPage const& page, EndedBy who, std::string reason, SteadyTime now);

    Situation situation(StreamId const& stream) const;

    /// Once a second.
    void tick(SteadyTime now);

    void on_state(StreamId const& stream, live::BroadcastState state) override;
    void on_window(StreamId const& stream, std::shared_ptr<packager::Window const> window) override;

    static constexpr seconds kRefusal{30};
    /// How often a broadcast's row is written while it goes on: how wrong its end may be when the
    /// server is killed.
    static constexpr seconds kWriteInterval{30};
    /// How often pages are told what was counted: each of their viewers asks anew.
    static constexpr seconds kCountInterval{15};

  private:
    /// Longer than a publisher that sends nothing stays.
    static constexpr seconds kMediaOnItsWay{120};

    struct Entry {
        SharedPage page;
        live::BroadcastState media = live::BroadcastState::offline;
        Situation now;
        /// Its first window comes before the media is said to be live.
        PictureFormat picture;
        /// end() was called: what the media says is of the past until its broadcast has ended.
        bool ending = false;
        SteadyTime refused_until{};
        /// A publisher was let in, whose media may still be on its way.
        SteadyTime admitted_at{};
        SteadyTime written_at{};
        SteadyTime counted_at{};
    };
    struct Orphan {
        BroadcastRow row;
        SteadyTime until;
    };

    void begin(Entry& entry, StreamId const& stream);
    void set_live(Entry& entry, BroadcastRow row);
    void change(Entry& entry, Situation now);
    void finish(Entry& entry, EndedBy who);
    void drop_preview(Entry& entry);
    void save(Entry& entry);
    void count(Entry& entry, SharedPage page, SteadyTime now);
    void close(BroadcastRow row);
    bool end_orphan(StreamId const& stream, EndedBy who);
    bool forgettable(Entry const& entry, SteadyTime now) const;

    BroadcastStore& store_;
    Journal& journal_;
    Audience& audience_;
    seconds grace_;
    std::vector<SituationListener*> listeners_;
    Stop stop_;

    mutable std::mutex mutex_;
    std::unordered_map<StreamId, Entry> entries_;
    std::unordered_map<StreamId, Orphan> orphans_;
};

}  // namespace directfanz::streams
