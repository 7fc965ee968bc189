#pragma once

#include "base/result.hpp"
#include "media/transcode/wire/messages.hpp"
#include "worker/libav.hpp"
#include "worker/scaler.hpp"
#include "worker/video_encoder.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace directfanz::worker {

/// Where everything that the worker has to say goes.
using Output = std::function<void(wire::FromWorker)>;

/// A picture's place in the stream.
struct PictureTime {
    std::int64_t pts = 0;
    bool key = false;
};

/// One rendition: pictures in, samples out.
class Rung {
  public:
    Rung(std::uint8_t number, wire::Rung settings, EncoderKind encoder, Output output);

    /// Whether a picture at this place is shown in this rung at all. Asked once a picture: of half
    /// the frame rate, every second answer is no, but never to a key picture.
    bool wants(PictureTime const& time);

    /// The picture in this rung's size; what the next smaller rung is made from.
    Result<Frame> scale(AVFrame const& source);

    /// Encodes what scale() gave. `frame_rate` is the source's.
    Result<void> encode(AVFrame const& picture, PictureTime const& time, double frame_rate);

    /// What is in the encoder comes out; the next picture is a key picture.
    Result<void> flush();

    void set_b_frames(bool on) { b_frames_ = on; }

    std::uint64_t frames() const { return frames_; }
    /// Of the last sample that came out, its PTS at the most.
    std::optional<std::int64_t> newest() const { return newest_; }

  private:
    Result<void> open(EncoderSettings const& settings);
    Result<void> close();
    void put(Sample sample);

    std::uint8_t number_;
    wire::Rung settings_;
    EncoderKind kind_;
    Output output_;
    Scaler scaler_;
    std::unique_ptr<VideoEncoder> encoder_;
    EncoderSettings encoder_settings_;
    Blob decoder_config_;
    bool b_frames_ = true;
    bool skip_next_ = false;
    std::uint64_t frames_ = 0;
    std::optional<std::int64_t> newest_;
};

}  // namespace directfanz::worker
