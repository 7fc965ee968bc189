#include "system/io/wait_queue.hpp"

#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>

namespace directfanz::io {

WaitQueue::~WaitQueue() {
    resume(std::exchange(*waiters_, {}), Wake::expired);
}

Task<WaitQueue::Wake> WaitQueue::wait(SteadyTime deadline) {
    auto initiate = [waiters = waiters_, &loop = loop_, deadline](auto handler) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        auto const waiter =
            waiters->emplace(waiters->end(), Waiter{deadline, slot, std::move(handler)});
        if (!slot.is_connected()) return;
        std::weak_ptr<Waiters> const weak = waiters;
        slot.assign([weak, waiter, &loop, gone = false](asio::cancellation_type) mutable {
            // A second cancellation may come before the first has resumed the coroutine.
            if (std::exchange(gone, true)) return;
            auto const list = weak.lock();
            if (!list) return;
            auto resume = std::move(waiter->resume);
            list->erase(waiter);
            loop.post([resume = std::move(resume)]() mutable {
                resume(asio::error::operation_aborted, Wake::expired);
            });
        });
    };
    auto const wake =
        co_await asio::async_initiate<asio::use_awaitable_t<Executor> const,
                                      void(boost::system::error_code, Wake)>(initiate, awaiting);
    co_return wake;
}

void WaitQueue::notify_all() {
    resume(std::exchange(*waiters_, {}), Wake::notified);
}

void WaitQueue::expire(SteadyTime now) {
    Waiters expired;
    for (auto it = waiters_->begin(); it != waiters_->end();) {
        auto const next = std::next(it);
        if (it->deadline <= now) expired.splice(expired.end(), *waiters_, it);
        it = next;
    }
    resume(std::move(expired), Wake::expired);
}

void WaitQueue::resume(Waiters woken, Wake wake) {
    if (woken.empty()) return;
    // From here on a cancellation comes too late; its handler would refer to a waiter that has
    // left.
    for (auto& waiter : woken) waiter.slot.clear();
    loop_.post([woken = std::move(woken), wake]() mutable {
        for (auto& waiter : woken) waiter.resume({}, wake);
    });
}

}  // namespace directfanz::io
