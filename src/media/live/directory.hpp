#pragma once

#include "base/strong.hpp"
#include "media/ingest/publication.hpp"
#include "media/live/broadcast.hpp"
#include "media/live/publish_gate.hpp"
#include "media/live/settings.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/scope.hpp"

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace directfanz::live {

/// Which broadcast a publisher belongs to: asks the gate, then finds the stream's broadcast, or
/// begins one on the loop that took the connection.
class Directory final : public ingest::PublishTarget {
  public:
    /// `gate`, `listeners` and `workers` outlive the directory. Without workers nothing is
    /// transcoded.
    Directory(io::LoopPool& loops, PublishGate& gate, LiveSettings settings,
              std::vector<BroadcastListener*> listeners, transcode::WorkerPool* workers = nullptr);
    /// Once the loops have stopped.
    ~Directory() override;

    /// Starts the sweeps, one a loop. Call before the loops run, or on any thread.
    void start();

    io::Task<Result<std::shared_ptr<ingest::Publication>>> open(
        ingest::PublishRequest request) override;

    /// Ends a stream's broadcast, if there is one, and tells its publisher why. From any thread.
    void end(StreamId const& stream, Error reason);

    /// Streams that have a broadcast, ended ones included. From any thread.
    std::vector<StreamId> streams() const;

  private:
    /// On one loop: the broadcasts that live there.
    struct Home;

    static io::Task<> sweep(Directory& directory, Home& home);
    static io::Task<> recheck(Directory& directory, Home& home);
    std::vector<std::shared_ptr<Broadcast>> broadcasts_at(Home const& home) const;
    std::shared_ptr<Broadcast> find(StreamId const& stream) const;
    std::shared_ptr<Broadcast> find_or_begin(PublishGrant const& grant);
    void forget(Broadcast const& broadcast);

    PublishGate& gate_;
    LiveSettings settings_;
    std::vector<BroadcastListener*> listeners_;
    transcode::WorkerPool* workers_;
    std::vector<std::unique_ptr<Home>> homes_;

    /// Publishers come and go seldom; media never takes this lock.
    mutable std::mutex mutex_;
    std::unordered_map<StreamId, std::shared_ptr<Broadcast>> broadcasts_;
};

}  // namespace directfanz::live
