#pragma once

#include "media/packager/date_correction.hpp"
#include "media/packager/presentation_delay.hpp"
#include "media/packager/rendition_builder.hpp"
#include "media/packager/segment_clock.hpp"

#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace directfanz::packager {

/// Cuts video and audio at the same marks.
///
/// Video leads: segments begin at its key frames. Audio that is ahead of it waits, since the next
/// video frame may be the one at which a segment begins. Audio that falls silent while video goes
/// on is continued with silence; video that does is listed as GAP from there, and audio leads until
/// it comes back.
/// Where both pause for longer than a second or so, or a configuration changes, there is a
/// discontinuity.
class Aligner {
  public:
    Aligner(Targets targets, PackagerSettings const& settings, FirstNumbers first,
            Timeline const& timeline);

    /// Of the tracks that are known, all are declared from the first window on.
    void declare(std::shared_ptr<Track const> const& track);

    void begin_input(WallTime now);
    /// Sample times are on the broadcast's line. The samples of a track come in decoding order.
    /// `now` is when the sample came.
    void push(std::shared_ptr<Track const> const& track, Sample sample, WallTime now);
    void end_input();

    /// The end of all media so far.
    microseconds end() const;

    /// What dates differ by from the timeline's at present.
    microseconds date_correction() const { return dates_.value(); }

    /// Marks since the last call, for renditions that follow at their own pace.
    std::vector<Mark> take_marks() { return std::exchange(new_marks_, {}); }
    /// No mark will be before it, of those that have not been taken. None between connections.
    std::optional<microseconds> reached() const;
    /// The publisher's video has fallen silent, and audio goes on.
    bool video_missing() const { return leader_ == Leader::audio && video_.builder; }
    /// A following rendition changed its configuration: the next mark is a discontinuity.
    void request_break() { break_ = had_media_; }

    Targets const& targets() const { return targets_; }
    Shelf::Limits const& limits() const { return limits_; }

    RenditionBuilder* video() { return video_.builder.get(); }
    RenditionBuilder* audio() { return audio_.builder.get(); }

  private:
    struct Pending {
        std::shared_ptr<Track const> track;
        Sample sample;

        microseconds time() const { return to_microseconds(sample.dts, track->timescale); }
    };

    struct Lane {
        /// None as long as the track is not declared.
        std::unique_ptr<RenditionBuilder> builder;
        /// The newest sample; the next one tells how long it lasts.
        std::optional<Pending> held;
        /// In ticks; of the sample before the held one.
        std::uint32_t usual = 0;
        /// When its last sample came.
        WallTime heard;
    };

    enum class Leader { none, video, audio };

    void measure_lateness(MediaKind kind, microseconds time, WallTime now);
    void settle();
    std::unique_ptr<RenditionBuilder> make_builder(std::shared_ptr<Track const> const& track);

    std::optional<microseconds> end_of_samples() const;
    bool paused_before(microseconds time, microseconds threshold) const;

    void push_video(Pending next);
    void begin_video(Pending next);
    void continue_video(Pending next);
    void place_video(Pending sample);
    void video_hole(Pending next);
    bool audio_covers(microseconds from, microseconds to) const;
    void learn_delay(Pending const& key_frame);
    void flush_video();
    void mark_until(microseconds time);

    void release_audio();
    void feed_audio(Pending next);
    void place_audio(Pending sample);
    void lead_by_audio(Pending const& sample);
    bool follow_marks(microseconds time, std::shared_ptr<Track const> const& track);
    void fill_silent_audio();
    void flush_audio();

    Mark cut(microseconds time, SegmentClock::Start start, SegmentClock::Break discontinuity);
    void announce(Mark const& mark);
    SegmentClock::Break pending_break();
    microseconds hole_threshold(Lane const& lane, std::uint32_t timescale) const;
    microseconds silence_limit(Lane const& lane) const;

    Targets targets_;
    Shelf::Limits limits_;
    Timeline const& timeline_;
    SegmentClock clock_;
    DateCorrection dates_;
    /// Of this connection; the track by whose samples dates are corrected.
    std::optional<MediaKind> dated_by_;

    Lane video_;
    Lane audio_;
    Leader leader_ = Leader::none;
    /// Video: nothing can be decoded before the next key frame.
    bool need_key_frame_ = true;
    /// What the newest key frames tell, and what the builder goes by.
    PresentationDelay delay_;
    microseconds used_delay_{};
    std::shared_ptr<Track const> delay_track_;
    /// Audio of which it is not known yet to which segment it belongs.
    std::deque<Pending> waiting_;
    /// Marks which audio has not reached.
    std::deque<Mark> marks_;
    std::vector<Mark> new_marks_;
    /// Presentation time of the newest video frame: no new mark will be before it.
    microseconds horizon_ = microseconds::min();
    bool audio_silent_ = false;
    /// What comes next cannot follow without a discontinuity.
    bool break_ = false;
    bool had_media_ = false;
    WallTime began_;
};

}  // namespace directfanz::packager
