#pragma once

#include "base/result.hpp"
#include "worker/libav.hpp"
#include "worker/rung.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

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
    Result<void> wait();

  private:
    struct Job {
        Frame picture;
        PictureTime time;
        double frame_rate = 0;
    };

    void run(std::stop_token const& stop);

    Rung rung_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::optional<Job> job_;
    Result<void> result_;
    /// Last, so that it ends before what it uses.
    std::jthread thread_;
};

}  // namespace directfanz::worker
