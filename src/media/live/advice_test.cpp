#include "media/live/advice.hpp"

#include <gtest/gtest.h>

namespace directfanz::live {
namespace {

using packager::Advice;

TEST(Advice, SaysWhatWasMeasuredAndWhatToDo) {
    EXPECT_EQ(sentence(Advice::key_frames_too_far_apart, seconds(8)),
              "Your key frames are 8 s apart: set the key-frame interval to 2 s.");
    EXPECT_EQ(sentence(Advice::long_frame_gap, milliseconds(1'500)),
              "No picture came for 1.5 s: check your line, or lower the encoder's bit rate.");
}

TEST(Advice, RoundsToTenthsOfASecond) {
    auto const says = [](milliseconds measured, std::string_view length) {
        return sentence(Advice::long_frame_gap, measured).find(length) != std::string::npos;
    };
    EXPECT_TRUE(says(milliseconds(8'333), " 8.3 s:"));
    EXPECT_TRUE(says(milliseconds(7'960), " 8 s:"));
    EXPECT_TRUE(says(milliseconds(10'000), " 10 s:"));
}

TEST(Advice, HasANameForMachines) {
    EXPECT_EQ(name_of(Advice::key_frames_too_far_apart), "key_frames_too_far_apart");
    EXPECT_EQ(name_of(Advice::long_frame_gap), "long_frame_gap");
}

}  // namespace
}  // namespace directfanz::live
