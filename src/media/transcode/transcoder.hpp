#pragma once

#include "base/log.hpp"
#include "media/codec/sample.hpp"
#include "media/codec/track.hpp"
#include "media/transcode/audio_rule.hpp"
#include "media/transcode/key_frame_rule.hpp"
#include "media/transcode/plan.hpp"
#include "media/transcode/source_meter.hpp"
#include "media/transcode/worker_pool.hpp"
#include "media/transcode/worker_session.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::transcode {

/// What a broadcast's transcoder is doing.
enum class TranscodeState : std::uint8_t {
    measuring,    ///< it does not know the source yet
    running,      ///< renditions are made
    source_only,  ///< none are, for a reason that was told
};

/// A rendition that is about to come.
struct ExpectedRung {
    std::string name;
    /// The most that its encoder makes, in bit/s.
    std::uint32_t bitrate = 0;
};

/// One broadcast's ladder: measures the source, plans, runs workers, and changes the plan when the
/// source changes.
///
/// The caller shows the source's samples of those tracks that pass(), and what is told of the
/// others. On one loop.
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
        /// Of a leading track that does not pass.
        virtual void on_leading_track(Track track) = 0;
        virtual void on_leading_sample(MediaKind kind, Sample sample) = 0;
        virtual void on_thumbnail(wire::Thumbnail thumbnail) = 0;
        /// It is source-only from now on: why, in words for the streamer.
        virtual void on_source_only(std::string const& why) = 0;
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
    /// A publisher comes, for the first time or again.
    void begin_input();

    /// The source's own samples of this kind are to be shown.
    bool passes(MediaKind kind) const;

    TranscodeState state() const { return state_; }
    Mode mode() const { return rule_.mode(); }
    /// What is left out at present, since the machine is too slow.
    ShedLevel shed_level() const { return session_ ? session_->shed_level() : 0; }

    /// Audio alone is waited for so long before it is planned without a picture, in frames.
    static constexpr std::size_t kAudioHeld = 128;

  private:
    static io::Task<> watch(std::weak_ptr<Transcoder> self, io::EventLoop& loop);

    void push_video(Sample const& sample);
    void push_audio(Sample const& sample);
    void plan();
    void replan();
    void open_session(Plan plan, std::optional<std::int64_t> behind);
    void give_up(std::string const& why);
    Audio audio() const;

    void on_rung_track(std::uint8_t rung, Track track) override;
    void on_rung_sample(std::uint8_t rung, Sample sample) override;
    void on_rung_lost(std::uint8_t rung) override;
    void on_thumbnail(wire::Thumbnail thumbnail) override;
    void on_given_up(std::string const& why) override;
    bool leads(std::uint8_t rung) const;

    io::EventLoop& loop_;
    WorkerPool& pool_;
    TranscodeSettings const settings_;
    std::string const title_;
    Listener& listener_;
    log::Context const context_;

    TranscodeState state_ = TranscodeState::measuring;
    KeyFrameRule rule_;
    SourceMeter meter_;
    std::optional<Track> video_;
    std::optional<Track> audio_;
    AudioPath audio_path_ = AudioPath::pass;
    /// All since the first key frame while measuring, later since the last one.
    ReplayBuffer held_;
    std::deque<Sample> audio_held_;
    /// Presentation time of the source's newest picture.
    std::optional<std::int64_t> newest_;
    Plan plan_;
    std::unique_ptr<WorkerPool::Slot> slot_;
    std::unique_ptr<WorkerSession> session_;
};

}  // namespace directfanz::transcode
