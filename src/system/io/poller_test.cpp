#include "system/io/poller.hpp"

#include "system/io/event_loop.hpp"
#include "system/io/scope.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace directfanz::io {
namespace {

/// Two connected sockets that do not block; the first is watched.
struct Pair {
    explicit Pair(EventLoop& loop) {
        std::array<int, 2> ends{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
        ours = ends[0];
        peer = ends[1];
        watch.emplace(loop.context(), ours);
    }
    ~Pair() {
        watch.reset();
        ::close(ours);
        if (peer >= 0) ::close(peer);
    }
    Pair(Pair const&) = delete;
    Pair& operator=(Pair const&) = delete;

    void tell(std::string const& text) const {
        EXPECT_EQ(::send(peer, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    }
    std::string take() const {
        std::array<char, 100> buffer{};
        auto const got = ::recv(ours, buffer.data(), buffer.size(), 0);
        return got < 0 ? "nothing" : std::string(buffer.data(), static_cast<std::size_t>(got));
    }

    int ours = -1;
    int peer = -1;
    std::optional<Watch> watch;
};

class PollerTest : public ::testing::Test {
  protected:
    /// Everything that can go on now, does.
    void settle() {
        for (int i = 0; i < 5; ++i) loop_.context().poll();
        loop_.context().restart();
    }

    static Task<> note(Watch& watch, Readiness readiness, int& wakes) {
        co_await watch.ready(readiness);
        ++wakes;
    }
    void wait(Watch& watch, Readiness readiness, int& wakes) {
        asio::co_spawn(loop_.context(), note(watch, readiness, wakes), asio::detached);
        settle();
    }

    EventLoop loop_;
};

TEST(UnhurriedTurn, IsLongerTheMoreThereAreButNeverLong) {
    EXPECT_EQ(unhurried_turn(1), milliseconds(10));
    EXPECT_EQ(unhurried_turn(16), milliseconds(10));
    EXPECT_EQ(unhurried_turn(40), milliseconds(24));
    EXPECT_EQ(unhurried_turn(50), milliseconds(30));
    EXPECT_EQ(unhurried_turn(5'000), milliseconds(30));
}

TEST_F(PollerTest, AWaitEndsWhenThereIsSomethingToRead) {
    Pair pair(loop_);
    int wakes = 0;
    wait(*pair.watch, Readiness::readable, wakes);
    EXPECT_EQ(wakes, 0);
    pair.tell("hello");
    settle();
    EXPECT_EQ(wakes, 1);
    EXPECT_EQ(pair.take(), "hello");
}

TEST_F(PollerTest, WhatCameBeforeTheWaitEndsItToo) {
    Pair pair(loop_);
    pair.tell("hello");
    int wakes = 0;
    wait(*pair.watch, Readiness::readable, wakes);
    EXPECT_EQ(wakes, 1);
}

TEST_F(PollerTest, AsLongAsNothingWasTriedInVainAnotherTryIsWorthWhile) {
    Pair pair(loop_);
    pair.tell("hello");
    int wakes = 0;
    wait(*pair.watch, Readiness::readable, wakes);
    wait(*pair.watch, Readiness::readable, wakes);
    EXPECT_EQ(wakes, 2);
    pair.watch->exhausted(Readiness::readable);
    wait(*pair.watch, Readiness::readable, wakes);
    EXPECT_EQ(wakes, 2);
    pair.tell("again");
    settle();
    EXPECT_EQ(wakes, 3);
}

TEST_F(PollerTest, ThePeersEndIsToldForEver) {
    Pair pair(loop_);
    int wakes = 0;
    wait(*pair.watch, Readiness::readable, wakes);
    // In one event: the bytes leave nothing behind by which the end would be told again.
    pair.tell("farewell");
    ::close(std::exchange(pair.peer, -1));
    settle();
    EXPECT_EQ(pair.take(), "farewell");
    pair.watch->exhausted(Readiness::readable);
    wait(*pair.watch, Readiness::readable, wakes);
    EXPECT_EQ(wakes, 2);
    EXPECT_EQ(pair.take(), "");
}

TEST_F(PollerTest, AWriterIsToldWhenThereIsRoomAgain) {
    Pair pair(loop_);
    std::string const block(4096, 'x');
    while (::send(pair.ours, block.data(), block.size(), 0) > 0) {
    }
    settle();
    pair.watch->exhausted(Readiness::writable);
    int wakes = 0;
    wait(*pair.watch, Readiness::writable, wakes);
    EXPECT_EQ(wakes, 0);
    std::string sink(block.size(), '\0');
    while (::recv(pair.peer, sink.data(), sink.size(), 0) > 0) {
    }
    settle();
    EXPECT_EQ(wakes, 1);
}

TEST_F(PollerTest, ReaderAndWriterMayWaitForTheSame) {
    Pair pair(loop_);
    int reader = 0;
    int writer = 0;
    wait(*pair.watch, Readiness::readable, reader);
    wait(*pair.watch, Readiness::readable, writer);
    pair.tell("hello");
    settle();
    EXPECT_EQ(reader, 1);
    EXPECT_EQ(writer, 1);
}

TEST_F(PollerTest, CancellingEndsAllWaits) {
    Pair pair(loop_);
    int reads = 0;
    int writes = 0;
    settle();
    pair.watch->exhausted(Readiness::writable);
    wait(*pair.watch, Readiness::readable, reads);
    pair.watch->cancel();
    EXPECT_EQ(reads, 0) << "later, not within the call";
    settle();
    EXPECT_EQ(reads, 1);
    wait(*pair.watch, Readiness::readable, reads);
    EXPECT_EQ(reads, 1) << "one cancelling ends no later wait";
    pair.watch.reset();
    settle();
    EXPECT_EQ(reads, 2) << "nor does a wait outlive its descriptor";
    EXPECT_EQ(writes, 0);
}

Task<> wait_and_note_the_end(Watch& watch, std::string& how) {
    try {
        co_await watch.ready(Readiness::readable);
        how = "woken";
        co_await watch.ready(Readiness::readable);
        how = "woken twice";
    } catch (boost::system::system_error const& e) {
        how += e.code() == asio::error::operation_aborted ? ", aborted" : ", failed";
    }
}

TEST_F(PollerTest, ACancelledCoroutineWaitsNoLonger) {
    Pair pair(loop_);
    std::string how;
    Scope scope(loop_);
    scope.spawn(wait_and_note_the_end(*pair.watch, how));
    settle();
    scope.cancel();
    settle();
    EXPECT_EQ(how, "woken, aborted");
}

Task<> take_down(Pair& mine, std::unique_ptr<Pair>& other, int& wakes) {
    co_await mine.watch->ready(Readiness::readable);
    ++wakes;
    other.reset();
}

TEST_F(PollerTest, WhoIsWokenMayTakeDownAnotherThatIsToBeWokenInTheSameTurn) {
    auto one = std::make_unique<Pair>(loop_);
    auto other = std::make_unique<Pair>(loop_);
    int wakes = 0;
    asio::co_spawn(loop_.context(), take_down(*one, other, wakes), asio::detached);
    settle();
    one->tell("go");
    other->tell("go");
    settle();
    EXPECT_EQ(wakes, 1);
    EXPECT_EQ(other, nullptr);
}

Task<> take_itself_down(std::unique_ptr<Pair>& pair, int& wakes) {
    co_await pair->watch->ready(Readiness::readable);
    ++wakes;
    pair.reset();
}

TEST_F(PollerTest, OrItself) {
    auto pair = std::make_unique<Pair>(loop_);
    int wakes = 0;
    asio::co_spawn(loop_.context(), take_itself_down(pair, wakes), asio::detached);
    settle();
    ::close(std::exchange(pair->peer, -1));
    settle();
    EXPECT_EQ(wakes, 1);
    EXPECT_EQ(pair, nullptr);
}

TEST_F(PollerTest, ThousandsAreToldInSeveralTurns) {
    constexpr int kMany = 400;
    std::vector<std::unique_ptr<Pair>> pairs;
    int wakes = 0;
    for (int i = 0; i < kMany; ++i) {
        pairs.push_back(std::make_unique<Pair>(loop_));
        wait(*pairs.back()->watch, Readiness::readable, wakes);
    }
    for (auto const& pair : pairs) pair->tell("go");
    settle();
    EXPECT_EQ(wakes, kMany);
}

TEST_F(PollerTest, WithoutWaitsTheLoopCanEnd) {
    Pair pair(loop_);
    int wakes = 0;
    wait(*pair.watch, Readiness::readable, wakes);
    pair.tell("hello");
    // Returns: nothing waits any more.
    loop_.context().run();
    EXPECT_EQ(wakes, 1);
}

TEST_F(PollerTest, WhoIsInNoHurryIsToldAtTheNextTurn) {
    Pair one(loop_);
    Pair other(loop_);
    one.watch->take_time();
    other.watch->take_time();
    int wakes = 0;
    wait(*one.watch, Readiness::readable, wakes);
    wait(*other.watch, Readiness::readable, wakes);
    one.tell("hello");
    other.tell("hello");
    // Returns when nothing waits any more.
    loop_.context().run();
    EXPECT_EQ(wakes, 2);
}

TEST_F(PollerTest, WhatCameBeforeSomebodyTookTimeIsNotForgotten) {
    Pair pair(loop_);
    pair.tell("hello");
    pair.watch->take_time();
    int wakes = 0;
    wait(*pair.watch, Readiness::readable, wakes);
    loop_.context().run();
    EXPECT_EQ(wakes, 1);
    ::close(std::exchange(pair.peer, -1));
    pair.watch->exhausted(Readiness::readable);
    wait(*pair.watch, Readiness::readable, wakes);
    loop_.context().restart();
    loop_.context().run();
    EXPECT_EQ(wakes, 2) << "nor is the peer's end";
}

TEST_F(PollerTest, ACancelledWaitInNoHurryEndsAtOnce) {
    Pair pair(loop_);
    pair.watch->take_time();
    int wakes = 0;
    wait(*pair.watch, Readiness::readable, wakes);
    pair.watch->cancel();
    settle();
    EXPECT_EQ(wakes, 1);
}

struct Owner {
    explicit Owner(EventLoop& loop, int& owners) : pair(loop), count(owners) { ++count; }
    ~Owner() { --count; }
    Pair pair;
    int& count;
};

Task<> keep(std::shared_ptr<Owner> owner, std::shared_ptr<Owner> another) {
    co_await owner->pair.watch->ready(Readiness::readable);
    another.reset();
}

TEST(Poller, ALoopThatEndsDropsWhatStillWaits) {
    int owners = 0;
    {
        EventLoop loop;
        asio::co_spawn(
            loop.context(),
            keep(std::make_shared<Owner>(loop, owners), std::make_shared<Owner>(loop, owners)),
            asio::detached);
        loop.context().poll();
        EXPECT_EQ(owners, 2);
    }
    EXPECT_EQ(owners, 0);
}

}  // namespace
}  // namespace directfanz::io
