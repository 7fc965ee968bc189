#include "system/io/socket_stream.hpp"

#include <array>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace directfanz::io {
namespace {

iovec part(std::string_view text) {
    return {.iov_base = const_cast<char*>(text.data()), .iov_len = text.size()};
}

/// A stream over a Unix socket, and the descriptor of its peer, which blocks.
class SocketStreamTest : public ::testing::Test {
  protected:
    SocketStreamTest() {
        std::array<int, 2> ends{};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
        stream_.emplace(loop_.context(), ends[0]);
        peer_ = ends[1];
    }
    ~SocketStreamTest() override { hang_up(); }

    void hang_up() {
        if (peer_ >= 0) ::close(std::exchange(peer_, -1));
    }

    void say(std::string_view text) const {
        ASSERT_EQ(::send(peer_, text.data(), text.size(), MSG_NOSIGNAL), std::ssize(text));
    }

    std::string hear() const {
        std::array<char, 64> buffer{};
        auto const got = ::recv(peer_, buffer.data(), buffer.size(), 0);
        return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
    }

    IoOutcome write(std::string_view text) {
        std::array const parts{part(text)};
        return stream_->write(parts);
    }

    /// Writes until the peer, who reads nothing, has to be waited for.
    IoOutcome fill() {
        std::string const much(64 * 1024, 'x');
        for (;;) {
            auto const outcome = write(much);
            if (outcome.status != IoStatus::done) return outcome;
        }
    }

    /// Begins to wait; `done` is set when that is over.
    void wait(EventLoop& loop, Readiness readiness, bool& done) {
        asio::co_spawn(loop.context(), stream_->ready(readiness),
                       [&done](std::exception_ptr const&) { done = true; });
    }

    /// Runs until `done`, or until it is clear that nothing comes.
    static void run(EventLoop& loop, bool const& done) {
        auto const give_up = steady_now() + seconds(20);
        while (!done && steady_now() < give_up) {
            loop.context().restart();
            loop.context().run_for(milliseconds(5));
        }
    }

    EventLoop loop_;
    std::optional<SocketStream> stream_;
    int peer_ = -1;
    std::array<std::uint8_t, 64> buffer_{};
};

TEST_F(SocketStreamTest, DoesNotBlockWhereThereIsNothing) {
    auto const outcome = stream_->read(buffer_);
    EXPECT_EQ(outcome.status, IoStatus::would_block);
    EXPECT_EQ(outcome.wait_for, Readiness::readable);
}

TEST_F(SocketStreamTest, DoesNotBlockWhereThePeerTakesNothing) {
    auto const outcome = fill();
    EXPECT_EQ(outcome.status, IoStatus::would_block);
    EXPECT_EQ(outcome.wait_for, Readiness::writable);
}

TEST_F(SocketStreamTest, GathersItsPartsInOrder) {
    std::array const parts{part("one "), part(""), part("two")};
    auto const outcome = stream_->write(parts);
    EXPECT_EQ(outcome.status, IoStatus::done);
    EXPECT_EQ(outcome.bytes, 7U);
    EXPECT_EQ(hear(), "one two");
}

TEST_F(SocketStreamTest, WaitsForBytesAndThenReadsThem) {
    ASSERT_EQ(stream_->read(buffer_).status, IoStatus::would_block);
    auto done = false;
    wait(loop_, Readiness::readable, done);
    loop_.context().poll();
    EXPECT_FALSE(done);
    say("hello");
    run(loop_, done);
    ASSERT_TRUE(done);
    auto const outcome = stream_->read(buffer_);
    EXPECT_EQ(outcome.status, IoStatus::done);
    EXPECT_EQ(outcome.bytes, 5U);
}

TEST_F(SocketStreamTest, WaitsForRoomAndThenWritesOn) {
    ASSERT_EQ(fill().status, IoStatus::would_block);
    auto done = false;
    wait(loop_, Readiness::writable, done);
    loop_.context().poll();
    EXPECT_FALSE(done);
    while (!done) {
        ASSERT_FALSE(hear().empty());
        loop_.context().restart();
        loop_.context().poll();
    }
    EXPECT_EQ(write("more").status, IoStatus::done);
}

TEST_F(SocketStreamTest, EndsAWaitThatIsCancelled) {
    ASSERT_EQ(stream_->read(buffer_).status, IoStatus::would_block);
    auto done = false;
    wait(loop_, Readiness::readable, done);
    loop_.context().poll();
    stream_->cancel();
    run(loop_, done);
    EXPECT_TRUE(done);
    EXPECT_EQ(stream_->read(buffer_).status, IoStatus::would_block);
}

TEST_F(SocketStreamTest, SeesThatThePeerHasLeft) {
    EXPECT_FALSE(stream_->peer_has_left());
    say("last words");
    hang_up();
    EXPECT_TRUE(stream_->peer_has_left());
    EXPECT_EQ(stream_->read(buffer_).bytes, 10U);
    EXPECT_EQ(stream_->read(buffer_).status, IoStatus::closed);
    EXPECT_EQ(write("x").status, IoStatus::failed);
}

TEST_F(SocketStreamTest, TellsThePeerThatItHasWrittenAllAndReadsOn) {
    ASSERT_EQ(write("all").status, IoStatus::done);
    stream_->finish_writing();
    EXPECT_EQ(hear(), "all");
    EXPECT_EQ(hear(), "");
    say("answer");
    EXPECT_EQ(stream_->read(buffer_).bytes, 6U);
}

TEST_F(SocketStreamTest, GoesOnWithAnotherLoopWithWhatCameInBetween) {
    ASSERT_EQ(stream_->read(buffer_).status, IoStatus::would_block);
    stream_->detach();
    say("in between");
    EventLoop other(1);
    stream_->attach(other);
    auto done = false;
    wait(other, Readiness::readable, done);
    run(other, done);
    EXPECT_TRUE(done);
    EXPECT_EQ(stream_->read(buffer_).bytes, 10U);
    stream_.reset();
}

TEST_F(SocketStreamTest, DoesNothingOnceItIsClosed) {
    stream_->close();
    stream_->close();
    stream_->cancel();
    stream_->finish_writing();
    EXPECT_EQ(hear(), "");
    EXPECT_EQ(stream_->descriptor(), -1);
    EXPECT_EQ(stream_->read(buffer_).status, IoStatus::failed);
    EXPECT_EQ(write("x").status, IoStatus::failed);
    auto done = false;
    wait(loop_, Readiness::readable, done);
    run(loop_, done);
    EXPECT_TRUE(done) << "who waits is told by its next try";
}

}  // namespace
}  // namespace directfanz::io
