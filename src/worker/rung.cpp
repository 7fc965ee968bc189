#include "worker/rung.hpp"

#include <algorithm>
#include <utility>

extern "C" {
#include <libavutil/frame.h>
}

namespace directfanz::worker {

namespace {

Colours colours_of(AVFrame const& picture) {
    return {.primaries = static_cast<std::uint8_t>(picture.color_primaries),
            .transfer = static_cast<std::uint8_t>(picture.color_trc),
            .matrix = static_cast<std::uint8_t>(picture.colorspace)};
}

}  // namespace

Rung::Rung(std::uint8_t number, wire::Rung settings, EncoderKind encoder, Output output)
    : number_(number),
      settings_(std::move(settings)),
      kind_(encoder),
      output_(std::move(output)),
      scaler_(settings_.width, settings_.height) {}

bool Rung::wants(PictureTime const& time) {
    auto const skip = settings_.frame_divisor == 2 && skip_next_ && !time.key;
    skip_next_ = !skip;
    return !skip;
}

Result<Frame> Rung::scale(AVFrame const& source) {
    return scaler_.scale(source);
}

Result<void> Rung::open(EncoderSettings const& settings) {
    auto encoder = open_encoder(kind_, settings);
    // A card takes so many pictures at once, and none below some size (NVENC: 145 wide).
    if (!encoder && kind_ != EncoderKind::x264) {
        auto words = settings_.name + " is encoded by the processor: " + encoder.error().message;
        words.resize(std::min(words.size(), wire::kMaxText));
        output_(wire::Log{.level = wire::LogLevel::warning, .words = std::move(words)});
        kind_ = EncoderKind::x264;
        encoder = open_encoder(kind_, settings);
    }
    if (!encoder) return std::unexpected(encoder.error());
    encoder_ = std::move(*encoder);
    encoder_settings_ = settings;
    if (encoder_->decoder_config() == decoder_config_) return {};
    decoder_config_ = encoder_->decoder_config();
    output_(wire::RungConfig{.rung = number_,
                             .width = settings_.width,
                             .height = settings_.height,
                             .decoder_config = decoder_config_});
    return {};
}

Result<void> Rung::encode(AVFrame const& picture, PictureTime const& time, double frame_rate) {
    EncoderSettings settings{.width = settings_.width,
                             .height = settings_.height,
                             .bitrate = settings_.bitrate,
                             .frame_rate = frame_rate / settings_.frame_divisor,
                             .colours = colours_of(picture)};
    // An open encoder keeps the frame rate that it began with; it serves the rate control alone.
    if (encoder_) settings.frame_rate = encoder_settings_.frame_rate;
    if (encoder_ && settings != encoder_settings_) {
        if (auto const closed = close(); !closed) return closed;
    }
    auto key = time.key;
    if (!encoder_) {
        if (auto const opened = open(settings); !opened) return opened;
        key = true;
    }
    auto const type = key         ? PictureType::key
                      : b_frames_ ? PictureType::any
                                  : PictureType::no_b_frame;
    auto samples = encoder_->encode(picture, time.pts, type);
    if (!samples) return std::unexpected(samples.error());
    for (auto& sample : *samples) put(std::move(sample));
    return {};
}

void Rung::put(Sample sample) {
    ++frames_;
    newest_ = std::max(newest_.value_or(sample.pts()), sample.pts());
    output_(wire::RungSample{.rung = number_, .sample = std::move(sample)});
}

Result<void> Rung::flush() {
    skip_next_ = false;
    return close();
}

Result<void> Rung::close() {
    if (!encoder_) return {};
    auto samples = encoder_->flush();
    if (!samples) return std::unexpected(samples.error());
    for (auto& sample : *samples) put(std::move(sample));
    encoder_.reset();
    return {};
}

}  // namespace directfanz::worker
