#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/transcode/wire/messages.hpp"
#include "worker/audio_track.hpp"
#include "worker/rung.hpp"
#include "worker/video_track.hpp"

#include <optional>

namespace directfanz::worker {

/// All that the worker does between its two streams of messages; knows no socket.
class Pipeline {
  public:
    /// `output` is called by one thread at a time, while handle() runs or after it. `font`, which
    /// has to outlive the pipeline, is for the card that stands in for a silent source. `encoder`:
    /// the one that the process was started for; x264 there always is.
    explicit Pipeline(Output output, ByteView font = {}, EncoderKind encoder = EncoderKind::x264);

    /// Errors end the worker: conflict for messages out of order, unsupported for a setup that
    /// cannot work, and those of the codecs.
    Result<void> handle(wire::ToWorker const& message);

    /// End was handled.
    bool ended() const { return ended_; }

  private:
    Result<void> on(wire::Setup const& setup);
    Result<void> on(wire::TrackConfig const& config);
    Result<void> on(wire::VideoSample const& sample);
    Result<void> on(wire::AudioSample const& sample);
    Result<void> on(wire::Stalled const& stalled);
    Result<void> on(wire::Shed const& shed);
    Result<void> on(wire::Discontinuity const& discontinuity);
    Result<void> on(wire::End const& end);

    Output output_;
    ByteView font_;
    EncoderKind encoder_;
    std::optional<VideoTrack> video_;
    std::optional<AudioTrack> audio_;
    bool ended_ = false;
};

}  // namespace directfanz::worker
