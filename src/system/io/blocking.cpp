#include "system/io/blocking.hpp"

#include <memory>

#include <boost/asio/executor_work_guard.hpp>

namespace directfanz::io {

Task<> BlockingPool::run_and_resume(std::move_only_function<void()> body) {
    auto& loop = *EventLoop::current();
    // The coroutine stays suspended, and so the frame that `body` refers to alive, until it is
    // resumed here: the operation takes no cancellation.
    auto initiate = [this, &loop](auto handler, std::move_only_function<void()> work) {
        asio::post(pool_, [&loop, handler = std::move(handler), work = std::move(work)]() mutable {
            work();
            loop.post([handler = std::move(handler)]() mutable { std::move(handler)(); });
        });
    };
    co_await asio::async_initiate<asio::use_awaitable_t<Executor> const, void()>(initiate, awaiting,
                                                                                 std::move(body));
}

void BlockingPool::post(std::move_only_function<void()> work) {
    asio::post(pool_, std::move(work));
}

void BlockingPool::stop() {
    pool_.stop();
    pool_.join();
}

}  // namespace directfanz::io
