#pragma once

#include "media/packager/window.hpp"

#include <algorithm>
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

        /// Against publishers whose segments are extremely large or short. What exceeds the bytes
        /// is given up in this order: what is no longer listed, then what is listed beyond six
        /// segments and beyond this (rfc8216bis 6.2.2: three target durations).
        microseconds shortest_window{};
        /// A window of 24 s and as much behind it at 40 Mbit/s; more for longer windows.
        static constexpr std::size_t kMostBytes = std::size_t{256} << 20;
        static constexpr std::size_t kMostBytesPerSecond = std::size_t{10} << 20;
        /// Listed, and as many that are no longer listed; more for longer windows.
        static constexpr std::size_t kMostSegments = 200;
        static constexpr std::size_t kMostSegmentsPerSecond = 8;

        std::size_t most_bytes() const {
            return std::max(kMostBytes, kMostBytesPerSecond * window_seconds());
        }
        std::size_t most_segments() const {
            return std::max(kMostSegments, kMostSegmentsPerSecond * window_seconds());
        }
        std::size_t window_seconds() const { return static_cast<std::size_t>(window / seconds(1)); }
    };

    Shelf(std::string name, Limits limits);

    /// Begins a new CMAF header, for the segments from here on. Returns its version.
    unsigned configure(Track track, Blob init_segment);

    /// Its encoder keeps to this, in bit/s.
    void promise(std::uint64_t bandwidth);

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
        /// What of it is not GAP.
        microseconds media{};
        /// Only of those no longer listed.
        WallTime keep_until;
    };

    void slide();
    void expire_oldest(WallTime now);
    void forget_oldest();
    void keep_limits(WallTime now);
    void measure();

    std::string name_;
    Limits limits_;
    std::deque<Entry> entries_;
    std::size_t expired_ = 0;
    /// Of all entries.
    std::uint64_t bytes_ = 0;
    microseconds listed_{};
    std::vector<InitSegment> init_segments_;
    microseconds longest_playlist_{};
    std::uint64_t peak_bandwidth_ = 0;
    std::uint64_t average_bandwidth_ = 0;
    std::uint64_t promised_bandwidth_ = 0;
    double frame_rate_ = 0;
    std::shared_ptr<RenditionWindow const> snapshot_;
};

}  // namespace directfanz::packager
