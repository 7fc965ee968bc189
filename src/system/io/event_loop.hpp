#pragma once

#include "system/io/task.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>

namespace directfanz::io {

/// One thread's reactor. What is created on a loop is used and destroyed on it; other threads reach
/// it by post() alone.
class EventLoop {
  public:
    /// From the first loop on, the process ignores SIGPIPE: a peer that has gone is an error of one
    /// write, and sendfile(2) knows no flag for that.
    explicit EventLoop(std::size_t index = 0);
    EventLoop(EventLoop const&) = delete;
    EventLoop& operator=(EventLoop const&) = delete;

    /// Which of the program's loops this is, from 0.
    std::size_t index() const { return index_; }

    asio::io_context& context() { return context_; }
    Executor executor() { return context_.get_executor(); }

    /// Runs `work` on this loop, later; from any thread.
    void post(std::move_only_function<void()> work);

    /// Starts a coroutine of its own on this loop. An exception that leaves it is logged, and ends
    /// the coroutine only. Prefer Scope::spawn, which waits for what it started.
    void spawn(Task<> task);

    /// Runs until stop(), on the calling thread.
    void run();
    /// From any thread.
    void stop();

    bool is_current() const { return current_ == this; }
    /// The loop of the calling thread; null elsewhere.
    static EventLoop* current() { return current_; }

  private:
    static thread_local EventLoop* current_;

    asio::io_context context_;
    std::size_t index_;
};

/// The program's loops, each on its own thread: one a core.
class LoopPool {
  public:
    explicit LoopPool(std::size_t count);
    ~LoopPool();

    std::size_t size() const { return loops_.size(); }
    EventLoop& operator[](std::size_t index) { return *loops_[index]; }

    auto begin() { return loops_.begin(); }
    auto end() { return loops_.end(); }

    /// Starts the threads.
    void start();
    /// Stops the loops and joins their threads. What the loops own must be gone, or be safe to
    /// abandon.
    void stop();

  private:
    std::vector<std::unique_ptr<EventLoop>> loops_;
    std::vector<std::jthread> threads_;
};

}  // namespace directfanz::io
