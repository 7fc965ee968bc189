#include "media/codec/aac.hpp"

#include "media/codec/audio_specific_config.hpp"

#include <utility>

#include <fmt/format.h>

namespace directfanz::aac {
namespace {

// RFC 6381, 3.3: the object type that a decoder must know to play all of it.
ObjectType codec_object_type(AudioSpecificConfig const& config) {
    if (config.parametric_stereo) return ObjectType::ps;
    if (config.sbr != SbrSignalling::absent) return ObjectType::sbr;
    return config.object_type;
}

}  // namespace

Result<Track> describe(Blob audio_specific_config) {
    auto const config = parse_audio_specific_config(audio_specific_config.view());
    if (!config) return std::unexpected(config.error());

    auto const rate = config->extension_sampling_frequency;
    Track track;
    track.kind = MediaKind::audio;
    track.codec = Codec::aac;
    track.timescale = rate;
    track.decoder_config = std::move(audio_specific_config);
    track.codec_string = fmt::format("mp4a.40.{}", static_cast<int>(codec_object_type(*config)));
    // PS makes two channels of the core's one.
    bool const widened = config->parametric_stereo && config->channels == 1;
    track.format = AudioFormat{
        .sample_rate = rate,
        .channels = widened ? 2 : config->channels,
        .samples_per_frame = config->frame_length * (rate / config->sampling_frequency)};
    return track;
}

}  // namespace directfanz::aac
