#include "worker/rung_thread.hpp"

#include <utility>

namespace directfanz::worker {

RungThread::RungThread(Rung rung)
    : rung_(std::move(rung)), thread_([this](std::stop_token const& stop) { run(stop); }) {}

Result<void> RungThread::encode(Frame picture, PictureTime const& time, double frame_rate) {
    if (auto const before = wait(); !before) return before;
    std::scoped_lock const lock(mutex_);
    job_.emplace(Job{.picture = std::move(picture), .time = time, .frame_rate = frame_rate});
    changed_.notify_all();
    return {};
}

Result<void> RungThread::wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !job_; });
    return result_;
}

void RungThread::run(std::stop_token const& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return job_.has_value(); })) {
        lock.unlock();
        auto result = rung_.encode(*job_->picture, job_->time, job_->frame_rate);
        lock.lock();
        result_ = std::move(result);
        job_.reset();
        changed_.notify_all();
    }
}

}  // namespace directfanz::worker
