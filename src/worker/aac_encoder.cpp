#include "worker/aac_encoder.hpp"

#include <new>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/channel_layout.h>
}

namespace directfanz::worker {

AacEncoder::AacEncoder(CodecContext context, Blob decoder_config)
    : context_(std::move(context)),
      decoder_config_(std::move(decoder_config)),
      packet_(new_packet()) {}

Result<AacEncoder> AacEncoder::open(AudioShape const& shape, std::uint32_t bitrate) {
    auto const* const codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
    if (codec == nullptr)
        return fail(ErrorKind::unsupported, "worker", "libavcodec has no AAC encoder");
    CodecContext context(avcodec_alloc_context3(codec));
    if (context == nullptr) throw std::bad_alloc();
    context->sample_rate = shape.sample_rate;
    context->sample_fmt = AV_SAMPLE_FMT_FLTP;
    av_channel_layout_default(&context->ch_layout, shape.channels);
    context->bit_rate = bitrate;
    context->time_base = {1, shape.sample_rate};
    context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    context->thread_count = 1;
    if (auto const code = avcodec_open2(context.get(), codec, nullptr); code < 0) {
        return libav_failure("AAC cannot be encoded at " + std::to_string(bitrate) + " bit/s",
                             code);
    }
    auto config =
        Blob::copy_of({context->extradata, static_cast<std::size_t>(context->extradata_size)});
    return AacEncoder(std::move(context), std::move(config));
}

Result<std::vector<Sample>> AacEncoder::encode(AVFrame const* frame) {
    std::vector<Sample> samples;
    if (auto const code = avcodec_send_frame(context_.get(), frame); code < 0)
        return libav_failure("AAC cannot be encoded", code);
    while (avcodec_receive_packet(context_.get(), packet_.get()) == 0) {
        samples.push_back(
            {.dts = packet_->pts,
             .duration = static_cast<std::uint32_t>(kAacFrame),
             .sync = true,
             .payload = Blob::copy_of({packet_->data, static_cast<std::size_t>(packet_->size)})});
        av_packet_unref(packet_.get());
    }
    return samples;
}

}  // namespace directfanz::worker
