#include "worker/libav.hpp"

#include <array>
#include <new>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/error.h>
#include <libavutil/frame.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

namespace directfanz::worker {

void LibavDeleter::operator()(AVCodecContext* context) const {
    avcodec_free_context(&context);
}

void LibavDeleter::operator()(AVFrame* frame) const {
    av_frame_free(&frame);
}

void LibavDeleter::operator()(AVPacket* packet) const {
    av_packet_free(&packet);
}

void LibavDeleter::operator()(SwrContext* context) const {
    swr_free(&context);
}

void LibavDeleter::operator()(SwsContext* context) const {
    sws_freeContext(context);
}

Frame new_frame() {
    Frame frame(av_frame_alloc());
    if (frame == nullptr) throw std::bad_alloc();
    return frame;
}

Packet new_packet() {
    Packet packet(av_packet_alloc());
    if (packet == nullptr) throw std::bad_alloc();
    return packet;
}

Frame share(AVFrame const& frame) {
    Frame copy(av_frame_clone(&frame));
    if (copy == nullptr) throw std::bad_alloc();
    return copy;
}

std::string words_of(int code) {
    std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
    av_strerror(code, text.data(), text.size());
    return text.data();
}

std::unexpected<Error> libav_failure(std::string what, int code) {
    return fail(ErrorKind::io, "worker", std::move(what) + ": " + words_of(code));
}

}  // namespace directfanz::worker
