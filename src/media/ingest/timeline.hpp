#pragma once

#include "base/clock.hpp"
#include "media/codec/track.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace directfanz::ingest {

/// Mends a publisher's clock: from 32-bit milliseconds on the wire, which wrap (at 2^32, and at
/// 2^24 with publishers that know no extended timestamps), jump and are rounded, to decode times in
/// a track's ticks that begin at 0 and only rise.
///
/// One offset leads from the wire to the publication's clock; the tracks share it unless the
/// publisher gives them different bases. A step of a track's wire clock counts as time that passed
/// if it is small, or if the wall clock or the other track passed it too. Any other step is a jump:
/// the frame is placed one frame (or the wall clock's pause) behind its predecessor and the track's
/// offset moves; when the other track jumps by the same amount, its offset moves by the same
/// amount, so that sound and picture stay together. If the next frames fit the clock from before
/// the jump, it was one bad frame and the old offset returns.
///
/// Audio times count samples; the wire's, rounded to the millisecond, only correct the count when
/// they differ by much (a gap), by a frame for a while (one was lost, or came twice) or on average
/// (drift). Corrections are whole frames where the wire allows it: they restore the place that
/// sound had beside the picture to the sample.
class Timeline {
  public:
    // A step up to this, or up to kStepFrames of the track's usual steps, is believed at once.
    // The first step of a track, from which nothing can be told yet, may be longer.
    static constexpr std::int64_t kMaxStep = 250;
    static constexpr std::int64_t kMaxFirstStep = 2'000;
    static constexpr std::int64_t kStepFrames = 4;
    // How far the wire may be ahead of where the wall clock says it should be.
    static constexpr std::int64_t kJitter = 250;
    // A frame this little before its predecessor is out of order; further back is a jump.
    static constexpr std::int64_t kReorder = 200;
    // First frames of audio and video further apart than this on the wire, while they arrive
    // together, have different bases.
    static constexpr std::int64_t kSameBase = 10'000;
    // Frames after a jump during which the clock from before it may return.
    static constexpr int kFramesToReturn = 25;
    // How long the other track has to make the same jump.
    static constexpr std::int64_t kSharedJump = 10'000;
    // Between frames of a jump, wall-clock time beyond this is a pause and stays.
    static constexpr std::int64_t kPause = 1'000;
    // Counted audio that is off by more than this, twice in a row, is behind a gap.
    static constexpr std::int64_t kAudioGap = 100;
    // Counted audio that has been off by three quarters of a frame or more, always to the same
    // side, for so many frames has lost one or has one too many. Frames that share the time of
    // their capture buffer, and stamps that wait for a busy encoder, come back sooner.
    static constexpr int kFramesKept = 32;
    // How far two times on the wire, each rounded, may be from the whole frames between them.
    static constexpr std::int64_t kRounding = 2;
    // Counted audio that is off by more than this on average over kDriftFrames drifts.
    static constexpr std::int64_t kAudioDrift = 40;
    static constexpr std::int64_t kDriftFrames = 64;

    /// Call before the first audio frame and whenever the format changes. Timescale: sample rate.
    void set_audio(AudioFormat const& format);

    /// The decode time of a frame that arrived at `arrival` with `wire` on it, in ticks of the
    /// track: above that of the frame before, and for audio at least the duration of that frame
    /// later. Nothing if an audio frame has no place: before the beginning, or too many for the
    /// time that passed. Drop it.
    std::optional<std::int64_t> place(MediaKind kind, std::uint32_t wire, SteadyTime arrival);

  private:
    /// Where a track's clock stands. All in milliseconds.
    struct Clock {
        std::int64_t offset = 0;   ///< publication's time less wire's
        std::int64_t wire = 0;     ///< of the latest frame, unwrapped
        std::int64_t arrival = 0;  ///< of the latest frame
    };

    struct Track {
        bool begun = false;
        Clock clock;
        std::int64_t usual_step = 0;
        /// Before the latest jump, while it may return.
        std::optional<Clock> before_jump;
        int frames_since_jump = 0;
        /// The other track jumped by this; this one has not yet.
        std::optional<std::int64_t> pending_shift;
        std::int64_t pending_since = 0;
        int disorder = 0;

        std::int64_t now() const { return clock.wire + clock.offset; }
    };

    enum class Fit { forward, out_of_order, no };

    std::int64_t place_ms(Track& track, Track& other, std::uint32_t wire, std::int64_t arrival);
    void begin(Track& track, Track const& other, std::uint32_t wire, std::int64_t arrival);
    Fit fit(Track const& track, Track const& other, Clock const& clock, std::int64_t step,
            std::int64_t arrival) const;
    std::int64_t advance(Track& track, std::int64_t step, std::int64_t arrival);
    std::int64_t jump(Track& track, Track& other, std::uint32_t wire, std::int64_t arrival);
    std::optional<std::int64_t> count_samples(std::int64_t ms, bool witnessed);
    std::int64_t kept_step(std::int64_t drift);
    std::int64_t whole_frames(std::int64_t drift) const;

    std::array<Track, 2> tracks_;
    std::optional<SteadyTime> epoch_;
    /// How far the publication's clock was ahead of the wall clock at most, lately.
    std::int64_t max_lead_ = 0;
    std::int64_t lead_since_ = 0;

    std::int64_t video_next_ = 0;

    AudioFormat audio_;
    bool audio_begun_ = false;
    std::int64_t audio_next_ = 0;
    std::int64_t drift_sum_ = 0;
    std::int64_t drift_frames_ = 0;
    int gaps_in_a_row_ = 0;
    /// The frames in a row that were off by three quarters of a frame or more to one side, and the
    /// least of it, in samples.
    int kept_frames_ = 0;
    std::int64_t kept_ = 0;
};

}  // namespace directfanz::ingest
