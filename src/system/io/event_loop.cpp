#include "system/io/event_loop.hpp"

#include "base/log.hpp"

#include <csignal>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace directfanz::io {

thread_local EventLoop* EventLoop::current_ = nullptr;

EventLoop::EventLoop(std::size_t index) : context_(1), index_(index) {
    std::signal(SIGPIPE, SIG_IGN);
}

void EventLoop::post(std::move_only_function<void()> work) {
    asio::post(context_, std::move(work));
}

void EventLoop::spawn(Task<> task) {
    asio::co_spawn(context_, std::move(task), [](std::exception_ptr failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (std::exception const& e) {
            log::error("task_failed", {{"error", e.what()}});
        }
    });
}

void EventLoop::run() {
    auto const guard = asio::make_work_guard(context_);
    current_ = this;
    context_.run();
    current_ = nullptr;
}

void EventLoop::stop() {
    context_.stop();
}

LoopPool::LoopPool(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) loops_.push_back(std::make_unique<EventLoop>(i));
}

LoopPool::~LoopPool() {
    stop();
}

void LoopPool::start() {
    for (auto& loop : loops_) threads_.emplace_back([&loop] { loop->run(); });
}

void LoopPool::stop() {
    for (auto& loop : loops_) loop->stop();
    threads_.clear();
}

}  // namespace directfanz::io
