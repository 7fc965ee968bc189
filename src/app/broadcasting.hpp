#pragma once

#include "app/settings.hpp"
#include "base/result.hpp"
#include "media/delivery/boards.hpp"
#include "media/delivery/routes.hpp"
#include "media/delivery/thumbnails.hpp"
#include "media/live/directory.hpp"
#include "media/live/publish_gate.hpp"
#include "media/transcode/worker_pool.hpp"
#include "platform/streams/streams.hpp"
#include "system/http/router.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/socket.hpp"

#include <memory>

namespace directfanz::app {

/// The way of the media, put together: encoders in, broadcasts, playlists and parts out, and what
/// pages are told of them.
class Broadcasting {
  public:
    /// Before the loops run. `streams` outlives this: it says who may publish and who may watch,
    /// and is told what happens, as is `metrics`.
    Broadcasting(io::LoopPool& loops, streams::Streams& streams, live::BroadcastListener& metrics,
                 Settings const& settings);

    /// Where encoders are taken in.
    ingest::PublishTarget& target() { return directory_; }

    /// The playlists, the media and the thumbnails. This outlives the router.
    void add_routes(http::Router& router) {
        thumbnails_.add_routes(router, &rights_);
        delivery::add_routes(router, boards_, &rights_);
    }

    /// Starts what happens by itself.
    void start();

    /// No more waiting: every request that waits is answered. Broadcasts keep their windows, so
    /// that players go on where they were when the program is started again. From any thread.
    void stop_waiting();

  private:
    delivery::PlaybackGate& rights_;
    delivery::Boards boards_;
    delivery::Thumbnails thumbnails_;
    /// Null where nothing is transcoded.
    std::unique_ptr<transcode::WorkerPool> workers_;
    live::Directory directory_;
};

}  // namespace directfanz::app
