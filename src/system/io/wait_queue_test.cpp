#include "system/io/wait_queue.hpp"

#include "system/io/scope.hpp"
#include "system/io/timer.hpp"

#include <memory>
#include <vector>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

namespace directfanz::io {
namespace {

using Wake = WaitQueue::Wake;

Task<> wait_once(WaitQueue& queue, SteadyTime deadline, std::vector<Wake>& seen) {
    auto const wake = co_await queue.wait(deadline);
    seen.push_back(wake);
}

Task<> wait_twice(WaitQueue& queue, SteadyTime deadline, std::vector<Wake>& seen) {
    co_await wait_once(queue, deadline, seen);
    co_await wait_once(queue, deadline, seen);
}

/// Runs what is ready, and no more.
void settle(EventLoop& loop) {
    loop.context().restart();
    loop.context().poll();
}

struct WaitQueueTest : testing::Test {
    EventLoop loop;
    Scope scope{loop};
    std::unique_ptr<WaitQueue> queue = std::make_unique<WaitQueue>(loop);
    SteadyTime now = steady_now();
    std::vector<Wake> seen;
};

TEST_F(WaitQueueTest, WakesAllWhoWait) {
    for (int i = 0; i < 3; ++i) scope.spawn(wait_once(*queue, now + seconds(1), seen));
    settle(loop);
    EXPECT_EQ(queue->size(), 3U);
    queue->notify_all();
    settle(loop);
    EXPECT_EQ(seen, std::vector(3, Wake::notified));
    EXPECT_EQ(queue->size(), 0U);
}

TEST_F(WaitQueueTest, WakesOnlyForTheNextEventThoseWhoWaitAgain) {
    scope.spawn(wait_twice(*queue, now + seconds(1), seen));
    settle(loop);
    queue->notify_all();
    settle(loop);
    EXPECT_EQ(seen.size(), 1U);
    EXPECT_EQ(queue->size(), 1U);
}

TEST_F(WaitQueueTest, ExpiresThoseWhoseDeadlineHasPassed) {
    scope.spawn(wait_once(*queue, now + seconds(1), seen));
    scope.spawn(wait_once(*queue, now + seconds(3), seen));
    settle(loop);
    queue->expire(now + seconds(2));
    settle(loop);
    EXPECT_EQ(seen, std::vector(1, Wake::expired));
    EXPECT_EQ(queue->size(), 1U);
}

TEST_F(WaitQueueTest, LetsACancelledWaiterGo) {
    scope.spawn(wait_once(*queue, now + seconds(1), seen));
    settle(loop);
    scope.cancel();
    settle(loop);
    EXPECT_TRUE(seen.empty());
    EXPECT_EQ(scope.size(), 0U);
    EXPECT_EQ(queue->size(), 0U);
}

TEST_F(WaitQueueTest, TakesACancellationThatComesAfterTheWake) {
    scope.spawn(wait_once(*queue, now + seconds(1), seen));
    settle(loop);
    queue->notify_all();
    scope.cancel();
    settle(loop);
    EXPECT_EQ(scope.size(), 0U);
}

TEST_F(WaitQueueTest, WakesEverybodyWhenItIsDestroyed) {
    scope.spawn(wait_once(*queue, now + seconds(1), seen));
    settle(loop);
    queue.reset();
    settle(loop);
    EXPECT_EQ(seen, std::vector(1, Wake::expired));
}

/// Names its slot without an executor, as Scope does.
struct CancelledBy {
    using cancellation_slot_type = asio::cancellation_slot;

    asio::cancellation_signal& signal;
    int& ended;

    cancellation_slot_type get_cancellation_slot() const noexcept { return signal.slot(); }
    void operator()(std::exception_ptr const& failure) { ended += failure ? 1 : 0; }
};

TEST_F(WaitQueueTest, LivesWithASecondCancellationBeforeTheFirstHasEndedTheWait) {
    asio::cancellation_signal signal;
    auto ended = 0;
    asio::co_spawn(loop.context(), wait_once(*queue, now + seconds(1), seen),
                   CancelledBy{signal, ended});
    settle(loop);
    signal.emit(asio::cancellation_type::all);
    signal.emit(asio::cancellation_type::all);
    EXPECT_EQ(queue->size(), 0U);
    settle(loop);
    EXPECT_EQ(ended, 1);
    EXPECT_TRUE(seen.empty());
}

}  // namespace
}  // namespace directfanz::io
