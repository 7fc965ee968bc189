#pragma once

#include "base/clock.hpp"
#include "system/io/event_loop.hpp"

#include <cstddef>
#include <functional>
#include <list>
#include <memory>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/system/error_code.hpp>

namespace directfanz::io {

/// Coroutines of one loop that wait for the same event, thousands of them at no timer each.
///
/// The owner calls notify_all() when the event happens and expire() now and then; so deadlines are
/// as exact as the owner's sweep. What a waiter waits for it checks itself, again after each wake.
/// Destroying the queue wakes everybody as if the deadline had passed.
class WaitQueue {
  public:
    explicit WaitQueue(EventLoop& loop) : loop_(loop), waiters_(std::make_shared<Waiters>()) {}
    ~WaitQueue();
    WaitQueue(WaitQueue const&) = delete;
    WaitQueue& operator=(WaitQueue const&) = delete;

    enum class Wake { notified, expired };

    /// Throws operation_aborted when the coroutine is cancelled.
    Task<Wake> wait(SteadyTime deadline);

    void notify_all();
    void expire(SteadyTime now);

    std::size_t size() const { return waiters_->size(); }

  private:
    struct Waiter {
        SteadyTime deadline;
        asio::cancellation_slot slot;
        std::move_only_function<void(boost::system::error_code, Wake)> resume;
    };
    using Waiters = std::list<Waiter>;

    /// Resumes those of `woken` in one go, later: a waiter may wait again, or destroy the queue.
    void resume(Waiters woken, Wake wake);

    EventLoop& loop_;
    // Shared with the cancellation handlers, which may outlive the queue.
    std::shared_ptr<Waiters> waiters_;
};

}  // namespace directfanz::io
