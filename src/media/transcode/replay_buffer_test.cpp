#include "media/transcode/replay_buffer.hpp"

#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

Sample sample(std::int64_t dts, bool sync, std::size_t size = 10) {
    return {.dts = dts, .sync = sync, .payload = Blob(Bytes(size))};
}

TEST(ReplayBuffer, HoldsAllUntilItIsShown) {
    ReplayBuffer buffer;
    for (auto dts = 0; dts < 10; ++dts) buffer.push(sample(dts, dts % 3 == 0));
    EXPECT_EQ(buffer.samples().size(), 10U);
    buffer.shown(2);
    EXPECT_EQ(buffer.samples().front().dts, 0);
    buffer.shown(3);
    EXPECT_EQ(buffer.samples().front().dts, 3);
    buffer.shown(8);
    EXPECT_EQ(buffer.samples().front().dts, 6);
    buffer.shown(100);
    EXPECT_EQ(buffer.samples().front().dts, 9) << "the last group can always be decoded";
    EXPECT_EQ(buffer.samples().size(), 1U);
}

TEST(ReplayBuffer, GoesByPresentationTimes) {
    ReplayBuffer buffer;
    buffer.push(sample(0, true));
    auto late = sample(1, true);
    late.composition_offset = 5;
    buffer.push(late);
    buffer.shown(5);
    EXPECT_EQ(buffer.samples().size(), 2U);
    buffer.shown(6);
    EXPECT_EQ(buffer.samples().size(), 1U);
}

TEST(ReplayBuffer, HoldsNothingThatCannotBeDecoded) {
    ReplayBuffer buffer;
    buffer.push(sample(1, false));
    EXPECT_TRUE(buffer.empty());
}

TEST(ReplayBuffer, GivesUpAGroupOfTooManySamplesUntilTheNext) {
    ReplayBuffer buffer;
    buffer.push(sample(0, true));
    for (std::size_t i = 1; i < ReplayBuffer::kMaxSamples; ++i)
        buffer.push(sample(static_cast<std::int64_t>(i), false));
    EXPECT_EQ(buffer.samples().size(), ReplayBuffer::kMaxSamples);
    buffer.push(sample(5'000, false));
    buffer.push(sample(5'001, false));
    EXPECT_TRUE(buffer.empty());
    buffer.push(sample(5'002, true));
    EXPECT_EQ(buffer.samples().size(), 1U);
}

TEST(ReplayBuffer, GivesUpAGroupOfTooManyBytes) {
    ReplayBuffer buffer;
    buffer.push(sample(0, true, ReplayBuffer::kMaxBytes));
    EXPECT_FALSE(buffer.empty());
    buffer.push(sample(1, false, 1));
    EXPECT_TRUE(buffer.empty());
    buffer.shown(0);
    // What was given up is not counted.
    buffer.push(sample(2, true, ReplayBuffer::kMaxBytes));
    EXPECT_FALSE(buffer.empty());
}

TEST(ReplayBuffer, GivesUpTheOldestGroupFirst) {
    ReplayBuffer buffer;
    buffer.push(sample(0, true, ReplayBuffer::kMaxBytes / 2));
    buffer.push(sample(1, true, ReplayBuffer::kMaxBytes / 4));
    buffer.push(sample(2, false, ReplayBuffer::kMaxBytes / 2));
    EXPECT_EQ(buffer.samples().size(), 2U);
    EXPECT_EQ(buffer.samples().front().dts, 1);
}

TEST(ReplayBuffer, NothingIsShownOfNothing) {
    ReplayBuffer buffer;
    buffer.shown(100);
    EXPECT_TRUE(buffer.empty());
}

TEST(ReplayBuffer, KnowsHowLongItIs) {
    ReplayBuffer buffer;
    EXPECT_EQ(buffer.duration(), microseconds(0));
    buffer.push({.dts = 9000, .sync = true, .payload = {}});
    EXPECT_EQ(buffer.duration(), microseconds(0));
    buffer.push({.dts = 189'000, .payload = {}});
    EXPECT_EQ(buffer.duration(), seconds(2));
}

}  // namespace
}  // namespace directfanz::transcode
