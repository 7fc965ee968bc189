#include "worker/audio_track.hpp"

#include <algorithm>
#include <utility>

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/mathematics.h>
}

namespace directfanz::worker {

namespace {

constexpr int kUsualRate = 48'000;
constexpr int kOtherRate = 44'100;

AudioShape shape_of(AVFrame const& sound) {
    return {.sample_rate = sound.sample_rate == kOtherRate ? kOtherRate : kUsualRate,
            .channels = std::clamp(sound.ch_layout.nb_channels, 1, 2)};
}

}  // namespace

AudioTrack::AudioTrack(wire::Setup const& setup, Output output) : output_(std::move(output)) {
    if (setup.audio_bitrate > 0)
        voices_.push_back(Voice{.rung = wire::kAudioRung, .bitrate = setup.audio_bitrate});
    if (setup.audio_only_bitrate > 0)
        voices_.push_back(Voice{.rung = wire::kAudioOnlyRung, .bitrate = setup.audio_only_bitrate});
}

Result<void> AudioTrack::configure(wire::TrackConfig const& config) {
    if (voices_.empty()) return {};
    if (config.timescale == 0)
        return fail(ErrorKind::invalid, "worker", "the audio track has no timescale");
    auto decoder = AudioDecoder::open(config.decoder_config.view());
    if (!decoder) return std::unexpected(decoder.error());
    decoder_.emplace(std::move(*decoder));
    timescale_ = config.timescale;
    return {};
}

Result<void> AudioTrack::sample(wire::AudioSample const& audio) {
    if (!decoder_) return {};
    decoder_->send(audio.sample.payload.view(), audio.sample.pts());
    while (auto const sound = decoder_->receive()) {
        if (audio.replay) continue;
        if (auto const done = decoded(*sound); !done) return done;
    }
    return {};
}

Result<void> AudioTrack::decoded(AVFrame const& sound) {
    if (!shape_) shape_ = shape_of(sound);
    if (!line_) line_.emplace(*shape_);
    auto const position =
        av_rescale(sound.pts, shape_->sample_rate, static_cast<std::int64_t>(timescale_));
    if (line_->jumps(position)) {
        if (auto const flushed = discontinuity(); !flushed) return flushed;
    }
    if (auto const appended = line_->append(sound, position); !appended) return appended;
    return encode_all();
}

Result<void> AudioTrack::encode_all() {
    while (auto const frame = line_->take()) {
        if (auto const level = meter_.add(*frame)) output_(wire::SoundLevel{*level});
        for (auto& voice : voices_) {
            if (auto const encoded = encode(voice, frame.get()); !encoded) return encoded;
        }
    }
    return {};
}

Result<void> AudioTrack::open(Voice& voice) {
    auto encoder = AacEncoder::open(*shape_, voice.bitrate);
    if (!encoder) return std::unexpected(encoder.error());
    voice.encoder.emplace(std::move(*encoder));
    if (voice.encoder->decoder_config() == voice.decoder_config) return {};
    voice.decoder_config = voice.encoder->decoder_config();
    output_(wire::RungConfig{.rung = voice.rung,
                             .kind = MediaKind::audio,
                             .codec = Codec::aac,
                             .timescale = static_cast<std::uint32_t>(shape_->sample_rate),
                             .decoder_config = voice.decoder_config});
    return {};
}

Result<void> AudioTrack::encode(Voice& voice, AVFrame const* frame) {
    if (!voice.encoder) {
        if (frame == nullptr) return {};
        if (auto const opened = open(voice); !opened) return opened;
    }
    auto samples = voice.encoder->encode(frame);
    if (!samples) return std::unexpected(samples.error());
    for (auto& sample : *samples)
        output_(wire::RungSample{.rung = voice.rung, .sample = std::move(sample)});
    return {};
}

Result<void> AudioTrack::stalled(wire::Stalled const& stalled) {
    if (!line_) return {};
    line_->fill(av_rescale(stalled.until, shape_->sample_rate, kVideoTimescale));
    return encode_all();
}

Result<void> AudioTrack::discontinuity() {
    if (!line_) return {};
    auto const last = line_->take_last();
    for (auto& voice : voices_) {
        if (last != nullptr) {
            if (auto const encoded = encode(voice, last.get()); !encoded) return encoded;
        }
        if (auto const flushed = encode(voice, nullptr); !flushed) return flushed;
        voice.encoder.reset();
    }
    line_->clear();
    meter_.clear();
    return {};
}

}  // namespace directfanz::worker
