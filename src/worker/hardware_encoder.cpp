#include "worker/hardware_encoder.hpp"

#include "base/byte_writer.hpp"
#include "media/codec/decoder_config.hpp"
#include "media/codec/nal_unit.hpp"
#include "media/codec/track.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <new>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
#include <libavutil/hwcontext.h>
#include <libavutil/opt.h>
}

namespace directfanz::worker {
namespace {

/// Key pictures are asked for; no encoder counts so far by itself (16 bits is what QSV takes).
constexpr int kNoKeyPictures = 65'535;
/// Of the card's memory, in pictures.
constexpr int kPicturesInCard = 8;

/// NAL units between start codes.
template <typename Visit>
void each_nal_unit(ByteView stream, Visit visit) {
    constexpr std::array<std::uint8_t, 3> kStart{0, 0, 1};
    auto at = std::search(stream.begin(), stream.end(), kStart.begin(), kStart.end());
    while (at != stream.end()) {
        auto const begin = at + 3;
        at = std::search(begin, stream.end(), kStart.begin(), kStart.end());
        auto end = at;
        // trailing_zero_8bits, and the first byte of a longer start code.
        while (end != begin && *(end - 1) == 0) --end;
        if (end != begin) visit(ByteView(begin, end));
    }
}

bool shown(h264::NalType type) {
    return type == h264::NalType::slice || type == h264::NalType::idr_slice;
}

void interleave(AVFrame const& from, AVFrame& to) {
    for (int y = 0; y < from.height; ++y)
        std::copy_n(from.data[0] + y * from.linesize[0], from.width,
                    to.data[0] + y * to.linesize[0]);
    for (int y = 0; y < from.height / 2; ++y) {
        auto const* const u = from.data[1] + y * from.linesize[1];
        auto const* const v = from.data[2] + y * from.linesize[2];
        auto* const uv = to.data[1] + y * to.linesize[1];
        for (int x = 0; x < from.width / 2; ++x) {
            uv[2 * x] = u[x];
            uv[2 * x + 1] = v[x];
        }
    }
}

std::unexpected<Error> no_encoder(std::string const& codec, std::string const& why) {
    return fail(ErrorKind::unavailable, "worker", codec + ": " + why);
}

}  // namespace

Blob without_start_codes(ByteView access_unit) {
    ByteWriter out;
    each_nal_unit(access_unit, [&out](ByteView nal) {
        if (!shown(h264::nal_type(nal))) return;
        out.u32(static_cast<std::uint32_t>(nal.size()));
        out.bytes(nal);
    });
    return Blob(out.take());
}

Result<Blob> decoder_config_of_byte_stream(ByteView parameter_sets) {
    std::vector<ByteView> sps;
    std::vector<ByteView> pps;
    each_nal_unit(parameter_sets, [&](ByteView nal) {
        if (h264::nal_type(nal) == h264::NalType::sps) sps.push_back(nal);
        if (h264::nal_type(nal) == h264::NalType::pps) pps.push_back(nal);
    });
    return h264::decoder_config_of(sps, pps);
}

void HardwareEncoder::BufferDeleter::operator()(AVBufferRef* buffer) const {
    av_buffer_unref(&buffer);
}

HardwareEncoder::Dialect HardwareEncoder::dialect_of(EncoderKind kind) {
    using Pictures = Dialect::Pictures;
    switch (kind) {
        case EncoderKind::nvenc:
            return {.codec = "h264_nvenc",
                    .options = {{"preset", "p4"},
                                {"tune", "ull"},
                                {"rc", "cbr"},
                                {"delay", "0"},
                                {"zerolatency", "1"},
                                {"forced-idr", "1"}},
                    .pictures = Pictures::planar};
        case EncoderKind::qsv:
            return {.codec = "h264_qsv",
                    .options = {{"async_depth", "1"}, {"look_ahead", "0"}, {"forced_idr", "1"}},
                    .pictures = Pictures::interleaved};
        case EncoderKind::vaapi:
        case EncoderKind::x264:
            break;
    }
    // It makes an IDR picture of each that is to be an I picture.
    return {.codec = "h264_vaapi",
            .options = {{"async_depth", "1"}, {"rc_mode", "CBR"}},
            .pictures = Pictures::uploaded};
}

std::string HardwareEncoder::name(EncoderKind kind) {
    auto const version = avcodec_version();
    return dialect_of(kind).codec + " of libavcodec " + std::to_string(AV_VERSION_MAJOR(version)) +
           "." + std::to_string(AV_VERSION_MINOR(version)) + "." +
           std::to_string(AV_VERSION_MICRO(version));
}

Result<std::unique_ptr<VideoEncoder>> HardwareEncoder::open(EncoderKind kind,
                                                            EncoderSettings const& settings) {
    return open(dialect_of(kind), settings);
}

Result<std::unique_ptr<VideoEncoder>> HardwareEncoder::open(Dialect const& dialect,
                                                            EncoderSettings const& settings) {
    std::unique_ptr<HardwareEncoder> encoder(new HardwareEncoder(dialect));
    if (auto const opened = encoder->open_card(settings); !opened)
        return std::unexpected(opened.error());
    if (auto const opened = encoder->open_codec(settings); !opened)
        return std::unexpected(opened.error());
    return encoder;
}

Result<void> HardwareEncoder::open_card(EncoderSettings const& settings) {
    if (dialect_.pictures != Dialect::Pictures::uploaded) return {};
    AVBufferRef* card = nullptr;
    auto code = av_hwdevice_ctx_create(&card, AV_HWDEVICE_TYPE_VAAPI, nullptr, nullptr, 0);
    card_.reset(card);
    if (code < 0) {
        return no_encoder(dialect_.codec,
                          "no graphics card with VA-API can be opened: " + words_of(code));
    }
    pictures_.reset(av_hwframe_ctx_alloc(card_.get()));
    if (pictures_ == nullptr) throw std::bad_alloc();
    auto& pictures = *reinterpret_cast<AVHWFramesContext*>(pictures_->data);
    pictures.format = AV_PIX_FMT_VAAPI;
    pictures.sw_format = AV_PIX_FMT_NV12;
    pictures.width = static_cast<int>(settings.width);
    pictures.height = static_cast<int>(settings.height);
    pictures.initial_pool_size = kPicturesInCard;
    code = av_hwframe_ctx_init(pictures_.get());
    if (code < 0)
        return no_encoder(dialect_.codec, "the card has no room for pictures: " + words_of(code));
    return {};
}

Result<void> HardwareEncoder::open_codec(EncoderSettings const& settings) {
    auto const* const codec = avcodec_find_encoder_by_name(dialect_.codec.c_str());
    if (codec == nullptr) return no_encoder(dialect_.codec, "not in this libavcodec");
    context_.reset(avcodec_alloc_context3(codec));
    if (context_ == nullptr) throw std::bad_alloc();
    auto& c = *context_;
    c.width = static_cast<int>(settings.width);
    c.height = static_cast<int>(settings.height);
    c.sample_aspect_ratio = {1, 1};
    c.time_base = {1, static_cast<int>(kVideoTimescale)};
    c.framerate = {static_cast<int>(std::lround(settings.frame_rate * 1000)), 1000};
    c.bit_rate = settings.bitrate;
    c.rc_max_rate = settings.bitrate;
    c.rc_buffer_size = static_cast<int>(settings.bitrate);
    c.gop_size = kNoKeyPictures;
    c.max_b_frames = 0;
    c.color_range = AVCOL_RANGE_MPEG;
    c.color_primaries = static_cast<AVColorPrimaries>(settings.colours.primaries);
    c.color_trc = static_cast<AVColorTransferCharacteristic>(settings.colours.transfer);
    c.colorspace = static_cast<AVColorSpace>(settings.colours.matrix);
    c.flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_LOW_DELAY;
    c.thread_count = 1;
    switch (dialect_.pictures) {
        case Dialect::Pictures::planar:
            c.pix_fmt = AV_PIX_FMT_YUV420P;
            break;
        case Dialect::Pictures::interleaved:
            c.pix_fmt = AV_PIX_FMT_NV12;
            break;
        case Dialect::Pictures::uploaded:
            c.pix_fmt = AV_PIX_FMT_VAAPI;
            c.hw_frames_ctx = av_buffer_ref(pictures_.get());
            break;
    }
    for (auto const& [option, value] : dialect_.options) {
        // A driver of another age may lack one; what it cannot do without fails below.
        av_opt_set(c.priv_data, option.c_str(), value.c_str(), 0);
    }
    if (auto const code = avcodec_open2(&c, codec, nullptr); code < 0) {
        return no_encoder(dialect_.codec,
                          "it does not open; mostly there is no such card, its driver is missing, "
                          "or it is as busy as it can be: " +
                              words_of(code));
    }
    auto config =
        decoder_config_of_byte_stream({c.extradata, static_cast<std::size_t>(c.extradata_size)});
    if (!config) return std::unexpected(config.error());
    decoder_config_ = std::move(*config);
    packet_ = new_packet();
    return {};
}

Result<Frame> HardwareEncoder::handed_over(AVFrame const& picture) const {
    if (dialect_.pictures == Dialect::Pictures::planar) return share(picture);
    auto interleaved = new_frame();
    interleaved->format = AV_PIX_FMT_NV12;
    interleaved->width = picture.width;
    interleaved->height = picture.height;
    if (av_frame_get_buffer(interleaved.get(), 0) < 0) throw std::bad_alloc();
    interleave(picture, *interleaved);
    if (dialect_.pictures == Dialect::Pictures::interleaved) return interleaved;
    auto uploaded = new_frame();
    auto code = av_hwframe_get_buffer(pictures_.get(), uploaded.get(), 0);
    if (code >= 0) code = av_hwframe_transfer_data(uploaded.get(), interleaved.get(), 0);
    if (code < 0) return libav_failure("the card takes no picture", code);
    return uploaded;
}

Result<std::vector<Sample>> HardwareEncoder::encode(AVFrame const& picture, std::int64_t pts,
                                                    PictureType type) {
    auto frame = handed_over(picture);
    if (!frame) return std::unexpected(frame.error());
    (*frame)->pts = pts;
    (*frame)->pict_type = type == PictureType::key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    // What decoders saw in it says nothing about what is to be made.
    (*frame)->key_frame = type == PictureType::key ? 1 : 0;
    if (auto const code = avcodec_send_frame(context_.get(), frame->get()); code < 0)
        return libav_failure(dialect_.codec + " takes no picture", code);
    return collect();
}

Result<std::vector<Sample>> HardwareEncoder::collect() {
    std::vector<Sample> samples;
    for (;;) {
        auto const code = avcodec_receive_packet(context_.get(), packet_.get());
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return samples;
        if (code < 0) return libav_failure(dialect_.codec + " failed to encode a picture", code);
        // Its own decode times may lie before the first picture; there is no order but one.
        auto const pts = packet_->pts;
        samples.push_back({.dts = pts,
                           .sync = (packet_->flags & AV_PKT_FLAG_KEY) != 0,
                           .payload = without_start_codes(
                               {packet_->data, static_cast<std::size_t>(packet_->size)})});
        av_packet_unref(packet_.get());
    }
}

Result<std::vector<Sample>> HardwareEncoder::flush() {
    if (auto const code = avcodec_send_frame(context_.get(), nullptr); code < 0)
        return libav_failure(dialect_.codec + " does not end", code);
    return collect();
}

}  // namespace directfanz::worker
