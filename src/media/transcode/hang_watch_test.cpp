#include "media/transcode/hang_watch.hpp"

#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

constexpr milliseconds kFrame{40};

struct Worker {
    HangWatch watch;
    SteadyTime now = SteadyTime() + std::chrono::hours(1);
    bool hung = false;

    void run(milliseconds duration, bool input, bool output) {
        for (auto const end = now + duration; now < end; now += kFrame) {
            if (input) watch.input(now);
            if (output) watch.output(now);
            hung |= watch.hangs(now);
        }
    }
};

TEST(HangWatch, AWorkerThatAnswersDoesNotHang) {
    Worker worker;
    worker.run(seconds(60), true, true);
    EXPECT_FALSE(worker.hung);
}

TEST(HangWatch, AWorkerHasTwoSecondsForItsFirstAnswer) {
    Worker worker;
    worker.run(seconds(2), true, false);
    EXPECT_FALSE(worker.hung);
    worker.run(2 * kFrame, true, false);
    EXPECT_TRUE(worker.hung);
}

TEST(HangWatch, AWorkerThatFallsSilentHangs) {
    Worker worker;
    worker.run(seconds(10), true, true);
    worker.run(seconds(2), true, false);
    EXPECT_FALSE(worker.hung);
    worker.run(2 * kFrame, true, false);
    EXPECT_TRUE(worker.hung);
}

TEST(HangWatch, ANewWorkerMayTakeAsLongAsItIsBehind) {
    Worker worker;
    worker.run(seconds(1), true, true);
    worker.watch.begins(worker.now, seconds(3));
    worker.run(seconds(5), true, false);
    EXPECT_FALSE(worker.hung);
    worker.run(2 * kFrame, true, false);
    EXPECT_TRUE(worker.hung);
}

TEST(HangWatch, APauseTakesNothingFromWhatANewWorkerMayTake) {
    Worker worker;
    worker.run(seconds(1), true, true);
    worker.run(milliseconds(1200), false, false);
    worker.watch.begins(worker.now, seconds(3));
    worker.run(seconds(5), true, false);
    EXPECT_FALSE(worker.hung);
    worker.run(2 * kFrame, true, false);
    EXPECT_TRUE(worker.hung);
}

TEST(HangWatch, WithoutInputNothingIsExpected) {
    Worker worker;
    worker.run(seconds(60), false, false);
    worker.run(seconds(1), true, true);
    worker.run(seconds(60), false, false);
    EXPECT_FALSE(worker.hung);
}

TEST(HangWatch, BehindAPauseThePatienceBeginsAnew) {
    Worker worker;
    worker.run(seconds(1), true, true);
    worker.run(seconds(60), false, false);
    worker.run(seconds(2), true, false);
    EXPECT_FALSE(worker.hung);
    worker.run(2 * kFrame, true, false);
    EXPECT_TRUE(worker.hung);
}

}  // namespace
}  // namespace directfanz::transcode
