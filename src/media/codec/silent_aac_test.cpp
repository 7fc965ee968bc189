#include "media/codec/silent_aac.hpp"

#include "media/codec/aac.hpp"

#include <gtest/gtest.h>

namespace directfanz::aac {
namespace {

Track track(Bytes config) {
    return describe(Blob(std::move(config))).value();
}

TEST(SilentAac, IsOneChannelElementAndTheEnd) {
    auto const frame = silent_frame(track({0x11, 0x88}));
    ASSERT_TRUE(frame);
    EXPECT_EQ(*frame, Blob(Bytes{0x00, 0x00, 0x00, 0x07}));
}

TEST(SilentAac, IsOneElementForAPairOfChannels) {
    auto const frame = silent_frame(track({0x11, 0x90}));
    ASSERT_TRUE(frame);
    EXPECT_EQ(*frame, Blob(Bytes{0x21, 0x00, 0x00, 0x00, 0x00, 0x1c}));
}

TEST(SilentAac, IsNothingForOtherKindsOfAac) {
    EXPECT_FALSE(silent_frame(track({0x2b, 0x11, 0x88, 0x00}))) << "HE-AAC";
    EXPECT_FALSE(silent_frame(track({0x11, 0xb0}))) << "six channels";
    EXPECT_FALSE(silent_frame(Track()));
}

}  // namespace
}  // namespace directfanz::aac
