#pragma once

#include "base/result.hpp"

#include <memory>
#include <string>

struct AVCodecContext;
struct AVFrame;
struct AVPacket;
struct SwrContext;
struct SwsContext;

/// Ownership of what the FFmpeg libraries allocate.
namespace directfanz::worker {

struct LibavDeleter {
    void operator()(AVCodecContext* context) const;
    void operator()(AVFrame* frame) const;
    void operator()(AVPacket* packet) const;
    void operator()(SwrContext* context) const;
    void operator()(SwsContext* context) const;
};

using CodecContext = std::unique_ptr<AVCodecContext, LibavDeleter>;
/// A reference to a picture or to audio. The data is shared with other references and immutable as
/// soon as there are two.
using Frame = std::unique_ptr<AVFrame, LibavDeleter>;
using Packet = std::unique_ptr<AVPacket, LibavDeleter>;
using Resampler = std::unique_ptr<SwrContext, LibavDeleter>;
using SwsScaler = std::unique_ptr<SwsContext, LibavDeleter>;

/// Empty ones. Memory that runs out ends the worker (std::bad_alloc).
Frame new_frame();
Packet new_packet();

/// A second reference to the same data.
Frame share(AVFrame const& frame);

/// What the library says to its negative return code.
std::string words_of(int code);

/// `what` and the library's words, of kind io.
std::unexpected<Error> libav_failure(std::string what, int code);

}  // namespace directfanz::worker
