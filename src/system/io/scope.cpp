#include "system/io/scope.hpp"

#include "base/log.hpp"
#include "system/io/timer.hpp"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
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
    std::list<asio::cancellation_signal>::iterator signal;

    cancellation_slot_type get_cancellation_slot() const noexcept { return signal->slot(); }

    void operator()(std::exception_ptr failure) {
        state->running.erase(signal);
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
    auto const signal = state_->running.emplace(state_->running.end());
    asio::co_spawn(state_->loop.context(), std::move(task), Completion{state_, signal});
}

void Scope::cancel() {
    state_->closed = true;
    // A signal may end its coroutine at once and so leave the list while we walk it.
    auto& running = state_->running;
    for (auto it = running.begin(); it != running.end();) {
        auto const signal = it++;
        signal->emit(asio::cancellation_type::all);
    }
}

Task<> Scope::drained() {
    auto const state = state_;
    while (!state->running.empty()) {
        co_await sleep_for(state->loop, milliseconds(1));
    }
}

}  // namespace directfanz::io
