#pragma once

#include "base/log.hpp"
#include "media/codec/sample.hpp"
#include "media/codec/track.hpp"
#include "media/transcode/audio_rule.hpp"
#include "media/transcode/glimpses.hpp"
#include "media/transcode/key_frame_rule.hpp"
#include "media/transcode/plan.hpp"
#include "media/transcode/source_meter.hpp"
#include "media/transcode/stand_in.hpp"
#include "media/transcode/status.hpp"
#include "media/transcode/worker_pool.hpp"
#include "media/transcode/worker_session.hpp"

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::transcode {

/// A rendition that is about to come.
struct ExpectedRung {
    std::string name;
    /// The most that its encoder makes, in bit/s.
    std::uint32_t bitrate = 0;
};

/// One broadcast's ladder: measures the source, plans, runs workers, and changes the plan when the
/// source changes.
///
/// What leads is told, too: the source's own samples, at once, or what is encoded in their place,
/// where the source cannot be followed or has fallen silent. On one loop.
class Transcoder : public std::enable_shared_from_this<Transcoder>,
                   private WorkerSession::Listener {
  public:
    /// Told within the calls below, and from the loop.
    class Listener {
      public:
        virtual ~Listener() = default;
        /// These renditions come beside the leading ones.
        virtual void on_rungs_expected(std::vector<ExpectedRung> const& rungs) = 0;
        virtual void on_rung_track(std::string_view name, Track track) = 0;
        virtual void on_rung_sample(std::string_view name, Sample sample) = 0;
        virtual void on_rung_lost(std::string_view name) = 0;
        /// Of the leading samples that follow.
        virtual void on_leading_track(Track track) = 0;
        virtual void on_leading_sample(MediaKind kind, Sample sample) = 0;
        /// What follows in the leading renditions is not what was there before.
        virtual void on_break() = 0;
        /// The source goes on after a silence, but its times are this far behind.
        virtual void on_source_behind(microseconds by) = 0;
        virtual void on_thumbnail(wire::Thumbnail thumbnail) = 0;
        /// Of the source, in dBFS; about once a second.
        virtual void on_sound_level(double level) = 0;
        virtual void on_status(TranscodeStatus const& status) = 0;
        /// After end(): all has come out.
        virtual void on_ended() = 0;
    };

    /// `title`: shown on the card that stands in for a silent source.
    Transcoder(io::EventLoop& loop, WorkerPool& pool, TranscodeSettings settings, std::string title,
               Listener& listener, log::Context context);
    ~Transcoder() override;

    /// Starts the watch over workers. Once, when it is owned by a shared_ptr.
    void start();

    /// The source's track, as it came.
    void configure(Track const& track);
    /// A placed sample of the source.
    void push(MediaKind kind, Sample const& sample);
    /// A publisher comes, for the first time or again. With another ladder all is made anew.
    void begin_input(std::vector<RungSetting> ladder);
    /// What this publisher's encoder is set to, in bit/s: rungs of as many bits would add nothing.
    void claim_bitrate(std::uint32_t bitrate) { claimed_bitrate_ = bitrate; }
    /// Segments are cut at such a length even where the source has no key frame.
    void segments_at_most(microseconds longest) { rule_.segments_at_most(longest); }
    /// The publisher has gone and may come back. True if pictures stand in for it from now on.
    bool lose_input();
    /// Nothing more is pushed: what is under way still comes, then on_ended() is told. False if
    /// there is nothing to wait for.
    bool end();

    /// The source's own samples of this kind are shown.
    bool passes(MediaKind kind) const;

    TranscodeStatus status() const;
    TranscodeState state() const { return state_; }
    Mode mode() const { return rule_.mode(); }

    /// Audio alone is waited for so long before it is planned without a picture, in frames.
    static constexpr std::size_t kAudioHeld = 128;
    /// A worker has so long to let out what is in it.
    static constexpr milliseconds kEndPatience{1000};
    /// So much silence is sent at once in place of the source's sound.
    static constexpr seconds kMostSilence{5};
    /// How often one that found no place on this machine looks for one.
    static constexpr seconds kPlaceInterval{3};
    /// How soon one whose worker could not be started tries again.
    static constexpr seconds kStartInterval{5};

  private:
    static io::Task<> watch(std::weak_ptr<Transcoder> self, io::EventLoop& loop);
    void tick(SteadyTime now);

    void push_video(Sample const& sample);
    void push_audio(Sample const& sample);
    void lead(MediaKind kind, Sample sample);
    SourcePicture source() const;
    void plan();
    void replan();
    void change_audio();
    void try_again(SteadyTime now);
    void open_session(Plan plan, std::optional<std::int64_t> behind);
    void give_up(std::string const& why, std::optional<seconds> again = std::nullopt);
    Audio audio() const;
    void tell_status();

    void stand_in(SteadyTime now);
    void lead_silence(std::int64_t until);
    void take_over(Sample const& sample, SteadyTime now);
    void stop_standing_in();

    void on_rung_track(std::uint8_t rung, Track track) override;
    void on_rung_sample(std::uint8_t rung, Sample sample) override;
    void on_rung_lost(std::uint8_t rung) override;
    void on_thumbnail(wire::Thumbnail thumbnail) override;
    void on_sound_level(double level) override { listener_.on_sound_level(level); }
    void on_shed(ShedLevel level) override;
    void on_ended() override;
    void on_given_up(std::string const& why, GivenUp kind) override;
    bool leads_alone(std::uint8_t rung) const;

    io::EventLoop& loop_;
    WorkerPool& pool_;
    TranscodeSettings settings_;
    std::string const title_;
    Listener& listener_;
    log::Context const context_;

    TranscodeState state_ = TranscodeState::measuring;
    /// Why there is the source alone.
    std::string reason_;
    /// That reason may pass: when to look, and how often.
    std::optional<SteadyTime> again_at_;
    seconds again_each_{0};
    std::optional<TranscodeStatus> told_;
    KeyFrameRule rule_;
    SourceMeter meter_;
    std::optional<Track> video_;
    std::optional<Track> audio_;
    AudioPath audio_path_ = AudioPath::pass;
    /// All since the first key frame while measuring, later since the last one.
    ReplayBuffer held_;
    std::deque<Sample> audio_held_;
    std::uint32_t claimed_bitrate_ = 0;
    /// Presentation times of the source's newest picture, and of the newest that was encoded.
    std::optional<std::int64_t> newest_;
    std::optional<std::int64_t> newest_encoded_;
    Plan plan_;
    std::unique_ptr<WorkerPool::Slot> slot_;
    std::unique_ptr<WorkerSession> session_;
    /// While there is no place for more.
    std::unique_ptr<Glimpses> glimpses_;
    /// By their numbers; what the worker has told.
    std::map<std::uint8_t, Track> rung_tracks_;
    std::optional<SteadyTime> ending_since_;

    StandIn stand_in_;
    /// The rung that leads meanwhile, and whether it has begun to.
    std::uint8_t standing_in_ = 0;
    bool stands_in_ = false;
    /// The source was ready to take over then.
    std::optional<SteadyTime> returned_;
    /// In ticks of the source's sound: what comes of it before is too late.
    std::optional<std::int64_t> silent_until_;
    /// By MediaKind; decode times of the newest leading samples.
    std::array<std::optional<std::int64_t>, 2> led_;
};

}  // namespace directfanz::transcode
