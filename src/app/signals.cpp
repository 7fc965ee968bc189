#include "app/signals.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace directfanz::app {
namespace {

int checked(int descriptor) {
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "signals");
    return descriptor;
}

}  // namespace

Signals::Signals() {
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signals_ = checked(::signalfd(-1, &set, SFD_CLOEXEC));
    notified_ = checked(::eventfd(0, EFD_CLOEXEC));
}

Signals::~Signals() {
    ::close(notified_);
    ::close(signals_);
}

int Signals::take_signal() {
    signalfd_siginfo info{};
    while (::read(signals_, &info, sizeof info) < 0 && errno == EINTR) {
    }
    return static_cast<int>(info.ssi_signo);
}

Signals::Wake Signals::wait_until(SteadyTime deadline) {
    std::array<pollfd, 2> watched{{{.fd = signals_, .events = POLLIN, .revents = 0},
                                   {.fd = notified_, .events = POLLIN, .revents = 0}}};
    for (;;) {
        auto const left = std::chrono::ceil<milliseconds>(deadline - steady_now()).count();
        auto const ready = ::poll(watched.data(), watched.size(),
                                  static_cast<int>(std::max<std::int64_t>(left, 0)));
        if (ready < 0) continue;  // EINTR
        if ((watched[0].revents & POLLIN) != 0) {
            auto const signal = take_signal();
            if (signal == SIGHUP) return Wake::reload;
            last_signal_ = signal;
            return Wake::signal;
        }
        if ((watched[1].revents & POLLIN) != 0) return Wake::notified;
        if (left <= 0) return Wake::deadline;
    }
}

void Signals::notify() {
    std::uint64_t const one = 1;
    // Fails only when the counter is full, and then the waiter is awake already.
    [[maybe_unused]] auto const written = ::write(notified_, &one, sizeof one);
}

}  // namespace directfanz::app
