#include "system/io/event_loop.hpp"

#include <atomic>
#include <future>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(EventLoop, RunsWhatIsPostedInItsOrderUntilItIsStopped) {
    EventLoop loop;
    std::vector<int> order;
    for (int i = 1; i <= 3; ++i) loop.post([&order, i] { order.push_back(i); });
    loop.post([&loop] { loop.stop(); });
    EXPECT_TRUE(order.empty()) << "nothing runs before the loop does";
    loop.run();
    EXPECT_THAT(order, ElementsAre(1, 2, 3));
}

TEST(EventLoop, RunsWhatIsPostedLaterNotAtOnce) {
    EventLoop loop;
    std::vector<int> order;
    loop.post([&] {
        loop.post([&] {
            order.push_back(2);
            loop.stop();
        });
        order.push_back(1);
    });
    loop.run();
    EXPECT_THAT(order, ElementsAre(1, 2));
}

TEST(EventLoop, WaitsForWorkThatOtherThreadsPost) {
    EventLoop loop;
    std::jthread runner([&loop] { loop.run(); });
    std::promise<std::thread::id> where;
    loop.post([&where] { where.set_value(std::this_thread::get_id()); });
    EXPECT_EQ(where.get_future().get(), runner.get_id());
    loop.stop();
}

TEST(EventLoop, IsTheCurrentOneOnlyWhileItRuns) {
    EventLoop loop(7);
    EventLoop const other(8);
    EXPECT_EQ(EventLoop::current(), nullptr);
    EventLoop* seen = nullptr;
    bool current = false;
    bool other_is = true;
    loop.post([&] {
        seen = EventLoop::current();
        current = loop.is_current();
        other_is = other.is_current();
        loop.stop();
    });
    loop.run();
    EXPECT_EQ(seen, &loop);
    EXPECT_EQ(seen->index(), 7U);
    EXPECT_TRUE(current);
    EXPECT_FALSE(other_is);
    EXPECT_EQ(EventLoop::current(), nullptr);
}

Task<> fail_with(std::string what) {
    throw std::runtime_error(what);
    co_return;
}

TEST(EventLoop, LogsWhatACoroutineThrowsAndGoesOn) {
    EventLoop loop;
    bool went_on = false;
    ::testing::internal::CaptureStderr();
    loop.spawn(fail_with("out of luck"));
    loop.post([&] {
        loop.post([&] {
            went_on = true;
            loop.stop();
        });
    });
    loop.run();
    auto const logged = ::testing::internal::GetCapturedStderr();
    EXPECT_TRUE(went_on);
    EXPECT_THAT(logged, HasSubstr("task_failed"));
    EXPECT_THAT(logged, HasSubstr("out of luck"));
}

TEST(LoopPool, RunsEveryLoopOnAThreadOfItsOwn) {
    LoopPool loops(3);
    ASSERT_EQ(loops.size(), 3U);
    std::vector<std::future<std::pair<std::thread::id, std::size_t>>> answers;
    loops.start();
    for (auto& loop : loops) {
        auto promise = std::make_shared<std::promise<std::pair<std::thread::id, std::size_t>>>();
        answers.push_back(promise->get_future());
        loop->post([promise] {
            promise->set_value({std::this_thread::get_id(), EventLoop::current()->index()});
        });
    }
    std::set<std::thread::id> threads{std::this_thread::get_id()};
    for (std::size_t i = 0; i < answers.size(); ++i) {
        auto const [thread, index] = answers[i].get();
        threads.insert(thread);
        EXPECT_EQ(index, i);
    }
    EXPECT_EQ(threads.size(), 4U);
}

TEST(LoopPool, StopJoinsItsThreads) {
    LoopPool loops(2);
    std::atomic<int> running{0};
    loops.start();
    for (auto& loop : loops) loop->post([&running] { ++running; });
    while (running < 2) std::this_thread::yield();
    loops.stop();
    for (auto& loop : loops) loop->post([&running] { ++running; });
    EXPECT_EQ(running, 2) << "nobody runs what is posted afterwards";
    loops.stop();
}

}  // namespace
}  // namespace directfanz::io
