#pragma once

#include "system/io/event_loop.hpp"

#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/async_result.hpp>

namespace directfanz::io {

/// Runs `work` on `loop`, which may be another thread's, and returns its value on the calling
/// coroutine's loop. Not to be cancelled: it takes as long as the other loop needs to get to it.
template <typename Work>
Task<std::invoke_result_t<Work&>> call_on(EventLoop& loop, Work work) {
    using Value = std::invoke_result_t<Work&>;
    if (loop.is_current()) co_return work();

    auto& home = *EventLoop::current();
    std::optional<Value> value;
    std::exception_ptr failure;
    // The frame with `value`, `failure` and `work` lives until the handler resumes it.
    auto initiate = [&](auto handler) {
        loop.post([&value, &failure, &work, &home, handler = std::move(handler)]() mutable {
            try {
                value.emplace(work());
            } catch (...) {
                failure = std::current_exception();
            }
            home.post([handler = std::move(handler)]() mutable { std::move(handler)(); });
        });
    };
    co_await asio::async_initiate<asio::use_awaitable_t<Executor> const, void()>(initiate,
                                                                                 awaiting);
    if (failure) std::rethrow_exception(failure);
    co_return std::move(*value);
}

}  // namespace directfanz::io
