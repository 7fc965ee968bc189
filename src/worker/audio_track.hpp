#pragma once

#include "base/result.hpp"
#include "media/transcode/wire/messages.hpp"
#include "worker/aac_encoder.hpp"
#include "worker/audio_decoder.hpp"
#include "worker/rung.hpp"
#include "worker/sound_line.hpp"
#include "worker/sound_meter.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace directfanz::worker {

/// The main audio encoded anew, where players could not take the source's, and the audio-only rung.
/// Both are AAC-LC at 48 or 44.1 kHz, mono or stereo, unbroken whatever comes in. How loud it is is
/// told once a second.
class AudioTrack {
  public:
    AudioTrack(wire::Setup const& setup, Output output);

    /// Errors of all: those of the codecs; they end the worker.
    Result<void> configure(wire::TrackConfig const& config);
    Result<void> sample(wire::AudioSample const& audio);
    Result<void> stalled(wire::Stalled const& stalled);
    Result<void> discontinuity();
    Result<void> end() { return discontinuity(); }

  private:
    struct Voice {
        std::uint8_t rung = wire::kAudioRung;
        std::uint32_t bitrate = 0;
        std::optional<AacEncoder> encoder;
        Blob decoder_config;
    };

    Result<void> decoded(AVFrame const& sound);
    Result<void> encode_all();
    /// Null: the encoder's last frames come out.
    Result<void> encode(Voice& voice, AVFrame const* frame);
    Result<void> open(Voice& voice);

    Output output_;
    std::vector<Voice> voices_;
    std::optional<AudioDecoder> decoder_;
    std::uint32_t timescale_ = 0;
    /// Chosen by the first sound, and kept.
    std::optional<AudioShape> shape_;
    std::optional<SoundLine> line_;
    SoundMeter meter_;
};

}  // namespace directfanz::worker
