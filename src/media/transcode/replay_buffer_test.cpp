#include "media/transcode/replay_buffer.hpp"

#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

Sample sample(std::int64_t dts, bool sync, std::size_t size = 10) {
    return {.dts = dts, .sync = sync, .payload = Blob(Bytes(size))};
}

TEST(ReplayBuffer, HoldsWhatFollowsTheLastKeyFrame) {
    ReplayBuffer buffer;
    buffer.push(sample(1, true));
    buffer.push(sample(2, false));
    buffer.push(sample(3, true));
    buffer.push(sample(4, false));
    ASSERT_EQ(buffer.samples().size(), 2U);
    EXPECT_EQ(buffer.samples().front().dts, 3);
}

TEST(ReplayBuffer, HoldsNothingThatCannotBeDecoded) {
    ReplayBuffer buffer;
    buffer.push(sample(1, false));
    EXPECT_TRUE(buffer.empty());
}

TEST(ReplayBuffer, CanKeepAllGroups) {
    ReplayBuffer buffer;
    buffer.keep(ReplayBuffer::Keep::all);
    buffer.push(sample(1, true));
    buffer.push(sample(2, true));
    EXPECT_EQ(buffer.samples().size(), 2U);
    buffer.keep(ReplayBuffer::Keep::last_group);
    buffer.push(sample(3, true));
    EXPECT_EQ(buffer.samples().size(), 1U);
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
    // What was given up is not counted.
    buffer.push(sample(2, true, ReplayBuffer::kMaxBytes));
    EXPECT_FALSE(buffer.empty());
}

}  // namespace
}  // namespace directfanz::transcode
