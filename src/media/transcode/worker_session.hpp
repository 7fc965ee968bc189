#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "media/codec/sample.hpp"
#include "media/codec/track.hpp"
#include "media/transcode/crash_limit.hpp"
#include "media/transcode/hang_watch.hpp"
#include "media/transcode/overload_policy.hpp"
#include "media/transcode/replay_buffer.hpp"
#include "media/transcode/wire/messages.hpp"
#include "media/transcode/worker_link.hpp"
#include "media/transcode/worker_pool.hpp"
#include "system/io/seldom.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace directfanz::transcode {

/// Why a session is over before its broadcast.
enum class GivenUp : std::uint8_t {
    failed,       ///< workers end by what they are given
    not_started,  ///< the machine starts none at present
};

/// One ladder being made, by one worker after another.
///
/// A worker that crashes, hangs or grows too large is replaced by the one in reserve, which decodes
/// again from the last key frame and goes on behind the last picture that came out: with luck the
/// rungs miss nothing. Three crashes in a minute end the session. What the worker does not take in
/// time is dropped up to the next key frame; the caller never waits. On one loop.
class WorkerSession {
  public:
    /// Told within the calls below, and from the loop.
    class Listener {
      public:
        virtual ~Listener() = default;
        /// Before the first sample of each rung, and whenever it changes; numbered as on the wire.
        virtual void on_rung_track(std::uint8_t rung, Track track) = 0;
        virtual void on_rung_sample(std::uint8_t rung, Sample sample) = 0;
        /// Nothing comes at present; when it does again, a key frame comes first.
        virtual void on_rung_lost(std::uint8_t rung) = 0;
        virtual void on_thumbnail(wire::Thumbnail thumbnail) = 0;
        /// In dBFS, at least kSilence; about once a second.
        virtual void on_sound_level(double level) = 0;
        /// Another level: is_shed() tells of each rung.
        virtual void on_shed(ShedLevel level) = 0;
        /// What end() has asked for is done, or the worker was lost on the way.
        virtual void on_ended() = 0;
        /// It is over; nothing more is told. The session may be dropped from the loop's next turn
        /// on.
        virtual void on_given_up(std::string const& why, GivenUp kind) = 0;
    };

    struct Order {
        wire::Setup setup;
        /// So many of the largest rungs are not shed: 1 if the largest one leads. The smallest is
        /// never shed either.
        std::uint8_t never_shed = 0;
        /// Of the process, resident.
        std::uint64_t memory_limit = std::uint64_t{1} << 30;
    };

    WorkerSession(WorkerPool& pool, Order order, Listener& listener, log::Context context);
    ~WorkerSession();

    /// Pictures up to this presentation time were seen already: they are decoded only.
    void begin_behind(std::int64_t pts) { shown_ = pts; }

    /// Call for each track before start(), and when one changes.
    void configure(Track const& track);
    /// Error: no worker can be started.
    Result<void> start();

    /// Placed samples, each track in decoding order. `force_key`: rungs have an IDR picture there.
    void push_video(Sample const& sample, bool force_key);
    void push_audio(Sample const& sample);

    /// The source begins anew.
    void discontinuity();

    /// The source is silent: `stalled` says what stands in for it. Meanwhile nothing is shed, and
    /// what was stays so.
    void stall(wire::Stalled stalled);
    /// Sound before it was heard already, in the track's ticks.
    void audio_heard_until(std::int64_t dts);

    /// Everything comes out, then on_ended() is told; nothing may be pushed any more. False if no
    /// worker is there to do it.
    bool end();
    /// The number of the largest rung that is made at present.
    std::uint8_t largest_rung() const;

    /// Call about ten times a second.
    void tick(SteadyTime now);

    /// How far the pictures that came out are behind those that went in.
    microseconds lag() const;
    ShedLevel shed_level() const { return overload_.level(); }
    /// Whether a rung is left out at present, by its number.
    bool is_shed(std::size_t rung) const;
    pid_t process() const { return link_ ? link_->process() : 0; }

    static constexpr double kSilence = -100;
    /// Beyond what any sound of samples up to 1.0 has; a worker's word for more is not taken.
    static constexpr double kLoudest = 20;
    /// A rung is given up for the time being when a new worker needs longer than this.
    static constexpr milliseconds kLostAfter{800};
    /// A worker that is further behind goes on with the next key frame.
    static constexpr seconds kMaxLag{6};

  private:
    static constexpr std::size_t kMaxAudioKept = 256;
    /// Of one encoded picture, and of one encoded frame of sound, in bytes.
    static constexpr std::size_t kMaxPicture = std::size_t{4} << 20;
    static constexpr std::size_t kMaxSound = std::size_t{64} << 10;
    /// What comes out has the times of what went in: at most so far ahead of it, since encoders of
    /// sound work in frames of their own length, and as far from when it is shown.
    static constexpr seconds kFarthestAhead{2};
    static constexpr seconds kFarthestShown{10};
    /// A worker may say so much in a minute; the rest is not written.
    static constexpr std::size_t kMaxWords = 20;

    Result<void> launch();
    void send_again();
    bool send(wire::ToWorker const& message);
    void lost(std::string const& why);
    void give_up(std::string const& why, GivenUp kind);
    void receive(wire::FromWorker message);
    void receive_config(wire::RungConfig config);
    void receive_sample(wire::RungSample sample);
    /// Why the sample cannot be one of this broadcast's; empty if it can.
    std::string fault_of(wire::RungSample const& sample) const;
    bool may_speak(SteadyTime now);
    void apply(ShedLevel level);
    void announce_loss();
    /// From never_shed on.
    std::size_t shed_rungs(ShedLevel level) const;
    wire::Shed wire_shed() const;
    void check_memory(SteadyTime now);

    WorkerPool& pool_;
    Order const order_;
    Listener& listener_;
    log::Context const context_;

    std::unique_ptr<WorkerLink> link_;
    std::optional<Track> video_;
    std::optional<Track> audio_;
    ReplayBuffer replay_;
    std::deque<Sample> audio_kept_;
    CrashLimit crashes_;
    HangWatch watch_;
    OverloadPolicy overload_;

    /// Nothing can be decoded before the next key frame.
    bool need_key_ = true;
    /// What was dropped leaves a hole.
    bool hole_ = false;
    io::Seldom drops_told_{io::kLimitWarningInterval};
    bool over_ = false;
    bool ending_ = false;
    /// The newest picture that was asked for is one that stands in.
    bool stalled_ = false;
    std::optional<SteadyTime> lost_at_;
    SteadyTime memory_checked_;
    std::optional<std::int64_t> newest_in_;
    /// Presentation time of the newest picture that came out of any rung.
    std::optional<std::int64_t> shown_;
    /// Of the smallest rung, the last to be shed.
    std::optional<std::int64_t> newest_out_;
    std::optional<std::int64_t> audio_out_;
    /// Of what was configured, by its number; 0 for the others.
    std::array<std::uint32_t, 256> timescales_{};
    /// Of all that went in.
    microseconds newest_time_{0};
    std::deque<SteadyTime> spoken_;
};

}  // namespace directfanz::transcode
