#pragma once

#include "base/blob_pages.hpp"
#include "media/codec/sample.hpp"
#include "media/packager/segment_clock.hpp"
#include "media/packager/shelf.hpp"
#include "media/packager/targets.hpp"
#include "media/packager/timeline.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace directfanz::packager {

/// Makes the parts and segments of one rendition out of its samples. Where segments begin it is
/// told; where parts end it decides.
///
/// A part is closed before the sample that would carry it past PART-TARGET, or behind the one with
/// which it has kMostPartBytes. A sample that alone is
/// longer (a hiccup, a publisher with a variable frame rate) cannot be split, and a longer part
/// would make Apple's players give up. So its decode duration is cut down to PART-TARGET and the
/// samples behind it are decoded earlier by as much until they have caught up, with composition
/// offsets grown accordingly: every picture is still shown at its exact time, no part is too long,
/// and no GAP is needed, which hls.js would take for the loss of the whole segment. Only when this
/// debt would exceed a second is the rest listed as GAP parts.
class RenditionBuilder {
  public:
    /// So that what is being collected is bounded in bytes, too: a part of 250 ms at 130 Mbit/s.
    static constexpr std::size_t kMostPartBytes = std::size_t{4} << 20;

    RenditionBuilder(std::string name, std::shared_ptr<Track const> track, Targets targets,
                     Shelf::Limits limits, Timeline const& timeline);

    /// Completes the present segment and begins the next. Another `track` (none: the same as
    /// before) begins a new CMAF header; the mark is then a discontinuity.
    void cut(Mark const& mark, std::shared_ptr<Track const> const& track);

    /// The sample has its duration, and times on the broadcast's line. False if it is ignored:
    /// where it would lie before the end of what is there, or make the segment too long for its
    /// target duration.
    bool add(Sample sample);

    /// Lists what is missing up to this presentation time as GAP parts.
    void fill_until(microseconds time);
    /// The same, with whole parts only, because more may be missing yet.
    void fill_whole_parts_until(microseconds time);
    /// Repeats a sample that can be decoded by itself, as long as it begins before this
    /// presentation time.
    void repeat_until(microseconds time, Sample const& sample);

    /// Completes the present segment; the next one comes with a discontinuity.
    void close();

    /// Presentation time of what is decoded at zero: the composition offset of key frames. Cuts and
    /// program date times are presentation times.
    void set_delay(microseconds delay) { delay_ = delay; }
    /// The same where something is missing before, so that it stays as long as it is in
    /// presentation time.
    void set_delay_behind_gap(microseconds delay) {
        position_ += std::max(delay_ - delay, microseconds(0));
        delay_ = delay;
    }

    /// Presentation time at which the media so far ends.
    microseconds end() const { return position_ + delay_ + to_microseconds(debt_, timescale_); }

    /// Decode time at which it ends.
    microseconds decode_end() const { return position_ + to_microseconds(debt_, timescale_); }
    /// True if the next sample, of these decode times, has its part published.
    bool fills_part(microseconds start, microseconds end) const;
    /// True if a sample of so many ticks leaves the segment within longest_segment().
    bool fits(std::uint32_t duration) const;

    Track const& track() const { return *track_; }
    bool open() const { return segment_.has_value(); }
    bool segment_empty() const {
        return !segment_ || (segment_->parts.empty() && samples_.empty());
    }
    Shelf& shelf() { return shelf_; }

    /// True once after something was put on the shelf.
    bool take_changed() { return std::exchange(changed_, false); }

  private:
    bool is_full(microseconds part_start, microseconds start, microseconds end) const;
    void close_part();
    Blob settle(Blob data);
    void append(Part part);
    void add_gap(microseconds duration);
    void complete();
    void skip_to_start();
    WallTime date(microseconds time) const;
    microseconds segment_duration() const;
    microseconds room() const;

    std::shared_ptr<Track const> track_;
    std::uint32_t timescale_;
    Targets targets_;
    Timeline const& timeline_;
    Shelf shelf_;
    unsigned init_version_ = 0;
    std::uint32_t sequence_number_ = 1;
    microseconds delay_{};
    /// The segment's.
    microseconds date_correction_{};

    /// Decode time at which the segment begins if its first sample is missing.
    microseconds segment_start_{};
    /// Decode time at which the media so far ends.
    microseconds position_{};
    /// By how many ticks the next sample is decoded earlier than it says.
    std::int64_t debt_ = 0;

    std::optional<Segment> segment_;
    /// Where the segment's parts lie.
    std::optional<BlobPages> pages_;
    unsigned frames_ = 0;
    std::vector<Sample> samples_;
    std::size_t sample_bytes_ = 0;
    microseconds part_start_{};
    bool changed_ = false;
};

}  // namespace directfanz::packager
