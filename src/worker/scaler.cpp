#include "worker/scaler.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

extern "C" {
#include <libavutil/buffer.h>
#include <libavutil/frame.h>
#include <libavutil/pixfmt.h>
#include <libswscale/swscale.h>
}

namespace directfanz::worker {

namespace {

/// Vector instructions read and write whole registers.
constexpr int kAlignment = 128;
/// Shapes closer than this are stretched rather than framed: 854 by 480 is not quite 16:9.
constexpr double kShapeTolerance = 0.02;

constexpr std::uint8_t kBlackLuma = 16;
constexpr std::uint8_t kBlackChroma = 128;

int even(double value) {
    return static_cast<int>(value / 2 + 0.5) * 2;
}

bool full_range(AVFrame const& frame) {
    return frame.color_range == AVCOL_RANGE_JPEG || frame.format == AV_PIX_FMT_YUVJ420P;
}

}  // namespace

void Scaler::PoolDeleter::operator()(AVBufferPool* pool) const {
    av_buffer_pool_uninit(&pool);
}

Scaler::Scaler(unsigned width, unsigned height, ScaledColours colours)
    : width_(static_cast<int>(width)),
      height_(static_cast<int>(height)),
      stride_((width_ + kAlignment - 1) / kAlignment * kAlignment),
      colours_(colours) {
    // A chroma stride is half of it. One row more for registers that reach over the end.
    auto const bytes =
        static_cast<std::size_t>(stride_) * static_cast<std::size_t>(height_ * 3 / 2 + 1);
    pool_.reset(av_buffer_pool_init(bytes, nullptr));
    if (pool_ == nullptr) throw std::bad_alloc();
}

Scaler::Place Scaler::place_for(AVFrame const& source) const {
    auto const sar = source.sample_aspect_ratio;
    auto const stretch = sar.num > 0 && sar.den > 0 ? av_q2d(sar) : 1.0;
    auto const shape = source.width * stretch / source.height;
    auto const own_shape = static_cast<double>(width_) / height_;
    if (std::max(shape / own_shape, own_shape / shape) < 1 + kShapeTolerance)
        return {.width = width_, .height = height_};
    Place place{.width = width_, .height = height_};
    if (shape < own_shape) {
        place.width = std::max(2, even(height_ * shape));
    } else {
        place.height = std::max(2, even(width_ / shape));
    }
    place.x = (width_ - place.width) / 4 * 2;
    place.y = (height_ - place.height) / 4 * 2;
    return place;
}

Frame Scaler::empty_picture() {
    auto frame = new_frame();
    frame->buf[0] = av_buffer_pool_get(pool_.get());
    if (frame->buf[0] == nullptr) throw std::bad_alloc();
    frame->width = width_;
    frame->height = height_;
    frame->format = AV_PIX_FMT_YUV420P;
    frame->sample_aspect_ratio = {1, 1};
    frame->color_range = AVCOL_RANGE_MPEG;
    frame->linesize[0] = stride_;
    frame->linesize[1] = frame->linesize[2] = stride_ / 2;
    frame->data[0] = frame->buf[0]->data;
    frame->data[1] = frame->data[0] + static_cast<std::ptrdiff_t>(stride_) * height_;
    frame->data[2] = frame->data[1] + static_cast<std::ptrdiff_t>(stride_ / 2) * (height_ / 2);
    return frame;
}

Result<void> Scaler::open(AVFrame const& source, Place const& place) {
    luma_.reset();
    chroma_.reset();
    sws_.reset();
    auto const range = full_range(source) ? 1 : 0;
    auto const chroma_width = (source.width + 1) / 2;
    auto const chroma_height = (source.height + 1) / 2;
    if (colours_ == ScaledColours::as_source && source.format == AV_PIX_FMT_YUV420P && range == 0 &&
        PolyphaseScaler::fits(source.width, source.height, place.width, place.height) &&
        PolyphaseScaler::fits(chroma_width, chroma_height, place.width / 2, place.height / 2)) {
        luma_.emplace(source.width, source.height, place.width, place.height);
        chroma_.emplace(chroma_width, chroma_height, place.width / 2, place.height / 2);
        return {};
    }
    sws_.reset(sws_getContext(source.width, source.height,
                              static_cast<AVPixelFormat>(source.format), place.width, place.height,
                              AV_PIX_FMT_YUV420P, SWS_BICUBIC, nullptr, nullptr, nullptr));
    if (sws_ == nullptr) {
        return fail(ErrorKind::unsupported, "worker",
                    "pictures in this format cannot be scaled: send H.264, 4:2:0 in 8 bits");
    }
    auto const as_source = colours_ == ScaledColours::as_source;
    auto const* const from = sws_getCoefficients(as_source ? SWS_CS_DEFAULT : source.colorspace);
    auto const* const to = as_source ? from : sws_getCoefficients(SWS_CS_ITU601);
    auto const full = colours_ == ScaledColours::bt601_full ? 1 : 0;
    sws_setColorspaceDetails(sws_.get(), from, range, to, full, 0, 1 << 16, 1 << 16);
    return {};
}

Result<void> Scaler::prepare(AVFrame const& source) {
    auto const place = place_for(source);
    auto const range = full_range(source) ? 1 : 0;
    if ((sws_ != nullptr || luma_) && source.width == source_width_ &&
        source.height == source_height_ && source.format == source_format_ &&
        range == source_range_ && source.colorspace == source_matrix_ && place == place_) {
        return {};
    }
    if (auto const opened = open(source, place); !opened) return opened;
    source_matrix_ = source.colorspace;
    source_width_ = source.width;
    source_height_ = source.height;
    source_format_ = source.format;
    source_range_ = range;
    place_ = place;
    return {};
}

Result<Frame> Scaler::scale(AVFrame const& source) {
    if (colours_ == ScaledColours::as_source && source.width == width_ &&
        source.height == height_ && source.format == AV_PIX_FMT_YUV420P && !full_range(source) &&
        place_for(source).width == width_ && place_for(source).height == height_) {
        return share(source);
    }
    if (auto const ready = prepare(source); !ready) return std::unexpected(ready.error());
    auto frame = empty_picture();
    av_frame_copy_props(frame.get(), &source);
    frame->sample_aspect_ratio = {1, 1};
    frame->color_range = AVCOL_RANGE_MPEG;
    if (colours_ != ScaledColours::as_source) frame->colorspace = AVCOL_SPC_SMPTE170M;
    if (colours_ == ScaledColours::bt601_full) frame->color_range = AVCOL_RANGE_JPEG;
    std::array<std::uint8_t*, 4> planes{};
    for (std::size_t i = 0; i < 3; ++i) {
        auto const shift = i == 0 ? 0 : 1;
        if (place_.width != width_ || place_.height != height_) {
            std::memset(frame->data[i], i == 0 ? kBlackLuma : kBlackChroma,
                        static_cast<std::size_t>(frame->linesize[i]) *
                            static_cast<std::size_t>(height_ >> shift));
        }
        planes[i] = frame->data[i] +
                    static_cast<std::ptrdiff_t>(frame->linesize[i]) * (place_.y >> shift) +
                    (place_.x >> shift);
    }
    if (luma_) {
        luma_->scale(source.data[0], source.linesize[0], planes[0], frame->linesize[0]);
        chroma_->scale(source.data[1], source.linesize[1], planes[1], frame->linesize[1]);
        chroma_->scale(source.data[2], source.linesize[2], planes[2], frame->linesize[2]);
        return frame;
    }
    auto const rows = sws_scale(sws_.get(), source.data, source.linesize, 0, source.height,
                                planes.data(), frame->linesize);
    if (rows != place_.height) return libav_failure("a picture cannot be scaled", rows);
    return frame;
}

}  // namespace directfanz::worker
