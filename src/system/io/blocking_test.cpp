#include "system/io/blocking.hpp"

#include <atomic>
#include <future>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz::io {
namespace {

struct Outcome {
    std::thread::id before;
    std::thread::id during;
    std::thread::id after;
    std::string value;
    std::string error;
};

Task<> visit(BlockingPool& pool, Outcome& outcome, std::promise<void>& done) {
    outcome.before = std::this_thread::get_id();
    auto work = [&outcome] {
        outcome.during = std::this_thread::get_id();
        return std::string("found");
    };
    outcome.value = co_await pool.run(work);
    outcome.after = std::this_thread::get_id();
    auto broken = []() -> int { throw std::runtime_error("broken"); };
    try {
        co_await pool.run(broken);
    } catch (std::runtime_error const& e) {
        outcome.error = e.what();
    }
    done.set_value();
}

TEST(BlockingPool, WorksOnItsOwnThreadsAndComesBackToTheLoop) {
    BlockingPool pool(1);
    LoopPool loops(1);
    loops.start();
    Outcome outcome;
    std::promise<void> done;
    loops[0].spawn(visit(pool, outcome, done));
    done.get_future().wait();
    EXPECT_EQ(outcome.value, "found");
    EXPECT_NE(outcome.during, outcome.before);
    EXPECT_EQ(outcome.after, outcome.before);
    EXPECT_EQ(outcome.error, "broken");
}

Task<> wait_for(BlockingPool& pool, std::shared_future<void> signal, std::promise<void>& done) {
    auto work = [signal] {
        signal.wait();
        return true;
    };
    co_await pool.run(work);
    done.set_value();
}

TEST(BlockingPool, LeavesTheLoopFreeWhileItWorks) {
    std::promise<void> signal;
    BlockingPool pool(1);
    LoopPool loops(1);
    loops.start();
    std::promise<void> done;
    loops[0].spawn(wait_for(pool, signal.get_future().share(), done));
    // What the work waits for is done by the loop that waits for the work.
    loops[0].post([&signal] { signal.set_value(); });
    done.get_future().wait();
}

TEST(BlockingPool, DoesAsMuchAtATimeAsItHasThreads) {
    BlockingPool pool(3);
    std::atomic<int> arrived{0};
    std::promise<void> together;
    std::promise<void> finished;
    auto const all = together.get_future().share();
    std::atomic<int> left{3};
    for (int i = 0; i < 3; ++i) {
        pool.post([&, all] {
            if (++arrived == 3) together.set_value();
            all.wait();
            if (--left == 0) finished.set_value();
        });
    }
    finished.get_future().wait();
    EXPECT_EQ(arrived, 3);
}

TEST(BlockingPool, StopWaitsForWhatRunsAndDropsTheRest) {
    BlockingPool pool(1);
    std::promise<void> begun;
    std::promise<void> go_on;
    std::atomic<bool> ended = false;
    std::atomic<bool> second = false;
    pool.post([&] {
        begun.set_value();
        go_on.get_future().wait();
        ended = true;
    });
    begun.get_future().wait();
    std::promise<void> stopping;
    std::jthread stopper([&] {
        stopping.set_value();
        pool.stop();
    });
    stopping.get_future().wait();
    go_on.set_value();
    stopper.join();
    EXPECT_TRUE(ended);
    pool.post([&second] { second = true; });
    pool.stop();
    EXPECT_FALSE(second);
}

}  // namespace
}  // namespace directfanz::io
