#include "app/signals.hpp"

#include <csignal>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

namespace directfanz::app {
namespace {

using Wake = Signals::Wake;

/// What this thread blocks, and what SIGPIPE does, are put back: other tests know nothing of it.
class SignalsTest : public ::testing::Test {
  protected:
    SignalsTest() {
        ::pthread_sigmask(SIG_SETMASK, nullptr, &before_);
        pipe_before_ = std::signal(SIGPIPE, SIG_DFL);
        signals_.emplace();
    }
    ~SignalsTest() override {
        // One that is pending would end the program once it is not blocked.
        signals_->notify();
        while (signals_->wait_until(SteadyTime()) != Wake::notified) continue;
        signals_.reset();
        std::signal(SIGPIPE, pipe_before_);
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

    static SteadyTime far() { return steady_now() + seconds(20); }
    /// To this thread, where it is blocked.
    static void send(int signal) { ::pthread_kill(::pthread_self(), signal); }

    std::optional<Signals> signals_;

  private:
    sigset_t before_{};
    void (*pipe_before_)(int) = SIG_DFL;
};

TEST_F(SignalsTest, TellsWhichSignalAsksToStop) {
    for (auto const signal : {SIGTERM, SIGINT}) {
        send(signal);
        EXPECT_EQ(signals_->wait_until(far()), Wake::signal);
        EXPECT_EQ(signals_->last_signal(), signal);
    }
}

TEST_F(SignalsTest, TakesHangUpForReloadAndForgetsNoSignalThatStopped) {
    send(SIGTERM);
    ASSERT_EQ(signals_->wait_until(far()), Wake::signal);
    send(SIGHUP);
    EXPECT_EQ(signals_->wait_until(far()), Wake::reload);
    EXPECT_EQ(signals_->last_signal(), SIGTERM);
}

TEST_F(SignalsTest, EndsAWaitAtItsDeadline) {
    auto const deadline = steady_now() + milliseconds(20);
    EXPECT_EQ(signals_->wait_until(deadline), Wake::deadline);
    EXPECT_GE(steady_now(), deadline);
    EXPECT_EQ(signals_->wait_until(SteadyTime()), Wake::deadline);
}

TEST_F(SignalsTest, IsNotifiedByAnotherThread) {
    std::thread other([this] { signals_->notify(); });
    EXPECT_EQ(signals_->wait_until(far()), Wake::notified);
    other.join();
}

TEST_F(SignalsTest, StaysNotified) {
    signals_->notify();
    EXPECT_EQ(signals_->wait_until(far()), Wake::notified);
    EXPECT_EQ(signals_->wait_until(far()), Wake::notified) << "whoever looks later sees it, too";
}

TEST_F(SignalsTest, PutsASignalBeforeANotice) {
    signals_->notify();
    send(SIGINT);
    EXPECT_EQ(signals_->wait_until(far()), Wake::signal);
    EXPECT_EQ(signals_->wait_until(far()), Wake::notified);
}

TEST_F(SignalsTest, ALostReaderIsNoReasonToEnd) {
    send(SIGPIPE);
    EXPECT_EQ(signals_->wait_until(steady_now() + milliseconds(10)), Wake::deadline);
}

}  // namespace
}  // namespace directfanz::app
