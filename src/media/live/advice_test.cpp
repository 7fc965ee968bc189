#include "media/live/advice.hpp"

#include <gtest/gtest.h>

namespace directfanz::live {
namespace {

TEST(Advice, SaysWhatWasMeasuredAndWhatToDo) {
    EXPECT_EQ(sentence({AdviceKind::key_frames_too_far_apart, 8'000}),
              "Your key frames are 8 s apart: set the key-frame interval to 2 s.");
    EXPECT_EQ(sentence({AdviceKind::long_frame_gap, 1'500}),
              "No picture came for 1.5 s: check your line, or lower the encoder's bit rate.");
    EXPECT_EQ(sentence({AdviceKind::sample_rate, 22'050}),
              "Your sound is sampled at 22.1 kHz and has to be converted: set 48 kHz.");
}

TEST(Advice, RoundsToTenthsOfASecond) {
    auto const says = [](std::int64_t measured, std::string_view length) {
        return sentence({AdviceKind::long_frame_gap, measured}).find(length) != std::string::npos;
    };
    EXPECT_TRUE(says(8'333, " 8.3 s:"));
    EXPECT_TRUE(says(7'960, " 8 s:"));
    EXPECT_TRUE(says(10'000, " 10 s:"));
}

TEST(Advice, HasANameForMachines) {
    EXPECT_EQ(name_of(AdviceKind::key_frames_too_far_apart), "key_frames_too_far_apart");
    EXPECT_EQ(name_of(AdviceKind::sample_rate), "sample_rate");
}

}  // namespace
}  // namespace directfanz::live
