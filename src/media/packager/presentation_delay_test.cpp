#include "media/packager/presentation_delay.hpp"

#include <gtest/gtest.h>

namespace directfanz::packager {
namespace {

PresentationDelay after(PresentationDelay delay, std::initializer_list<milliseconds> claims) {
    for (auto const claim : claims) delay.learn(claim);
    return delay;
}

TEST(PresentationDelay, IsWhatTheFirstKeyFrameSays) {
    EXPECT_EQ(after({}, {milliseconds(700)}).value(), milliseconds(700));
}

TEST(PresentationDelay, FollowsSmallChangesAtOnce) {
    EXPECT_EQ(after({}, {milliseconds(66), milliseconds(100)}).value(), milliseconds(100));
}

TEST(PresentationDelay, DoubtsALargeChangeUntilTheNextKeyFrameSaysItToo) {
    auto delay = after({}, {milliseconds(0), milliseconds(300)});
    EXPECT_EQ(delay.value(), milliseconds(0));
    delay.learn(milliseconds(310));
    EXPECT_EQ(delay.value(), milliseconds(310));
}

TEST(PresentationDelay, TakesOneDamagedClaimBetweenTwoSoundOnesForNothing) {
    auto const delay = after({}, {milliseconds(0), milliseconds(900), milliseconds(0),
                                  milliseconds(900), milliseconds(0)});
    EXPECT_EQ(delay.value(), milliseconds(0));
}

TEST(PresentationDelay, IsNeverMoreThanASecondEitherWay) {
    EXPECT_EQ(after({}, {seconds(8388)}).value(), seconds(1));
    EXPECT_EQ(after({}, {-seconds(8388)}).value(), -seconds(1));
}

TEST(PresentationDelay, StaysUntilAnotherIsSaidWhereAnyIsExpected) {
    auto delay = after({}, {milliseconds(66)});
    delay.expect_any();
    EXPECT_EQ(delay.value(), milliseconds(66));
    delay.learn(milliseconds(900));
    EXPECT_EQ(delay.value(), milliseconds(900));
}

}  // namespace
}  // namespace directfanz::packager
