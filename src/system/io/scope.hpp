#pragma once

#include "system/io/event_loop.hpp"
#include "system/io/timer.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <vector>

#include <boost/asio/cancellation_signal.hpp>

namespace directfanz::io {

/// Owns the coroutines that it spawned on one loop: they can be counted, cancelled together and
/// waited for.
///
/// An owner that dies before its coroutines is the classic use-after-free of asynchronous code; so
/// it holds a Scope and, on its loop, calls cancel() and awaits drained() before it goes.
class Scope {
  public:
    explicit Scope(EventLoop& loop) : state_(std::make_shared<State>(loop)) {}
    ~Scope() { cancel(); }
    Scope(Scope const&) = delete;
    Scope& operator=(Scope const&) = delete;

    EventLoop& loop() { return state_->loop; }

    /// Starts `task`. An exception that leaves it is logged. After cancel() nothing starts any
    /// more.
    void spawn(Task<> task);

    /// Cancels what every coroutine awaits: it sees operation_aborted. On the loop only.
    void cancel();

    /// Returns when no coroutine is left. On the loop only.
    Task<> drained();

    std::size_t size() const { return state_->running.size(); }

  private:
    struct Completion;

    struct Running {
        asio::cancellation_signal signal;
        bool started = false;
    };

    struct State {
        explicit State(EventLoop& l) : loop(l) {}
        EventLoop& loop;
        bool closed = false;
        std::list<Running> running;
        /// What drained() waits on. Its coroutine owns it, and may be gone.
        std::vector<std::weak_ptr<SteadyTimer>> drains;
    };

    static Task<> run(std::shared_ptr<State> state, std::list<Running>::iterator self, Task<> task);

    std::shared_ptr<State> state_;
};

}  // namespace directfanz::io
