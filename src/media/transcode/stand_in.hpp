#pragma once

#include "base/clock.hpp"
#include "media/codec/sample.hpp"
#include "media/transcode/wire/messages.hpp"

#include <cstdint>
#include <optional>

namespace directfanz::transcode {

/// Decides when encoded pictures stand in for a source that has fallen silent, up to where they
/// go, and with which of its pictures the source takes over again.
///
/// A source that is back may first deliver what it could not: what lies behind the pictures that
/// stood in goes unseen, while more of them fill the time until it has caught up. One that goes on
/// where it stopped and never catches up is to be moved by what it is behind. All times in ticks of
/// 90 kHz on the broadcast's line.
class StandIn {
  public:
    /// Nothing at all came for so long: a line that falters is no reason yet.
    static constexpr milliseconds kSilence{1000};
    /// The same of pictures while sound goes on: then it is not the line.
    static constexpr milliseconds kSilenceBesideSound{350};
    /// Of a source with few pictures, three of its distances, but no more than this.
    static constexpr milliseconds kLongestSilence{3000};
    /// A key picture this often.
    static constexpr std::int64_t kKeyInterval = std::int64_t{2} * kVideoTimescale;
    /// Nearer to the present than this a source that is back is waited for.
    static constexpr std::int64_t kNear = kVideoTimescale / 2;
    /// A source that is back has so long to catch up.
    static constexpr milliseconds kCatchUp{1000};

    /// Each of the source's pictures. `end`: of a frame of sound.
    void picture(Sample const& sample, SteadyTime now);
    void sound(std::int64_t end, SteadyTime now);

    /// The publisher has gone: nothing is waited for.
    void publisher_lost() { lost_ = true; }

    /// Nothing is known any more; what comes is another publisher's.
    void reset() { *this = {}; }

    bool active() const { return active_; }

    /// What the worker has to be asked for, if anything. Call about ten times a second.
    std::optional<wire::Stalled> ask(SteadyTime now);

    /// While active: this picture of the source's may be the first to be shown again.
    bool beyond(std::int64_t pts) const { return pts > until_; }
    /// All that stands in is behind this.
    std::int64_t after() const { return after_; }
    /// Up to where something stood in, or will.
    std::int64_t until() const { return until_; }
    /// While active: of the source's pictures that are shown again, as they are encoded, this one
    /// is to be a key picture.
    bool key_due(std::int64_t pts);
    /// It does not stand in any more.
    void end();

    /// While active: the source is back and goes on this far behind its time. Told once: it is to
    /// be moved.
    std::optional<std::int64_t> behind(SteadyTime now);

  private:
    struct Moment {
        SteadyTime time;
        std::int64_t position = 0;

        std::int64_t at(SteadyTime now) const;
    };

    bool silent(SteadyTime now) const;
    std::int64_t position(SteadyTime now) const;

    std::optional<Moment> picture_;
    std::optional<Moment> sound_;
    std::int64_t last_dts_ = 0;
    /// Between pictures; 0 while unknown.
    std::int64_t interval_ = 0;
    bool lost_ = false;

    bool active_ = false;
    Moment began_;
    std::int64_t after_ = 0;
    std::int64_t until_ = 0;
    std::int64_t next_key_ = 0;
    bool flush_ = false;
    /// The first picture behind the silence.
    std::optional<Moment> returned_;
};

}  // namespace directfanz::transcode
