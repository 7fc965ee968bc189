#include "worker/x264_encoder.hpp"

#include "base/bytes.hpp"
#include "media/codec/decoder_config.hpp"
#include "media/codec/nal_unit.hpp"
#include "media/codec/track.hpp"

#include <cmath>
#include <span>
#include <utility>
#include <vector>

extern "C" {
#include <libavutil/frame.h>
#include <x264.h>
}

namespace directfanz::worker {

namespace {

constexpr int kBFrames = 2;

/// What the measurements chose (docs/benchmarks.md): superfast with two B-frames and a short
/// lookahead beats veryfast without them at half the cost.
Result<x264_param_t> parameters(EncoderSettings const& settings) {
    x264_param_t p;
    if (x264_param_default_preset(&p, "superfast", "zerolatency") < 0)
        return fail(ErrorKind::io, "worker.x264", "x264 does not know its own presets");
    p.i_log_level = X264_LOG_NONE;
    p.i_csp = X264_CSP_I420;
    p.i_width = static_cast<int>(settings.width);
    p.i_height = static_cast<int>(settings.height);
    p.vui.i_sar_width = p.vui.i_sar_height = 1;
    p.vui.b_fullrange = 0;
    p.vui.i_colorprim = settings.colours.primaries;
    p.vui.i_transfer = settings.colours.transfer;
    p.vui.i_colmatrix = settings.colours.matrix;
    p.i_fps_num = static_cast<std::uint32_t>(std::lround(settings.frame_rate * 1000));
    p.i_fps_den = 1000;

    p.i_bframe = kBFrames;
    p.i_bframe_adaptive = X264_B_ADAPT_NONE;
    p.i_bframe_pyramid = X264_B_PYRAMID_NONE;
    p.analyse.b_weighted_bipred = 0;
    p.rc.i_lookahead = static_cast<int>(X264Encoder::kDelay);
    p.rc.b_mb_tree = 1;
    p.i_sync_lookahead = 0;
    p.i_threads = 1;
    p.i_lookahead_threads = 1;
    p.b_sliced_threads = 0;
    // "Constant" input means that times are not looked at: they pass through, and cost no delay.
    p.b_vfr_input = 0;

    p.i_keyint_max = X264_KEYINT_MAX_INFINITE;
    p.i_scenecut_threshold = 0;
    p.b_intra_refresh = 0;
    p.b_open_gop = 0;
    p.b_repeat_headers = 0;
    p.b_annexb = 0;

    auto const kbits = static_cast<int>(settings.bitrate / 1000);
    p.rc.i_rc_method = X264_RC_ABR;
    p.rc.i_bitrate = kbits;
    p.rc.i_vbv_max_bitrate = kbits;
    p.rc.i_vbv_buffer_size = kbits;
    return p;
}

Result<Blob> config_of(x264_t* encoder) {
    x264_nal_t* nals = nullptr;
    int count = 0;
    if (x264_encoder_headers(encoder, &nals, &count) < 0)
        return fail(ErrorKind::io, "worker.x264", "x264 gives no parameter sets");
    std::vector<ByteView> sps;
    std::vector<ByteView> pps;
    for (auto const& nal : std::span(nals, static_cast<std::size_t>(count))) {
        ByteView const bytes(nal.p_payload, static_cast<std::size_t>(nal.i_payload));
        if (nal.i_type == NAL_SPS) sps.push_back(bytes.subspan(4));
        if (nal.i_type == NAL_PPS) pps.push_back(bytes.subspan(4));
    }
    return h264::decoder_config_of(sps, pps);
}

/// The NAL units of an access unit that matter to a decoder; x264 puts its settings into an SEI.
Blob payload_of(std::span<x264_nal_t const> nals) {
    std::size_t size = 0;
    for (auto const& nal : nals)
        if (nal.i_type != NAL_SEI) size += static_cast<std::size_t>(nal.i_payload);
    Bytes bytes;
    bytes.reserve(size);
    for (auto const& nal : nals)
        if (nal.i_type != NAL_SEI)
            bytes.insert(bytes.end(), nal.p_payload, nal.p_payload + nal.i_payload);
    return Blob(std::move(bytes));
}

int x264_type(PictureType type) {
    switch (type) {
        case PictureType::key:
            return X264_TYPE_IDR;
        case PictureType::no_b_frame:
            return X264_TYPE_P;
        case PictureType::any:
            break;
    }
    return X264_TYPE_AUTO;
}

}  // namespace

void X264Encoder::Closer::operator()(x264_t* encoder) const {
    x264_encoder_close(encoder);
}

X264Encoder::X264Encoder(std::unique_ptr<x264_t, Closer> encoder, Blob decoder_config,
                         double frame_rate)
    : encoder_(std::move(encoder)),
      decoder_config_(std::move(decoder_config)),
      times_(std::lround(kVideoTimescale / frame_rate)) {}

Result<std::unique_ptr<VideoEncoder>> X264Encoder::open(EncoderSettings const& settings) {
    auto p = parameters(settings);
    if (!p) return std::unexpected(p.error());
    std::unique_ptr<x264_t, Closer> encoder(x264_encoder_open(&*p));
    if (encoder == nullptr) {
        return fail(ErrorKind::unsupported, "worker.x264",
                    "x264 refuses " + std::to_string(settings.width) + "x" +
                        std::to_string(settings.height) + " at " +
                        std::to_string(settings.bitrate) + " bit/s");
    }
    auto config = config_of(encoder.get());
    if (!config) return std::unexpected(config.error());
    return std::unique_ptr<VideoEncoder>(
        new X264Encoder(std::move(encoder), std::move(*config), settings.frame_rate));
}

Result<std::optional<Sample>> X264Encoder::step(void* picture) {
    x264_nal_t* nals = nullptr;
    int count = 0;
    x264_picture_t out;
    auto const size = x264_encoder_encode(encoder_.get(), &nals, &count,
                                          static_cast<x264_picture_t*>(picture), &out);
    if (size < 0) return fail(ErrorKind::io, "worker.x264", "x264 failed to encode a picture");
    if (size == 0) return std::nullopt;
    Sample sample;
    auto const time = times_.next();
    sample.dts = time.dts;
    sample.composition_offset = static_cast<std::int32_t>(out.i_pts - time.dts);
    sample.duration = time.duration;
    sample.sync = out.i_type == X264_TYPE_IDR;
    sample.payload = payload_of({nals, static_cast<std::size_t>(count)});
    return sample;
}

Result<std::vector<Sample>> X264Encoder::encode(AVFrame const& picture, std::int64_t pts,
                                                PictureType type) {
    x264_picture_t in;
    x264_picture_init(&in);
    in.i_type = x264_type(type);
    in.i_pts = pts;
    in.img.i_csp = X264_CSP_I420;
    in.img.i_plane = 3;
    for (int i = 0; i < 3; ++i) {
        in.img.plane[i] = picture.data[i];
        in.img.i_stride[i] = picture.linesize[i];
    }
    times_.shown(pts, type == PictureType::key);
    std::vector<Sample> samples;
    auto sample = step(&in);
    if (!sample) return std::unexpected(sample.error());
    if (*sample) samples.push_back(std::move(**sample));
    return samples;
}

Result<std::vector<Sample>> X264Encoder::flush() {
    std::vector<Sample> samples;
    while (x264_encoder_delayed_frames(encoder_.get()) > 0) {
        auto sample = step(nullptr);
        if (!sample) return std::unexpected(sample.error());
        if (*sample) samples.push_back(std::move(**sample));
    }
    return samples;
}

std::string X264Encoder::name() {
    return "x264 " + std::to_string(X264_BUILD);
}

}  // namespace directfanz::worker
