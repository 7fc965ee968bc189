#include "system/io/call_on.hpp"

#include <future>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

namespace directfanz::io {
namespace {

struct Outcome {
    std::thread::id before;
    std::thread::id during;
    std::thread::id after;
    int value = 0;
    bool threw = false;
};

Task<> visit(EventLoop& other, Outcome& outcome, std::promise<void>& done) {
    outcome.before = std::this_thread::get_id();
    auto work = [&outcome] {
        outcome.during = std::this_thread::get_id();
        return 42;
    };
    outcome.value = co_await call_on(other, work);
    outcome.after = std::this_thread::get_id();
    auto broken = []() -> int { throw std::runtime_error("broken"); };
    try {
        co_await call_on(other, broken);
    } catch (std::runtime_error const&) {
        outcome.threw = true;
    }
    done.set_value();
}

Outcome visit(LoopPool& loops, std::size_t from, std::size_t to) {
    Outcome outcome;
    std::promise<void> done;
    auto& target = loops[to];
    loops[from].post([&] { EventLoop::current()->spawn(visit(target, outcome, done)); });
    done.get_future().wait();
    return outcome;
}

TEST(CallOn, RunsThereAndComesBack) {
    LoopPool loops(2);
    loops.start();
    auto const outcome = visit(loops, 0, 1);
    EXPECT_EQ(outcome.value, 42);
    EXPECT_NE(outcome.during, outcome.before);
    EXPECT_EQ(outcome.after, outcome.before);
    EXPECT_TRUE(outcome.threw);
}

TEST(CallOn, RunsAtOnceOnTheLoopItself) {
    LoopPool loops(1);
    loops.start();
    auto const outcome = visit(loops, 0, 0);
    EXPECT_EQ(outcome.value, 42);
    EXPECT_EQ(outcome.during, outcome.before);
    EXPECT_TRUE(outcome.threw);
}

}  // namespace
}  // namespace directfanz::io
