#pragma once

#include "system/io/byte_stream.hpp"
#include "system/io/task.hpp"
#include "system/io/timer.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <list>
#include <span>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <sys/epoll.h>

namespace directfanz::io {

/// How often who is in no hurry is asked: of a few after less than a picture of 60 a second lasts,
/// of many less often, since each turn costs each of them some microseconds, whatever it finds.
constexpr milliseconds unhurried_turn(std::size_t members) {
    constexpr std::size_t kShortest = 10;
    constexpr std::size_t kLongest = 30;
    return milliseconds(std::clamp(members * 3 / 5, kShortest, kLongest));
}

/// Tells one loop's sockets when a try is worth while.
///
/// An edge-triggered epoll(7) of its own, which the loop's reactor watches like a socket: a
/// descriptor is registered once for its life, while the reactor's own async_wait costs a system
/// call, an allocation and a turn of its queue for every wait. One service an io_context, so that
/// what still waits is dropped when that ends.
///
/// Who is in no hurry is in a second epoll, which is asked in turns: hundreds that send
/// a little all the time are then served in one go, by a core that is awake and warm.
class Poller final : public asio::execution_context::service {
  public:
    static inline asio::execution_context::id id;

    explicit Poller(asio::execution_context& context);
    ~Poller() override;

  private:
    friend class Watch;

    void shutdown() noexcept override;

    struct Group {
        int epoll = -1;
        /// How many waits there are; without any the loop may come to its end.
        std::size_t waits = 0;
        std::size_t members = 0;
        /// Somebody will ask.
        bool watched = false;
    };

    void watch(Group& group);
    void handle_events(Group& group);

    asio::io_context& loop_;
    Group prompt_;
    /// The loop's reactor knows nothing of this one, or it would be woken for each event.
    Group unhurried_;
    asio::posix::basic_stream_descriptor<Executor> prompt_epoll_;
    SteadyTimer turn_;
    std::list<class Watch*> watches_;
    /// Reported, and not handled yet.
    std::span<epoll_event> events_;
};

/// A descriptor's place in the Poller of its loop, and its two waits, one for each kind of
/// readiness. On that loop only.
class Watch {
  public:
    /// `descriptor` does not block, and stays open as long as it is watched.
    Watch(asio::io_context& loop, int descriptor);
    /// Ends the waits.
    ~Watch();
    Watch(Watch const&) = delete;
    Watch& operator=(Watch const&) = delete;

    /// Returns when a try is worth while, when cancel() was called, or when the coroutine was
    /// cancelled; never without giving the loop's others a turn. For two at a time, a reader and a
    /// writer; TLS may want either to wait for the other's kind.
    Task<> ready(Readiness readiness);
    /// From now on a wait may end up to an unhurried_turn() later. Not while one lasts.
    void take_time();
    /// A try has found all that there was: it is worth while again when the system says so.
    void exhausted(Readiness readiness);
    /// Ends the waits, later in the loop.
    void cancel();

  private:
    friend class Poller;

    struct Wait {
        std::move_only_function<void()> resume;
        asio::cancellation_slot slot;
    };
    struct Lane {
        /// Since the last try that found nothing, the system has said that there is something.
        bool ready = false;
        std::array<Wait, 2> waits;
    };

    Lane& lane(Readiness readiness) {
        return readiness == Readiness::readable ? readable_ : writable_;
    }
    /// Tells what it was that waited, if anything did.
    std::move_only_function<void()> end(Wait& wait);
    void wake(Wait& wait);
    void end_later(Wait& wait);

    void join(Poller::Group& group);
    void leave();

    Poller& poller_;
    Poller::Group* group_;
    int descriptor_;
    std::list<Watch*>::iterator place_;
    Lane readable_;
    Lane writable_;
    /// The peer has ended its side, or the connection is broken: nothing will be said again.
    bool over_ = false;
};

}  // namespace directfanz::io
