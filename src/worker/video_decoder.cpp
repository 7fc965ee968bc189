#include "worker/video_decoder.hpp"

#include <cstring>
#include <new>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/mem.h>
}

namespace directfanz::worker {

namespace {

constexpr int kHighDefinition = 720;

/// Where the stream does not say, what players guess from its size; said aloud, since they would
/// guess otherwise from a smaller rung's.
void complete_colours(AVFrame& frame) {
    auto const high = frame.height >= kHighDefinition;
    if (frame.colorspace == AVCOL_SPC_UNSPECIFIED)
        frame.colorspace = high ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
    if (frame.color_primaries == AVCOL_PRI_UNSPECIFIED)
        frame.color_primaries = high ? AVCOL_PRI_BT709 : AVCOL_PRI_SMPTE170M;
    if (frame.color_trc == AVCOL_TRC_UNSPECIFIED)
        frame.color_trc = high ? AVCOL_TRC_BT709 : AVCOL_TRC_SMPTE170M;
}

}  // namespace

VideoDecoder::VideoDecoder(CodecContext context)
    : context_(std::move(context)), packet_(new_packet()) {}

Result<VideoDecoder> VideoDecoder::open(ByteView decoder_config, Pace pace) {
    auto const* const codec = avcodec_find_decoder(AV_CODEC_ID_H264);
    if (codec == nullptr)
        return fail(ErrorKind::unsupported, "worker", "libavcodec has no H.264 decoder");
    CodecContext context(avcodec_alloc_context3(codec));
    auto* const extradata = static_cast<std::uint8_t*>(
        av_mallocz(decoder_config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (context == nullptr || extradata == nullptr) throw std::bad_alloc();
    std::memcpy(extradata, decoder_config.data(), decoder_config.size());
    context->extradata = extradata;
    context->extradata_size = static_cast<int>(decoder_config.size());
    // A second thread costs CPU and a picture of delay; machines are filled with broadcasts.
    context->thread_count = pace == Pace::hurry ? 2 : 1;
    context->thread_type = FF_THREAD_FRAME;
    context->pkt_timebase = {1, 90'000};
    if (auto const code = avcodec_open2(context.get(), codec, nullptr); code < 0)
        return libav_failure("the decoder refuses the stream's configuration", code);
    return VideoDecoder(std::move(context));
}

void VideoDecoder::send(ByteView payload, std::int64_t pts, bool sync) {
    if (av_new_packet(packet_.get(), static_cast<int>(payload.size())) < 0) throw std::bad_alloc();
    std::memcpy(packet_->data, payload.data(), payload.size());
    packet_->pts = pts;
    packet_->flags = sync ? AV_PKT_FLAG_KEY : 0;
    avcodec_send_packet(context_.get(), packet_.get());
    av_packet_unref(packet_.get());
}

void VideoDecoder::skip_unreferenced(bool skip) {
    context_->skip_frame = skip ? AVDISCARD_NONREF : AVDISCARD_DEFAULT;
}

void VideoDecoder::drain() {
    avcodec_send_packet(context_.get(), nullptr);
}

void VideoDecoder::restart() {
    avcodec_flush_buffers(context_.get());
}

Frame VideoDecoder::receive() {
    auto frame = new_frame();
    if (avcodec_receive_frame(context_.get(), frame.get()) < 0) return nullptr;
    complete_colours(*frame);
    return frame;
}

bool VideoDecoder::damaged(AVFrame const& frame) {
    return frame.decode_error_flags != 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0;
}

double VideoDecoder::frame_rate() const {
    auto const rate = context_->framerate;
    return rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0;
}

}  // namespace directfanz::worker
