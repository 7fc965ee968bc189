#include "worker/frame_filter.hpp"

#include "media/codec/track.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include <fmt/format.h>

extern "C" {
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/frame.h>
#include <libavutil/mathematics.h>
#include <libavutil/pixdesc.h>
}

namespace directfanz::worker {

namespace {

/// Nits of SDR's white, to which HDR is brought down.
constexpr int kPeak = 100;

bool is_hdr(AVFrame const& frame) {
    return frame.color_trc == AVCOL_TRC_SMPTE2084 || frame.color_trc == AVCOL_TRC_ARIB_STD_B67;
}

/// The graph's text, of the filters between source and sink.
std::string chain(AVFrame const& frame, FilterNeeds const& needs, int width, int height) {
    std::string text;
    if (needs.deinterlace) text += "bwdif=mode=send_frame:parity=auto:deint=interlaced,";
    if (needs.tone_map) {
        if (frame.width > width && frame.height > height) {
            // Both sides by one factor: the shape is the scaler's business.
            auto const factor = std::max(static_cast<double>(width) / frame.width,
                                         static_cast<double>(height) / frame.height);
            text += fmt::format("scale={}:{}:flags=bicubic,",
                                static_cast<int>(frame.width * factor / 2 + 0.5) * 2,
                                static_cast<int>(frame.height * factor / 2 + 0.5) * 2);
        }
        text += fmt::format(
            "zscale=transfer=linear:npl={},format=gbrpf32le,zscale=primaries=bt709,"
            "tonemap=tonemap=hable:desat=0,zscale=transfer=bt709:matrix=bt709:range=limited,",
            kPeak);
    }
    return text + "format=yuv420p";
}

}  // namespace

void FrameFilter::GraphDeleter::operator()(AVFilterGraph* graph) const {
    avfilter_graph_free(&graph);
}

FilterNeeds needs_of(AVFrame const& frame) {
    return {.deinterlace = frame.interlaced_frame != 0, .tone_map = is_hdr(frame)};
}

Result<FrameFilter> FrameFilter::open(AVFrame const& first, FilterNeeds const& needs, int width,
                                      int height) {
    FrameFilter filter;
    filter.graph_.reset(avfilter_graph_alloc());
    auto* const graph = filter.graph_.get();
    if (graph == nullptr) throw std::bad_alloc();
    graph->nb_threads = 1;
    auto const sar = first.sample_aspect_ratio;
    auto const source =
        fmt::format("video_size={}x{}:pix_fmt={}:time_base=1/{}:pixel_aspect={}/{}", first.width,
                    first.height, first.format, kVideoTimescale, sar.num, std::max(sar.den, 1));
    auto code = avfilter_graph_create_filter(&filter.source_, avfilter_get_by_name("buffer"), "in",
                                             source.c_str(), nullptr, graph);
    if (code >= 0) {
        code = avfilter_graph_create_filter(&filter.sink_, avfilter_get_by_name("buffersink"),
                                            "out", nullptr, nullptr, graph);
    }
    if (code >= 0) {
        // Named from the chain's side: what it reads comes out of "in".
        auto* from = avfilter_inout_alloc();
        auto* to = avfilter_inout_alloc();
        if (from == nullptr || to == nullptr) throw std::bad_alloc();
        *from = {.name = av_strdup("in"), .filter_ctx = filter.source_};
        *to = {.name = av_strdup("out"), .filter_ctx = filter.sink_};
        code = avfilter_graph_parse_ptr(graph, chain(first, needs, width, height).c_str(), &to,
                                        &from, nullptr);
        avfilter_inout_free(&from);
        avfilter_inout_free(&to);
    }
    if (code >= 0) code = avfilter_graph_config(graph, nullptr);
    if (code < 0) {
        return fail(ErrorKind::unsupported, "worker",
                    std::string(needs.tone_map ? "HDR pictures" : "interlaced pictures") +
                        " cannot be converted here (" + words_of(code) + "): send progressive SDR");
    }
    filter.needs_ = needs;
    filter.width_ = first.width;
    filter.height_ = first.height;
    filter.format_ = first.format;
    return filter;
}

bool FrameFilter::fits(AVFrame const& frame, FilterNeeds const& needs) const {
    return frame.width == width_ && frame.height == height_ && frame.format == format_ &&
           needs == needs_;
}

Result<void> FrameFilter::send(Frame frame) {
    auto const code = av_buffersrc_add_frame(source_, frame.get());
    if (code < 0) return libav_failure("a picture cannot be filtered", code);
    return {};
}

void FrameFilter::drain() {
    // Nothing can fail at the end but what has failed before.
    static_cast<void>(av_buffersrc_add_frame(source_, nullptr));
}

Frame FrameFilter::receive() {
    auto frame = new_frame();
    if (av_buffersink_get_frame(sink_, frame.get()) < 0) return nullptr;
    frame->pts = av_rescale_q(frame->pts, av_buffersink_get_time_base(sink_), {1, kVideoTimescale});
    if (needs_.tone_map) {
        frame->color_primaries = AVCOL_PRI_BT709;
        frame->color_trc = AVCOL_TRC_BT709;
        frame->colorspace = AVCOL_SPC_BT709;
        frame->color_range = AVCOL_RANGE_MPEG;
    }
    return frame;
}

}  // namespace directfanz::worker
