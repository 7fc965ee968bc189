#include "load/poller.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/epoll.h>
#include <unistd.h>

namespace directfanz::load {
namespace {

constexpr int kEventsATime = 512;
constexpr std::chrono::nanoseconds kLongestWait = seconds(1);

[[noreturn]] void throw_errno(char const* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

Poller::Poller() : descriptor_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (descriptor_ < 0) throw_errno("epoll_create1");
}

Poller::~Poller() {
    ::close(descriptor_);
}

void Poller::watch(int descriptor, std::uint32_t events, Watcher& watcher) {
    epoll_event event{.events = events, .data = {.ptr = &watcher}};
    if (::epoll_ctl(descriptor_, EPOLL_CTL_ADD, descriptor, &event) != 0) throw_errno("epoll_ctl");
}

void Poller::rewatch(int descriptor, std::uint32_t events, Watcher& watcher) {
    epoll_event event{.events = events, .data = {.ptr = &watcher}};
    if (::epoll_ctl(descriptor_, EPOLL_CTL_MOD, descriptor, &event) != 0) throw_errno("epoll_ctl");
}

void Poller::forget(int descriptor) {
    if (::epoll_ctl(descriptor_, EPOLL_CTL_DEL, descriptor, nullptr) != 0) throw_errno("epoll_ctl");
}

void Poller::at(SteadyTime time, std::function<void()> work) {
    timers_.push({time, std::move(work)});
}

void Poller::run() {
    stopped_ = false;
    while (!stopped_) {
        run_timers();
        if (!stopped_) wait();
    }
}

void Poller::run_timers() {
    now_ = steady_now();
    while (!stopped_ && !timers_.empty() && timers_.top().time <= now_) {
        auto const work = timers_.top().work;
        timers_.pop();
        work();
    }
}

void Poller::wait() {
    std::chrono::nanoseconds longest = kLongestWait;
    if (!timers_.empty()) longest = std::min(longest, timers_.top().time - now_);
    auto const whole = std::chrono::floor<seconds>(longest);
    timespec const timeout{.tv_sec = whole.count(), .tv_nsec = (longest - whole).count()};
    std::array<epoll_event, kEventsATime> events;
    auto const count = ::epoll_pwait2(descriptor_, events.data(), kEventsATime, &timeout, nullptr);
    if (count < 0 && errno != EINTR) throw_errno("epoll_pwait2");
    now_ = steady_now();
    for (int i = 0; i < count && !stopped_; ++i) {
        auto const& event = events[static_cast<std::size_t>(i)];
        static_cast<Watcher*>(event.data.ptr)->on_events(event.events);
    }
}

}  // namespace directfanz::load
