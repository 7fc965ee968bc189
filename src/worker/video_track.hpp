#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/transcode/wire/messages.hpp"
#include "worker/frame_filter.hpp"
#include "worker/ladder.hpp"
#include "worker/libav.hpp"
#include "worker/rung.hpp"
#include "worker/thumbnailer.hpp"
#include "worker/video_decoder.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace directfanz::worker {

/// Decides which picture is shown when. Every access unit that came in is shown at its own PTS: if
/// the decoder has no good picture for it, the last good one.
class VideoTrack {
  public:
    /// `font` is for the card that stands in for a silent source (title_card.hpp).
    VideoTrack(wire::Setup const& setup, Output output, ByteView font);

    /// Errors of all: those of the decoder, the scaler and the encoders; they end the worker.
    Result<void> configure(wire::TrackConfig const& config);
    Result<void> sample(wire::VideoSample const& sample);
    Result<void> stalled(wire::Stalled const& stalled);
    Result<void> discontinuity();
    Result<void> shed(wire::Shed const& shed);
    /// Everything comes out, and the last statistics.
    Result<void> end();

  private:
    /// What is known of an access unit whose picture has not come out yet.
    struct Expected {
        bool key = false;
        bool replay = false;
    };

    /// A decoder for what follows, from a key frame on.
    Result<void> open_decoder(VideoDecoder::Pace pace);
    /// All that the decoder has comes out.
    Result<void> drain_decoder();
    Result<void> collect();
    Result<void> decoded(Frame frame);
    /// A good picture, through the filter if it needs one.
    Result<void> filtered(Frame frame);
    Result<void> collect_filtered();
    Result<void> drain_filter();
    /// One that can be shown as it is.
    Result<void> picture(Frame frame);
    /// Shows the last good picture for what is expected before `before`.
    Result<void> hold(std::int64_t before);
    Result<void> show(AVFrame const& frame, std::int64_t pts, bool key);
    Result<void> drain();
    bool on_grid(std::int64_t pts) const;
    double frame_rate() const;
    /// Once a second of media.
    void report_at(std::int64_t pts);
    void report();

    wire::Setup setup_;
    Output output_;
    ByteView font_;
    Ladder ladder_;
    Thumbnailer thumbnailer_;
    Blob decoder_config_;
    std::optional<VideoDecoder> decoder_;
    VideoDecoder::Pace pace_ = VideoDecoder::Pace::live;
    std::optional<FrameFilter> filter_;
    std::map<std::int64_t, Expected> expected_;
    Frame last_picture_;
    Frame card_;
    /// A key picture was asked for while there was none to repeat.
    bool key_owed_ = false;
    /// When last_picture_ was shown in its own place.
    std::int64_t last_picture_time_ = 0;
    std::optional<std::int64_t> last_dts_;
    /// Of the source's samples, in ticks; 0 while unknown.
    std::int64_t interval_ = 0;
    std::optional<std::int64_t> last_shown_;
    std::optional<std::int64_t> next_report_;
    wire::Statistics statistics_;
};

}  // namespace directfanz::worker
