#include "system/io/scope.hpp"

#include "system/io/timer.hpp"

#include <array>
#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>

namespace directfanz::io {
namespace {

Task<> sleep_long(EventLoop& loop, int& finished) {
    co_await sleep_for(loop, seconds(1000));
    ++finished;
}

Task<> fail_at_once() {
    throw std::runtime_error("on purpose");
    co_return;
}

Task<> note_when_drained(Scope& scope, bool& drained) {
    co_await scope.drained();
    drained = true;
}

/// Runs what is ready, and no more.
void settle(EventLoop& loop) {
    loop.context().restart();
    loop.context().poll();
}

TEST(Scope, CountsWhatRuns) {
    EventLoop loop;
    Scope scope(loop);
    auto finished = 0;
    scope.spawn(sleep_long(loop, finished));
    scope.spawn(sleep_long(loop, finished));
    EXPECT_EQ(scope.size(), 2U);
    scope.cancel();
    settle(loop);
    EXPECT_EQ(scope.size(), 0U);
    EXPECT_EQ(finished, 0);
}

TEST(Scope, StartsNothingOnceItIsCancelled) {
    EventLoop loop;
    Scope scope(loop);
    auto finished = 0;
    scope.cancel();
    scope.spawn(sleep_long(loop, finished));
    EXPECT_EQ(scope.size(), 0U);
}

TEST(Scope, OutlivesACoroutineThatFails) {
    EventLoop loop;
    Scope scope(loop);
    scope.spawn(fail_at_once());
    settle(loop);
    EXPECT_EQ(scope.size(), 0U);
}

TEST(Scope, IsDrainedWhenNothingIsLeft) {
    EventLoop loop;
    Scope scope(loop);
    auto finished = 0;
    auto drained = false;
    scope.spawn(sleep_long(loop, finished));
    loop.spawn(note_when_drained(scope, drained));
    settle(loop);
    EXPECT_FALSE(drained);
    scope.cancel();
    loop.context().restart();
    loop.context().run();
    EXPECT_TRUE(drained);
}

TEST(Scope, IsDrainedAtOnceWhenNothingRuns) {
    EventLoop loop;
    Scope scope(loop);
    auto drained = false;
    loop.spawn(note_when_drained(scope, drained));
    settle(loop);
    EXPECT_TRUE(drained);
}

Task<> wait_for(SteadyTimer& event) {
    co_await event.async_wait(awaiting);
}

TEST(Scope, TellsAllWhoWaitOnlyWhenTheLastHasEnded) {
    EventLoop loop;
    Scope scope(loop);
    SteadyTimer first(loop.executor(), SteadyTime::max());
    SteadyTimer second(loop.executor(), SteadyTime::max());
    std::array drained{false, false};
    scope.spawn(wait_for(first));
    scope.spawn(wait_for(second));
    for (auto& waits : drained) loop.spawn(note_when_drained(scope, waits));
    settle(loop);
    first.cancel();
    settle(loop);
    EXPECT_EQ(scope.size(), 1U);
    EXPECT_EQ(drained, (std::array{false, false}));
    second.cancel();
    settle(loop);
    EXPECT_EQ(drained, (std::array{true, true}));
}

Task<> spawn_another(Scope& scope, SteadyTimer& event) {
    scope.spawn(wait_for(event));
    co_return;
}

TEST(Scope, IsNotDrainedWhileItsLastCoroutineHasAnother) {
    EventLoop loop;
    Scope scope(loop);
    SteadyTimer event(loop.executor(), SteadyTime::max());
    auto drained = false;
    scope.spawn(spawn_another(scope, event));
    loop.spawn(note_when_drained(scope, drained));
    settle(loop);
    EXPECT_FALSE(drained);
    event.cancel();
    settle(loop);
    EXPECT_TRUE(drained);
}

TEST(Scope, LetsWhoWaitsForItBeCancelled) {
    EventLoop loop;
    Scope scope(loop);
    Scope waiting(loop);
    auto finished = 0;
    auto drained = false;
    scope.spawn(sleep_long(loop, finished));
    waiting.spawn(note_when_drained(scope, drained));
    settle(loop);
    waiting.cancel();
    settle(loop);
    EXPECT_EQ(waiting.size(), 0U);
    EXPECT_FALSE(drained);
    scope.cancel();
    settle(loop);
    EXPECT_EQ(scope.size(), 0U);
}

TEST(Scope, MayBeWaitedForWhenTheLoopGoes) {
    auto drained = false;
    auto finished = 0;
    {
        EventLoop loop;
        Scope scope(loop);
        scope.spawn(sleep_long(loop, finished));
        loop.spawn(note_when_drained(scope, drained));
        settle(loop);
    }
    EXPECT_FALSE(drained);
}

TEST(Scope, MayGoBeforeItsCoroutinesHaveNoticed) {
    EventLoop loop;
    auto finished = 0;
    {
        Scope scope(loop);
        scope.spawn(sleep_long(loop, finished));
        settle(loop);
    }
    settle(loop);
    EXPECT_EQ(finished, 0);
}

struct Owner {
    explicit Owner(EventLoop& loop) : scope(loop) {}
    Scope scope;
};

Task<> keep_owner(std::shared_ptr<Owner> owner) {
    co_await sleep_for(owner->scope.loop(), seconds(1000));
}

TEST(Scope, MayBeOwnedByItsOwnCoroutineWhenTheLoopGoes) {
    std::weak_ptr<Owner> seen;
    {
        EventLoop loop;
        auto owner = std::make_shared<Owner>(loop);
        seen = owner;
        owner->scope.spawn(keep_owner(owner));
        settle(loop);
        owner->scope.cancel();
    }
    EXPECT_TRUE(seen.expired());
}

}  // namespace
}  // namespace directfanz::io
