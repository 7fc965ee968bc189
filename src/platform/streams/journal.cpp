#include "platform/streams/journal.hpp"

#include "base/log.hpp"

#include <future>
#include <memory>

namespace directfanz::streams {
namespace {

/// It may succeed when it is tried again.
bool passing(ErrorKind kind) {
    return kind == ErrorKind::unavailable || kind == ErrorKind::timeout;
}

}  // namespace

Journal::Journal(std::string name) : name_(std::move(name)), thread_([this] { run(); }) {}

Journal::~Journal() {
    {
        std::lock_guard const lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
}

void Journal::write(std::string what, Work work) {
    {
        std::lock_guard const lock(mutex_);
        if (waiting_.size() >= kMostWaiting) {
            if (!std::exchange(dropping_, true))
                log::error("journal_full", {{"journal", name_}, {"limit", kMostWaiting}});
            return;
        }
        dropping_ = false;
        waiting_.push_back({.what = std::move(what), .work = std::move(work)});
    }
    changed_.notify_all();
}

void Journal::wait() {
    auto const reached = std::make_shared<std::promise<void>>();
    write("wait", [reached]() -> Result<void> {
        reached->set_value();
        return {};
    });
    reached->get_future().wait();
}

bool Journal::attempt(Entry const& entry) {
    auto const done = entry.work();
    if (done) return true;
    auto const again = passing(done.error().kind);
    log::error("not_written", {{"journal", name_},
                               {"what", entry.what},
                               {"error", describe(done.error())},
                               {"tried_again", again}});
    return !again;
}

void Journal::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        // It keeps its place: others are put behind it meanwhile.
        auto const& entry = waiting_.front();
        lock.unlock();
        auto const finished = attempt(entry);
        lock.lock();
        if (finished) {
            waiting_.pop_front();
        } else if (stopping_) {
            return;
        } else {
            changed_.wait_for(lock, kRetryInterval, [this] { return stopping_; });
        }
    }
}

}  // namespace directfanz::streams
