#pragma once

#include "base/result.hpp"
#include "media/transcode/wire/messages.hpp"
#include "worker/job_thread.hpp"
#include "worker/rung.hpp"
#include "worker/scaler.hpp"

#include <cstdint>
#include <optional>
#include <vector>

struct AVFrame;

namespace directfanz::worker {

/// Now and then one of the pictures, small, as JPEG and as WebP; made on a thread of its own, since
/// it takes longer than a picture lasts.
class Thumbnailer {
  public:
    /// No thumbnails if the setup's interval or width is 0.
    Thumbnailer(wire::Setup const& setup, Output output);

    /// Whether a thumbnail is due.
    bool due(std::int64_t pts) const;

    /// The width that a picture needs for it.
    unsigned width() const { return width_; }

    /// Begins to make one. Errors: io, unsupported: those of the scaler with the one before.
    Result<void> start(AVFrame const& picture, std::int64_t pts);

    /// Returns once the last one is made. Errors: as start().
    Result<void> wait() { return thread_.wait(); }

    /// The next picture makes one.
    void restart() { next_.reset(); }

  private:
    struct Still {
        wire::PictureFormat format = wire::PictureFormat::jpeg;
        Scaler scaler;
    };

    Result<void> make(AVFrame const& picture, std::int64_t pts);

    unsigned width_;
    std::int64_t interval_;
    Output output_;
    std::optional<std::int64_t> next_;
    /// From here on: the thread's.
    std::vector<Still> stills_;
    int scaled_width_ = 0;
    int scaled_height_ = 0;
    JobThread thread_;
};

}  // namespace directfanz::worker
