#include "system/io/scope.hpp"

#include "base/log.hpp"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/system/system_error.hpp>

namespace directfanz::io {

/// What runs when a coroutine has ended.
///
/// It names its cancellation slot itself. bind_cancellation_slot would also give it an executor,
/// and then Boost 1.81's co_spawn posts the cancellation instead of emitting it, so that it can
/// reach a coroutine which is gone.
struct Scope::Completion {
    using cancellation_slot_type = asio::cancellation_slot;

    std::shared_ptr<State> state;
    std::list<Running>::iterator self;

    cancellation_slot_type get_cancellation_slot() const noexcept { return self->signal.slot(); }

    void operator()(std::exception_ptr failure) {
        state->running.erase(self);
        if (state->running.empty()) {
            for (auto const& drain : std::exchange(state->drains, {})) {
                if (auto const waiting = drain.lock()) waiting->cancel();
            }
        }
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (boost::system::system_error const& e) {
            if (e.code() != asio::error::operation_aborted)
                log::error("task_failed", {{"error", e.what()}});
        } catch (std::exception const& e) {
            log::error("task_failed", {{"error", e.what()}});
        }
    }
};

void Scope::spawn(Task<> task) {
    if (state_->closed) return;
    auto const self = state_->running.emplace(state_->running.end());
    asio::co_spawn(state_->loop.context(), run(state_, self, std::move(task)),
                   Completion{state_, self});
}

Task<> Scope::run(std::shared_ptr<State> state, std::list<Running>::iterator self, Task<> task) {
    self->started = true;
    if (state->closed) co_return;
    co_await std::move(task);
}

void Scope::cancel() {
    // Once only: a scope that one of its own coroutines keeps alive dies while that one is taken
    // down, when there is nothing left to cancel.
    if (std::exchange(state_->closed, true)) return;
    // A signal may end its coroutine at once and so leave the list while we walk it.
    auto& running = state_->running;
    for (auto it = running.begin(); it != running.end();) {
        auto const self = it++;
        // One that another thread spawned, and that has not begun, looks at `closed` itself: Boost
        // 1.81 would let its operation_aborted escape into the loop.
        if (self->started) self->signal.emit(asio::cancellation_type::all);
    }
}

Task<> Scope::drained() {
    auto const state = state_;
    while (!state->running.empty()) {
        auto const drain = std::make_shared<SteadyTimer>(state->loop.executor(), SteadyTime::max());
        state->drains.push_back(drain);
        // Told by the same error whether the scope is empty or this coroutine cancelled; then the
        // next wait says so.
        boost::system::error_code ended;
        co_await drain->async_wait(asio::redirect_error(awaiting, ended));
    }
}

}  // namespace directfanz::io
