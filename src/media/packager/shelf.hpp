#pragma once

#include "media/packager/window.hpp"

#include <deque>
#include <memory>
#include <string>

namespace directfanz::packager {

/// What of one rendition can be listed and downloaded: keeps the books of the sliding window and
/// makes immutable snapshots of it, which share all segments that did not change.
class Shelf {
  public:
    struct Limits {
        /// At least this much is listed, ...
        microseconds window{};
        /// ... and at least this many segments (Apple's authoring specification, 8.11).
        static constexpr std::size_t kFewestSegments = 6;
    };

    Shelf(std::string name, Limits limits);

    /// Begins a new CMAF header, for the segments from here on. Returns its version.
    unsigned configure(Track track, Blob init_segment);

    /// Puts the newest segment there, or a longer copy of it. `frames` are its samples so far.
    void put(Segment segment, unsigned frames);

    bool empty() const { return entries_.empty(); }

    /// The same object again as long as nothing has changed.
    std::shared_ptr<RenditionWindow const> snapshot();

  private:
    struct Entry {
        std::shared_ptr<Segment const> segment;
        std::uint64_t bytes = 0;
        unsigned frames = 0;
        /// Only of those no longer listed.
        WallTime keep_until;
    };

    void slide();
    void measure();

    std::string name_;
    Limits limits_;
    std::deque<Entry> entries_;
    std::size_t expired_ = 0;
    std::vector<InitSegment> init_segments_;
    microseconds longest_playlist_{};
    std::uint64_t peak_bandwidth_ = 0;
    std::uint64_t average_bandwidth_ = 0;
    double frame_rate_ = 0;
    std::shared_ptr<RenditionWindow const> snapshot_;
};

}  // namespace directfanz::packager
