#pragma once

#include "media/codec/sample.hpp"
#include "media/packager/rendition_builder.hpp"
#include "media/packager/segment_clock.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace directfanz::packager {

/// One more rendition of the same media, encoded from it: it comes later than the leading one, and
/// begins its segments where that one did.
///
/// A segment of video begins at the picture with which the leader's began, by its presentation
/// time, and at a key frame if that was one. A rung whose pictures do not offer that is listed as
/// GAP until they do: the numbers, discontinuities and dates of its segments are the leader's
/// whatever happens to it. Audio begins its segments at the first frame behind the mark.
///
/// The leader waits for nobody. A rung that falls silent is listed as GAP, far enough behind the
/// leader that what comes in time still finds its place.
class Rung {
  public:
    /// Samples and marks that wait, each for the other. At 60 pictures a second the leader may be
    /// this far behind: 17 s.
    static constexpr std::size_t kMostWaiting = 1024;
    static constexpr std::size_t kMostMarks = 64;
    /// Of all samples that wait: those 17 s at 15 Mbit/s.
    static constexpr std::size_t kMostWaitingBytes = std::size_t{32} << 20;
    /// How far it may be behind the leader as long as nobody says that it is lost: longer than it
    /// takes to notice that an encoder hangs.
    static constexpr microseconds kFarthestBehind = seconds(4);
    /// The same once it is lost, in parts: the PART-HOLD-BACK, so that no player is nearer.
    static constexpr int kPartsBehind = 3;

    explicit Rung(std::string name) : name_(std::move(name)) {}

    std::string const& name() const { return name_; }

    /// Of its encoder's output, in bit/s; 0 if that is not known.
    void promise(std::uint64_t bit_rate);

    /// What the broadcast promises is known: the rung can be listed from here on.
    void start(Targets targets, Shelf::Limits limits, Timeline const& timeline);

    /// Of the samples that follow.
    void configure(std::shared_ptr<Track const> track);
    bool configured() const { return track_ != nullptr; }

    /// The leader begins a segment. In order.
    void mark(Mark const& mark);

    /// In decoding order, times on the broadcast's line. Of video, the duration is the distance to
    /// the next sample, or 0 as long as nobody knows that. Kept until the leader is there, too.
    void push(Sample sample);

    /// Of what waits for the leader.
    std::size_t waiting_bytes() const { return waiting_bytes_; }

    /// Nothing will come for a while.
    void lost() { lost_ = true; }
    bool is_lost() const { return lost_; }

    /// The leader has come this far and has set all its marks before. `silent`: the leading picture
    /// is missing, so nothing can follow it.
    void advance(microseconds reached, bool silent);

    /// There will be no more of this connection, whose media ended at `end`.
    void end_input(microseconds end);

    /// It joins at the first mark once its configuration is known: what was before is not missing.
    void join_later() {
        joins_later_ = true;
        if (!track_) marks_.clear();
    }

    /// True once if it needs a discontinuity, which all renditions have to have.
    bool take_break() { return std::exchange(break_, false); }

    /// None before its first sample was taken, or it was lost for the first time.
    RenditionBuilder* builder() { return builder_.get(); }
    RenditionBuilder const* builder() const { return builder_.get(); }

  private:
    struct Pending {
        std::shared_ptr<Track const> track;
        Sample sample;
        /// The first one of another encoder: it refers to nothing that was there.
        bool first = false;

        microseconds time() const { return to_microseconds(sample.dts, track->timescale); }
        bool video() const { return track->kind == MediaKind::video; }
    };

    struct Promises {
        Targets targets;
        Shelf::Limits limits;
        Timeline const* timeline = nullptr;
    };

    enum class State {
        publishing,
        /// Something is missing: any key frame can be taken.
        interrupted,
        /// It began a segment elsewhere than the leader: only one that begins where the leader's
        /// does can be taken.
        apart,
    };

    Pending take_waiting();
    bool make_builder(std::shared_ptr<Track const> const& track);
    void feed(Pending next);
    void flush();
    void place(Pending pending);
    void pass_marks(Pending const& pending);
    bool behind(Mark const& mark, Pending const& pending) const;
    bool agrees(Mark const& mark, Pending const& pending) const;
    std::int64_t until_mark(Pending const& held, Pending const& next) const;
    void begin_at(Mark mark, Pending const& pending);
    void pass(Mark const& mark);
    bool resume(Pending const& pending);
    void fill_gap(microseconds time);
    void fill_until(microseconds time);
    bool ends_part(Pending const& next) const;
    bool follows(Pending const& pending) const;
    void adjoin(Sample& sample) const;
    void end_at_mark(Sample& sample) const;
    void need_break(Pending const& pending);

    std::string const name_;
    std::uint64_t bit_rate_ = 0;
    std::optional<Promises> promises_;
    /// Of the samples that come; the builder's is that of what was taken last.
    std::shared_ptr<Track const> track_;
    std::unique_ptr<RenditionBuilder> builder_;

    std::deque<Pending> waiting_;
    std::size_t waiting_bytes_ = 0;
    /// The newest sample that was released; the next one tells how long it lasts.
    std::optional<Pending> held_;
    /// In ticks; of the sample before the held one.
    std::uint32_t usual_ = 0;
    /// Where the newest sample that was taken ends, in ticks of decode time.
    std::optional<std::int64_t> end_;
    /// Marks that it has not reached.
    std::deque<Mark> marks_;
    /// How much later than it is decoded its newest key frame is shown.
    microseconds delay_{};
    State state_ = State::interrupted;
    bool joins_later_ = false;
    bool lost_ = false;
    bool break_ = false;
    /// The configuration for which a discontinuity was asked for.
    std::shared_ptr<Track const> asked_for_;
};

}  // namespace directfanz::packager
