#include "worker/audio_decoder.hpp"

#include <cstring>
#include <new>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/mem.h>
}

namespace directfanz::worker {

AudioDecoder::AudioDecoder(CodecContext context)
    : context_(std::move(context)), packet_(new_packet()) {}

Result<AudioDecoder> AudioDecoder::open(ByteView decoder_config) {
    auto const* const codec = avcodec_find_decoder(AV_CODEC_ID_AAC);
    if (codec == nullptr)
        return fail(ErrorKind::unsupported, "worker", "libavcodec has no AAC decoder");
    CodecContext context(avcodec_alloc_context3(codec));
    auto* const extradata = static_cast<std::uint8_t*>(
        av_mallocz(decoder_config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (context == nullptr || extradata == nullptr) throw std::bad_alloc();
    if (!decoder_config.empty())
        std::memcpy(extradata, decoder_config.data(), decoder_config.size());
    context->extradata = extradata;
    context->extradata_size = static_cast<int>(decoder_config.size());
    context->thread_count = 1;
    if (auto const code = avcodec_open2(context.get(), codec, nullptr); code < 0)
        return libav_failure("the audio decoder refuses the stream's configuration", code);
    return AudioDecoder(std::move(context));
}

void AudioDecoder::send(ByteView payload, std::int64_t pts) {
    // An empty packet would be the end.
    if (payload.empty()) return;
    if (av_new_packet(packet_.get(), static_cast<int>(payload.size())) < 0) throw std::bad_alloc();
    std::memcpy(packet_->data, payload.data(), payload.size());
    packet_->pts = pts;
    avcodec_send_packet(context_.get(), packet_.get());
    av_packet_unref(packet_.get());
}

Frame AudioDecoder::receive() {
    auto frame = new_frame();
    if (avcodec_receive_frame(context_.get(), frame.get()) < 0) return nullptr;
    return frame;
}

}  // namespace directfanz::worker
