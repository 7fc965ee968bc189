#pragma once

#include "base/result.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace directfanz::worker {

/// A thread that does one thing at a time for the one that owns it.
class JobThread {
  public:
    using Job = std::move_only_function<Result<void>()>;

    JobThread();

    JobThread(JobThread const&) = delete;
    JobThread& operator=(JobThread const&) = delete;

    /// Waits for the job before this one, and returns its error if it had one.
    Result<void> start(Job job);

    /// Returns once nothing is being done; the error of the last job if it had one.
    Result<void> wait();

  private:
    void run(std::stop_token const& stop);

    std::mutex mutex_;
    std::condition_variable_any changed_;
    Job job_;
    Result<void> result_;
    /// Last, so that it ends before what it uses.
    std::jthread thread_;
};

}  // namespace directfanz::worker
