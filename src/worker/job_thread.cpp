#include "worker/job_thread.hpp"

#include <utility>

namespace directfanz::worker {

JobThread::JobThread() : thread_([this](std::stop_token const& stop) { run(stop); }) {}

Result<void> JobThread::start(Job job) {
    if (auto const before = wait(); !before) return before;
    std::scoped_lock const lock(mutex_);
    job_ = std::move(job);
    changed_.notify_all();
    return {};
}

Result<void> JobThread::wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !job_; });
    return result_;
}

void JobThread::run(std::stop_token const& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return static_cast<bool>(job_); })) {
        lock.unlock();
        auto result = job_();
        lock.lock();
        result_ = std::move(result);
        job_ = nullptr;
        changed_.notify_all();
    }
}

}  // namespace directfanz::worker
