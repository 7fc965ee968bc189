#pragma once

#include "load/playlist.hpp"

#include <deque>
#include <string>

namespace directfanz::load {

/// Something to ask for; with the request that asks for it, made once for all viewers.
struct Resource {
    std::string path;
    std::string http1_request;
};

/// What all viewers of one rendition know between them. The first who receives a playlist with a
/// new part reads it; the others are spared that, so that thousands fit into one thread.
class Board {
  public:
    /// @param authority HOST:PORT
    /// @param path of the playlist
    Board(std::string authority, std::string path);

    /// Takes the parts that were not known, listed at `now`.
    void learn(MediaPlaylist const& playlist, SteadyTime now);

    /// Parts are numbered in the order in which they were learned of; end() is the next one's.
    std::size_t end() const { return parts_.size(); }
    bool knows(std::size_t part) const { return part < parts_.size(); }

    /// The blocking request for the playlist that lists the part, which may be the next; as hls.js
    /// asks, with _HLS_skip.
    Resource const& playlist_with(std::size_t part);
    Resource const& part(std::size_t part) const { return parts_[part].media; }
    SteadyTime listed_at(std::size_t part) const { return parts_[part].listed; }

    microseconds part_target() const { return part_target_; }

    /// A whole GET as Chromium sends it on HTTP/1.1.
    static Resource resource(std::string const& authority, std::string path);

  private:
    struct Known {
        Place place;
        Resource playlist;
        Resource media;
        SteadyTime listed;
    };

    Resource playlist_for(Place place) const;

    std::string authority_;
    std::string path_;
    microseconds part_target_{};
    // Viewers hold references to what they have asked for.
    std::deque<Known> parts_;
    Place next_;
    std::deque<Resource> next_playlists_;
};

}  // namespace directfanz::load
