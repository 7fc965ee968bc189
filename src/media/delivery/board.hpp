#pragma once

#include "base/blob.hpp"
#include "base/clock.hpp"
#include "base/strong.hpp"
#include "media/delivery/viewer_set.hpp"
#include "media/live/broadcast_listener.hpp"
#include "media/packager/playlist.hpp"
#include "media/packager/window.hpp"
#include "system/io/wait_queue.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

namespace directfanz::delivery {

/// A rendered playlist; the gzip variant is made when somebody first takes it.
struct RenderedPlaylist {
    Blob plain;
    Blob gzip;
};

/// One broadcast as one loop sees it.
///
/// A playlist is rendered when the first request wants it and then shared by everybody until the
/// next window replaces it: a broadcast that nobody watches costs no rendering.
class BoardEntry {
  public:
    explicit BoardEntry(io::EventLoop& loop) : loop_(loop) {}

    packager::Window const* window() const { return window_.get(); }
    std::shared_ptr<packager::Window const> shared_window() const { return window_; }
    live::BroadcastState state() const { return state_; }
    /// When the present window came.
    SteadyTime updated_at() const { return updated_at_; }

    RenderedPlaylist const& multivariant(bool gzip);
    RenderedPlaylist const& media(std::size_t rendition, packager::Skip skip, bool gzip);
    /// Of video only.
    RenderedPlaylist const& i_frames(std::size_t rendition, bool gzip);

    /// Returns at the next change of the rendition, of the state, or at the deadline. The entry may
    /// have been given another window meanwhile, with fewer renditions: look again.
    io::Task<io::WaitQueue::Wake> next_change(std::size_t rendition, SteadyTime deadline);

    void update(std::shared_ptr<packager::Window const> window, SteadyTime now);
    void set_state(live::BroadcastState state);

    /// Who has taken media of it on this loop.
    ViewerSet& viewers() { return viewers_; }
    void expire(SteadyTime now);
    void wake_all();

  private:
    struct Rendition {
        std::array<RenderedPlaylist, 2> playlists;  // by Skip
        RenderedPlaylist i_frames;
        std::unique_ptr<io::WaitQueue> waiting;
    };

    void forget_rendered();

    io::EventLoop& loop_;
    std::shared_ptr<packager::Window const> window_;
    live::BroadcastState state_ = live::BroadcastState::offline;
    SteadyTime updated_at_;
    ViewerSet viewers_;
    RenderedPlaylist multivariant_;
    std::vector<Rendition> renditions_;
};

/// All broadcasts as one loop sees them. On its loop only.
class Board {
  public:
    explicit Board(io::EventLoop& loop) : loop_(loop) {}

    io::EventLoop& loop() { return loop_; }

    /// Null for a stream that has nothing to play. The entry outlives the stream while somebody
    /// holds it.
    std::shared_ptr<BoardEntry> find(StreamId const& stream) const;

    void update(StreamId const& stream, std::shared_ptr<packager::Window const> window);
    void set_state(StreamId const& stream, live::BroadcastState state);

    /// Wakes those whose deadline has passed.
    void expire(SteadyTime now);

    /// Since any moment; as of the last count.
    std::uint32_t second() const { return second_; }
    /// Who is watching what, at the second that begins now: those who have taken media within
    /// kWatching.
    std::vector<std::pair<StreamId, ViewerSet>> count(std::uint32_t second);

    static constexpr std::uint32_t kWatching = 15;

    /// The program ends: everybody who waits is woken, and nobody waits any more.
    void close();
    bool closed() const { return closed_; }

  private:
    std::shared_ptr<BoardEntry> const& entry(StreamId const& stream);

    io::EventLoop& loop_;
    std::unordered_map<StreamId, std::shared_ptr<BoardEntry>> entries_;
    bool closed_ = false;
    std::uint32_t second_ = 0;
};

}  // namespace directfanz::delivery
