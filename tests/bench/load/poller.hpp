#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

namespace directfanz::load {

/// One thread's epoll, level-triggered, and its timers: as little as can be between a generator and
/// the kernel, so that what is measured is the server.
class Poller {
  public:
    class Watcher {
      public:
        /// `events` as epoll_wait(2) gives them.
        virtual void on_events(std::uint32_t events) = 0;

      protected:
        ~Watcher() = default;
    };

    Poller();
    ~Poller();
    Poller(Poller const&) = delete;
    Poller& operator=(Poller const&) = delete;

    /// Until forget(), or the descriptor is closed. The watcher must live for so long.
    void watch(int descriptor, std::uint32_t events, Watcher& watcher);
    void rewatch(int descriptor, std::uint32_t events, Watcher& watcher);
    void forget(int descriptor);

    /// Calls `work` at that time, or as soon after it as the thread is free.
    void at(SteadyTime time, std::function<void()> work);

    /// Until stop().
    void run();
    void stop() { stopped_ = true; }

    /// When the events that are being handled were learned of.
    SteadyTime now() const { return now_; }

  private:
    struct Timer {
        SteadyTime time;
        std::function<void()> work;
        bool operator<(Timer const& other) const { return time > other.time; }
    };

    void run_timers();
    void wait();

    int descriptor_;
    std::priority_queue<Timer> timers_;
    SteadyTime now_ = steady_now();
    bool stopped_ = false;
};

}  // namespace directfanz::load
