#include "system/io/poller.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <unistd.h>

namespace directfanz::io {
namespace {

/// In one turn; timers and what was posted come in between.
constexpr std::size_t kEventsInATurn = 128;

constexpr std::uint32_t kEnded = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

int make_epoll() {
    auto const descriptor = ::epoll_create1(EPOLL_CLOEXEC);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    return descriptor;
}

}  // namespace

Poller::Poller(asio::execution_context& context)
    : service(context),
      loop_(static_cast<asio::io_context&>(context)),
      prompt_{.epoll = make_epoll()},
      unhurried_{.epoll = make_epoll()},
      prompt_epoll_(loop_.get_executor(), prompt_.epoll),
      turn_(loop_.get_executor()) {}

Poller::~Poller() = default;

void Poller::shutdown() noexcept {
    // A wait owns its coroutine, which may own other watches: each is taken out before it goes.
    while (!watches_.empty()) {
        auto* const watch = watches_.front();
        watches_.pop_front();
        watch->place_ = watches_.end();
        std::vector<std::move_only_function<void()>> dropped;
        for (auto* const lane : {&watch->readable_, &watch->writable_}) {
            for (auto& wait : lane->waits) dropped.push_back(watch->end(wait));
        }
    }
    turn_.cancel();
    boost::system::error_code ignored;
    prompt_epoll_.close(ignored);
    ::close(unhurried_.epoll);
}

void Poller::watch(Group& group) {
    if (group.watched || group.waits == 0) return;
    group.watched = true;
    auto tell = [this, &group](boost::system::error_code const& error) {
        group.watched = false;
        if (error) return;
        handle_events(group);
        watch(group);
    };
    if (&group == &prompt_) {
        prompt_epoll_.async_wait(asio::posix::descriptor_base::wait_read, tell);
    } else {
        turn_.expires_after(unhurried_turn(group.members));
        turn_.async_wait(tell);
    }
}

void Poller::handle_events(Group& group) {
    std::array<epoll_event, kEventsInATurn> events;
    auto const count = ::epoll_wait(group.epoll, events.data(), events.size(), 0);
    if (count <= 0) return;
    events_ = std::span(events).first(static_cast<std::size_t>(count));
    for (; !events_.empty(); events_ = events_.subspan(1)) {
        auto& event = events_.front();
        // A watch that goes while it or others are told takes its pointer with it.
        auto const told = [&event] { return static_cast<Watch*>(event.data.ptr); };
        if (told() == nullptr) continue;
        auto const flags = event.events;
        if ((flags & kEnded) != 0) told()->over_ = true;
        auto const readable = (flags & (EPOLLIN | kEnded)) != 0;
        auto const writable = (flags & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
        if (readable) told()->readable_.ready = true;
        if (writable) told()->writable_.ready = true;
        for (std::size_t i = 0; i < 2; ++i) {
            if (readable && told() != nullptr) told()->wake(told()->readable_.waits[i]);
            if (writable && told() != nullptr) told()->wake(told()->writable_.waits[i]);
        }
    }
}

Watch::Watch(asio::io_context& loop, int descriptor)
    : poller_(asio::use_service<Poller>(loop)),
      group_(&poller_.prompt_),
      descriptor_(descriptor),
      place_(poller_.watches_.insert(poller_.watches_.end(), this)) {
    join(poller_.prompt_);
}

Watch::~Watch() {
    cancel();
    if (place_ == poller_.watches_.end()) return;
    poller_.watches_.erase(place_);
    leave();
}

void Watch::join(Poller::Group& group) {
    group_ = &group;
    ++group.members;
    epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = this}};
    if (::epoll_ctl(group.epoll, EPOLL_CTL_ADD, descriptor_, &event) < 0) {
        // No memory for it, or no descriptor: whoever tries learns the same.
        over_ = readable_.ready = writable_.ready = true;
    }
}

void Watch::leave() {
    --group_->members;
    for (auto& event : poller_.events_) {
        if (event.data.ptr == this) event.data.ptr = nullptr;
    }
    ::epoll_ctl(group_->epoll, EPOLL_CTL_DEL, descriptor_, nullptr);
}

void Watch::take_time() {
    if (group_ == &poller_.unhurried_) return;
    leave();
    join(poller_.unhurried_);
}

Task<> Watch::ready(Readiness readiness) {
    auto initiate = [this, readiness](auto handler) {
        auto& of = lane(readiness);
        auto& wait = of.waits[0].resume ? of.waits[1] : of.waits[0];
        if (wait.resume) return asio::post(poller_.loop_, std::move(handler));
        wait.slot = asio::get_associated_cancellation_slot(handler);
        wait.resume = std::move(handler);
        ++group_->waits;
        if (wait.slot.is_connected()) {
            wait.slot.assign([this, &wait](asio::cancellation_type) { end_later(wait); });
        }
        if (of.ready) {
            end_later(wait);
        } else {
            poller_.watch(*group_);
        }
    };
    return asio::async_initiate<asio::use_awaitable_t<Executor> const, void()>(initiate, awaiting);
}

void Watch::exhausted(Readiness readiness) {
    lane(readiness).ready = over_;
}

void Watch::cancel() {
    for (auto* const of : {&readable_, &writable_}) {
        for (auto& wait : of->waits) end_later(wait);
    }
}

std::move_only_function<void()> Watch::end(Wait& wait) {
    if (!wait.resume) return {};
    --group_->waits;
    // From here on a cancellation comes too late.
    std::exchange(wait.slot, {}).clear();
    return std::exchange(wait.resume, nullptr);
}

void Watch::wake(Wait& wait) {
    auto resume = end(wait);
    if (resume) resume();
}

void Watch::end_later(Wait& wait) {
    auto resume = end(wait);
    if (resume) asio::post(poller_.loop_, std::move(resume));
}

}  // namespace directfanz::io
