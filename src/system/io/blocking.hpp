#pragma once

#include "system/io/event_loop.hpp"

#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace directfanz::io {

/// A few threads for what blocks: databases, disks, name look-ups.
class BlockingPool {
  public:
    explicit BlockingPool(std::size_t threads) : pool_(threads) {}
    ~BlockingPool() { stop(); }

    /// Runs `work` on a thread of the pool and returns its value on the calling coroutine's loop.
    /// Its exception is thrown there.
    template <typename Work>
    Task<std::invoke_result_t<Work&>> run(Work work) {
        using Value = std::invoke_result_t<Work&>;
        static_assert(!std::is_void_v<Value>, "return a Result<void> instead of nothing");
        std::optional<Value> value;
        std::exception_ptr failure;
        auto body = [&value, &failure, &work] {
            try {
                value.emplace(work());
            } catch (...) {
                failure = std::current_exception();
            }
        };
        co_await run_and_resume(std::move_only_function<void()>(body));
        if (failure) std::rethrow_exception(failure);
        co_return std::move(*value);
    }

    /// Runs `work` on a thread of the pool; nobody waits for it. From any thread.
    void post(std::move_only_function<void()> work);

    /// Waits for what runs; what has not begun is dropped.
    void stop();

  private:
    Task<> run_and_resume(std::move_only_function<void()> body);

    asio::thread_pool pool_;
};

}  // namespace directfanz::io
