#pragma once

#include "base/clock.hpp"
#include "media/codec/sample.hpp"
#include "media/codec/track.hpp"
#include "media/packager/window.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::packager {

struct PackagerSettings {
    /// Duration of a part; the advertised PART-TARGET is this, fitted to whole frames. 200 ms to 1
    /// s.
    milliseconds part_duration{250};
    /// Segments are cut at the first key frame after this.
    milliseconds segment_duration{2000};
    /// The target duration never exceeds this; longer groups of pictures are cut inside.
    seconds longest_target_duration{6};
    /// At least this much, and at least six segments, is listed.
    seconds window{24};
};

/// The numbers with which a broadcast begins.
struct FirstNumbers {
    std::uint64_t media_sequence = 0;
    std::uint64_t discontinuity_sequence = 0;
};

/// A rendition that an encoder makes of the broadcast's media, beside the leading ones.
struct RungPlan {
    /// In URLs: letters and digits, and neither "index", "video" nor "audio".
    std::string name;
    /// The most that its encoder makes, in bit/s, for those who choose by it before there is
    /// anything to measure; 0 if that is not known.
    std::uint64_t bit_rate = 0;
};

/// Cuts one broadcast's samples into parts and segments, all renditions at the same marks, and
/// publishes a new Window after every part. Does no input or output, knows no thread, and takes the
/// time as an argument.
class Packager {
  public:
    /// Told on the caller's thread, from within the calls below.
    class Listener {
      public:
        virtual ~Listener() = default;
        virtual void on_window(std::shared_ptr<Window const> window) = 0;
    };

    /// `session` makes names unique for ever. Players must never see a number go back, so both
    /// begin above all that they may have seen of the stream. Discontinuity sequence numbers have
    /// to be small: hls.js keeps a list as long as the number.
    Packager(PackagerSettings settings, std::string session, FirstNumbers first, WallTime now,
             Listener& listener);
    ~Packager();

    /// A publisher begins, or comes back: from now on sample times count from `now`. If there is
    /// media already, what follows is behind a DISCONTINUITY.
    void begin_input(WallTime now);
    /// Of the samples that place() is given.
    void configure_source(Track track);
    /// The publisher's sample with its times on the broadcast's line, in the ticks it came in; as
    /// it is pushed here or given to an encoder. Nothing for what comes out of decoding order, or
    /// lies before the line begins.
    std::optional<Sample> place(MediaKind kind, Sample sample);

    /// The publisher's samples go on this far behind their time: those that follow are placed as
    /// much later.
    void postpone(microseconds by);

    /// Of the samples that are pushed: the publisher's, or an encoder's. The same again changes
    /// nothing; a track without samples is never declared.
    void configure(Track track);
    /// Times are on the broadcast's line.
    void push(MediaKind kind, Sample sample);
    /// The next segment is behind a DISCONTINUITY.
    void request_break();
    /// These will follow: the first window waits for them, though not for long.
    void expect_rungs(std::vector<RungPlan> const& plans);
    /// Of the samples that follow. One that nobody expected joins at the next segment; beyond
    /// Rungs::kMost they are ignored.
    void configure_rung(std::string_view name, Track track);
    /// A sample of a rung, in decoding order; times are on the broadcast's line, and a picture has
    /// the presentation time that it has in the leading rendition. Segments begin where the leading
    /// rendition's do, so its encoder has to set key frames there; until it does, and wherever it
    /// is missing, the rung is listed as GAP. The leader waits for no rung.
    void push_rung(std::string_view name, Sample sample);
    /// Its encoder is gone: it is listed as GAP until samples come again, the first of which is a
    /// key frame.
    void rung_lost(std::string_view name);
    /// Tells the time: call it before each push. By it a silent track is known, and a publisher's
    /// clock that runs faster or slower than ours.
    void advance(WallTime now);
    /// The publisher is gone: what is open is closed and published.
    void end_input();
    /// The broadcast is over: the last window has `ended` set.
    void finish();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace directfanz::packager
