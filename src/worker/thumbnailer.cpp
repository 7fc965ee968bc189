#include "worker/thumbnailer.hpp"

#include <algorithm>
#include <new>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/opt.h>
}

namespace directfanz::worker {

namespace {

/// Of libwebp, of 100.
constexpr int kWebpQuality = 70;
/// Of JPEG: the quantizer's scale, 1 (best) to 31.
constexpr int kJpegScale = 4;

/// Encodes one picture; empty if the library cannot.
Bytes encode_picture(AVCodecID id, AVFrame const& picture) {
    auto const* const codec = avcodec_find_encoder(id);
    if (codec == nullptr) return {};
    CodecContext const context(avcodec_alloc_context3(codec));
    if (context == nullptr) throw std::bad_alloc();
    context->width = picture.width;
    context->height = picture.height;
    context->pix_fmt = AV_PIX_FMT_YUV420P;
    context->color_range = picture.color_range;
    context->colorspace = picture.colorspace;
    context->time_base = {1, 1};
    context->thread_count = 1;
    if (id == AV_CODEC_ID_MJPEG) {
        // Which takes the range from color_range, and not from an older name of the format.
        context->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;
        context->flags |= AV_CODEC_FLAG_QSCALE;
        context->global_quality = FF_QP2LAMBDA * kJpegScale;
    } else {
        av_opt_set_double(context->priv_data, "quality", kWebpQuality, 0);
        av_opt_set_int(context->priv_data, "compression_level", 2, 0);
    }
    if (avcodec_open2(context.get(), codec, nullptr) < 0) return {};
    auto const frame = share(picture);
    frame->pts = 0;
    frame->pict_type = AV_PICTURE_TYPE_NONE;
    frame->quality = context->global_quality;
    auto const packet = new_packet();
    if (avcodec_send_frame(context.get(), frame.get()) < 0) return {};
    avcodec_send_frame(context.get(), nullptr);
    if (avcodec_receive_packet(context.get(), packet.get()) < 0) return {};
    return {packet->data, packet->data + packet->size};
}

}  // namespace

Thumbnailer::Thumbnailer(wire::Setup const& setup, Output output)
    : width_(setup.thumbnail_width / 2 * 2),
      interval_(setup.thumbnail_interval),
      output_(std::move(output)) {}

bool Thumbnailer::due(std::int64_t pts) const {
    return width_ > 0 && interval_ > 0 && (!next_ || pts >= *next_);
}

Result<void> Thumbnailer::start(AVFrame const& picture, std::int64_t pts) {
    next_ = pts + interval_;
    return thread_.start([this, picture = share(picture), pts] { return make(*picture, pts); });
}

Result<void> Thumbnailer::make(AVFrame const& picture, std::int64_t pts) {
    auto const sar = picture.sample_aspect_ratio;
    auto const stretch = sar.num > 0 && sar.den > 0 ? av_q2d(sar) : 1.0;
    auto const shown = std::max(2.0, picture.width * stretch);
    auto const width = std::min(static_cast<int>(width_), static_cast<int>(shown) / 2 * 2);
    auto const height = std::max(2, static_cast<int>(width * picture.height / shown / 2 + 0.5) * 2);
    if (width != scaled_width_ || height != scaled_height_) {
        auto const w = static_cast<unsigned>(width);
        auto const h = static_cast<unsigned>(height);
        stills_.clear();
        stills_.push_back({.format = wire::PictureFormat::jpeg,
                           .scaler = Scaler(w, h, ScaledColours::bt601_full)});
        stills_.push_back({.format = wire::PictureFormat::webp,
                           .scaler = Scaler(w, h, ScaledColours::bt601_limited)});
        scaled_width_ = width;
        scaled_height_ = height;
    }
    for (auto& [format, scaler] : stills_) {
        auto const small = scaler.scale(picture);
        if (!small) return std::unexpected(small.error());
        auto bytes = encode_picture(
            format == wire::PictureFormat::jpeg ? AV_CODEC_ID_MJPEG : AV_CODEC_ID_WEBP, **small);
        if (bytes.empty()) continue;
        output_(wire::Thumbnail{.format = format,
                                .width = static_cast<std::uint32_t>(width),
                                .height = static_cast<std::uint32_t>(height),
                                .pts = pts,
                                .picture = Blob(std::move(bytes))});
    }
    return {};
}

}  // namespace directfanz::worker
