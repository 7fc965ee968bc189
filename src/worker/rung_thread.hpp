#pragma once

#include "base/result.hpp"
#include "worker/job_thread.hpp"
#include "worker/libav.hpp"
#include "worker/rung.hpp"

namespace directfanz::worker {

/// Encodes one rung's pictures on a thread of its own, one at a time, while the next picture is
/// decoded and scaled: a broadcast may take more than one core.
class RungThread {
  public:
    explicit RungThread(Rung rung);

    RungThread(RungThread const&) = delete;
    RungThread& operator=(RungThread const&) = delete;

    /// Rung::wants and Rung::scale may be called at any time, all else only after wait().
    Rung& rung() { return rung_; }

    /// Waits for the picture before this one, and returns its error if it had one.
    Result<void> encode(Frame picture, PictureTime const& time, double frame_rate);

    /// Returns once nothing is being encoded; the error of the last picture if it had one.
    Result<void> wait() { return thread_.wait(); }

  private:
    Rung rung_;
    /// Last, so that it ends before what it uses.
    JobThread thread_;
};

}  // namespace directfanz::worker
