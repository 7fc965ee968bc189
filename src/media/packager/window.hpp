#pragma once

#include "base/blob.hpp"
#include "base/clock.hpp"
#include "media/codec/track.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace directfanz::packager {

/// A partial segment (rfc8216bis 4.4.4.9): one CMAF chunk.
struct Part {
    /// Empty if `gap`.
    Blob data;
    microseconds duration{};
    /// Starts with an IDR picture (video), or any audio.
    bool independent = false;
    bool gap = false;
    /// Bytes from the first to the end of the first sample, if that is an IDR picture: what of a
    /// part it takes to show one picture.
    std::size_t key_bytes = 0;
};

/// A media segment, whole or still growing. Immutable: a growing segment is replaced by a longer
/// copy.
struct Segment {
    std::uint64_t media_sequence = 0;
    std::vector<Part> parts;
    /// The sum of its parts.
    microseconds duration{};
    WallTime program_date_time;
    /// Index into RenditionWindow::init_segments' numbering.
    unsigned init_version = 0;
    /// EXT-X-DISCONTINUITY stands before it.
    bool discontinuity = false;
    /// Number of discontinuities before and at this segment since the broadcast began, plus the
    /// first number.
    std::uint64_t discontinuity_sequence = 0;
    bool independent = false;
    bool gap = false;
    /// No part will follow.
    bool complete = false;
};

struct InitSegment {
    unsigned version = 0;
    Track track;
    Blob data;
};

/// One rendition at one moment. Never changes once published.
struct RenditionWindow {
    /// "video", "audio", and of rungs what they were called; in URLs.
    std::string name;
    /// Present configuration.
    Track track;
    /// Those that a downloadable segment still refers to; the last is the present one.
    std::vector<InitSegment> init_segments;
    /// In order, without holes in their numbers. The first `expired` are no longer listed but can
    /// still be downloaded (6.2.2: for their duration plus that of the longest playlist). The last
    /// may be growing.
    std::vector<std::shared_ptr<Segment const>> segments;
    std::size_t expired = 0;
    /// Measured over the listed segments, in bit/s.
    std::uint64_t peak_bandwidth = 0;
    std::uint64_t average_bandwidth = 0;
    /// What its encoder was told to keep to; 0 if nobody knows.
    std::uint64_t promised_bandwidth = 0;
    /// Measured; 0 for audio.
    double frame_rate = 0;
};

/// All that players can ask of a broadcast, at one moment. Immutable, so that it can be shared
/// between loops: the packager publishes a new one with every part.
struct Window {
    /// Unique for ever: names of media carry it.
    std::string session;
    /// EXT-X-TARGETDURATION, fixed for the broadcast.
    seconds target_duration{};
    /// PART-TARGET, fixed for the broadcast.
    microseconds part_target{};
    /// The broadcast is over: EXT-X-ENDLIST.
    bool ended = false;
    std::vector<std::shared_ptr<RenditionWindow const>> renditions;
};

}  // namespace directfanz::packager
