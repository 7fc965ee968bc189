#pragma once

#include "base/result.hpp"
#include "worker/libav.hpp"

#include <memory>
#include <optional>

struct AVFilterContext;
struct AVFilterGraph;

namespace directfanz::worker {

/// What a picture must go through before it is scaled; most need nothing.
struct FilterNeeds {
    /// Its lines are of two moments.
    bool deinterlace = false;
    /// Its transfer function is one of HDR (PQ, HLG).
    bool tone_map = false;

    bool any() const { return deinterlace || tone_map; }
    bool operator==(FilterNeeds const&) const = default;
};

FilterNeeds needs_of(AVFrame const& frame);

/// Makes progressive pictures in SDR, 4:2:0 in 8 bits, of interlaced or HDR ones. Deinterlacing
/// looks at the next picture too, and so is one late.
class FrameFilter {
  public:
    /// For pictures like `first`; larger ones than `width` by `height` become that small, since
    /// tone-mapping is done in floating point. Errors: unsupported if the library lacks a filter.
    static Result<FrameFilter> open(AVFrame const& first, FilterNeeds const& needs, int width,
                                    int height);

    /// Whether it was opened for pictures like this one.
    bool fits(AVFrame const& frame, FilterNeeds const& needs) const;
    bool deinterlaces() const { return needs_.deinterlace; }

    /// Errors: io.
    Result<void> send(Frame frame);
    /// No more pictures come.
    void drain();
    /// With the PTS that it came in with; null if there is none ready.
    Frame receive();

  private:
    struct GraphDeleter {
        void operator()(AVFilterGraph* graph) const;
    };

    FrameFilter() = default;

    std::unique_ptr<AVFilterGraph, GraphDeleter> graph_;
    AVFilterContext* source_ = nullptr;
    AVFilterContext* sink_ = nullptr;
    FilterNeeds needs_;
    int width_ = 0;
    int height_ = 0;
    int format_ = -1;
};

}  // namespace directfanz::worker
