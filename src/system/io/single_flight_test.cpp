#include "system/io/single_flight.hpp"

#include "system/io/blocking.hpp"
#include "system/io/timer.hpp"

#include <atomic>
#include <latch>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz::io {
namespace {

using Flights = SingleFlight<std::string, int>;

/// Many askers on several loops; the answer is held back until all of them have asked.
class SingleFlightTest : public testing::Test {
  protected:
    static constexpr std::size_t kLoops = 3;

    ~SingleFlightTest() override { loops.stop(); }

    /// Counts who asks, and answers with the count once `release` is set.
    static Task<int> answer(SingleFlightTest& test) {
        auto const number = ++test.asked;
        while (!test.release) co_await sleep_for(*EventLoop::current(), milliseconds(1));
        if (test.failing) throw std::runtime_error("no answer");
        co_return number;
    }

    static Task<> asker(SingleFlightTest& test, std::string key, EventLoop& loop) {
        ++test.begun;
        auto ask = [&test] { return answer(test); };
        try {
            auto const got = co_await test.flights.ask(std::move(key), ask);
            test.sum += got;
        } catch (std::runtime_error const&) {
            ++test.failures;
        }
        if (!loop.is_current()) ++test.astray;
        ++test.done;
    }

    void spawn(std::string const& key, int count) {
        for (int i = 0; i < count; ++i) {
            auto& loop = loops[static_cast<std::size_t>(i) % kLoops];
            loop.post([this, key, &loop] { loop.spawn(asker(*this, key, loop)); });
        }
    }
    static void wait_for(std::atomic<int> const& value, int wanted) {
        for (int i = 0; i < 10'000 && value < wanted; ++i) {
            std::this_thread::sleep_for(milliseconds(1));
        }
        ASSERT_EQ(value, wanted);
    }

    LoopPool loops{kLoops};
    Flights flights;
    std::atomic<bool> release = false;
    std::atomic<bool> failing = false;
    std::atomic<int> begun = 0, asked = 0, done = 0, sum = 0, failures = 0, astray = 0;
};

TEST_F(SingleFlightTest, ManyWhoAskTheSameGetOneAnswerEachOnItsOwnLoop) {
    loops.start();
    spawn("a", 30);
    wait_for(begun, 30);
    release = true;
    wait_for(done, 30);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(sum, 30);
    EXPECT_EQ(astray, 0);
}

TEST_F(SingleFlightTest, DifferentQuestionsAreAskedEach) {
    loops.start();
    spawn("a", 6);
    spawn("b", 6);
    wait_for(begun, 12);
    release = true;
    wait_for(done, 12);
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(sum, 6 * 1 + 6 * 2);
}

TEST_F(SingleFlightTest, AnAnswerIsForThoseWhoWaitedAndIsNotKept) {
    release = true;
    loops.start();
    spawn("a", 1);
    wait_for(done, 1);
    spawn("a", 1);
    wait_for(done, 2);
    EXPECT_EQ(asked, 2);
}

TEST_F(SingleFlightTest, AFailureReachesEverybodyWhoWaited) {
    failing = true;
    loops.start();
    spawn("a", 9);
    wait_for(begun, 9);
    release = true;
    wait_for(done, 9);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(failures, 9);
    failing = false;
    spawn("a", 1);
    wait_for(done, 10);
    EXPECT_EQ(asked, 2) << "the next one asks again";
    EXPECT_EQ(failures, 9);
}

}  // namespace
}  // namespace directfanz::io
