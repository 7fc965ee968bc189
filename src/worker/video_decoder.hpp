#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "worker/libav.hpp"

#include <cstdint>

namespace directfanz::worker {

/// Access units of H.264 in, pictures in the order of presentation out, as soon as that order
/// allows: none late for a source without B-frames.
class VideoDecoder {
  public:
    enum class Pace : std::uint8_t {
        live,   ///< on one thread
        hurry,  ///< on two: more CPU a picture, and each a picture later
    };

    /// `decoder_config` is an AVCDecoderConfigurationRecord. Errors: io if the library refuses it.
    static Result<VideoDecoder> open(ByteView decoder_config, Pace pace = Pace::live);

    /// An access unit with four-byte lengths. Damage is not an error: it shows in the pictures.
    void send(ByteView payload, std::int64_t pts, bool sync);
    /// Of what is sent from now on: pictures to which no other refers do not come out.
    void skip_unreferenced(bool skip);
    /// No more access units will come: what is left comes out of receive().
    void drain();
    /// After drain(): ready for a picture that needs no other.
    void restart();

    /// The next picture; its `pts` is that of its access unit. Null if more input is needed first.
    Frame receive();
    /// Whether the decoder saw damage in it.
    static bool damaged(AVFrame const& frame);

    /// Frames a second that the stream claims; 0 if it does not say.
    double frame_rate() const;

  private:
    explicit VideoDecoder(CodecContext context);

    CodecContext context_;
    Packet packet_;
};

}  // namespace directfanz::worker
