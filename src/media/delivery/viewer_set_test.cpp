#include "media/delivery/viewer_set.hpp"

#include <gtest/gtest.h>

namespace directfanz::delivery {
namespace {

TEST(ViewerSet, CountsEverybodyOnce) {
    ViewerSet viewers;
    EXPECT_TRUE(viewers.empty());
    for (int round = 0; round < 3; ++round) {
        for (std::uint64_t viewer = 0; viewer < 1'000; ++viewer) viewers.see(viewer, 7);
    }
    EXPECT_EQ(viewers.estimate(), 1'000U);
}

TEST(ViewerSet, IsExactUpToItsLimit) {
    ViewerSet viewers;
    for (std::uint64_t viewer = 0; viewer < ViewerSet::kMost; ++viewer) viewers.see(viewer, 1);
    EXPECT_EQ(viewers.estimate(), ViewerSet::kMost);
}

TEST(ViewerSet, EstimatesWhatIsBeyondIt) {
    for (std::uint64_t const many : {10'000U, 100'000U, 1'000'000U}) {
        ViewerSet viewers;
        for (std::uint64_t viewer = 0; viewer < many; ++viewer) viewers.see(viewer, 1);
        auto const exact = static_cast<double>(many);
        EXPECT_NEAR(static_cast<double>(viewers.estimate()), exact, exact / 10);
    }
}

TEST(ViewerSet, ForgetsWhoIsSeenNoMore) {
    ViewerSet viewers;
    for (std::uint64_t viewer = 0; viewer < 100; ++viewer) viewers.see(viewer, 10);
    for (std::uint64_t viewer = 0; viewer < 40; ++viewer) viewers.see(viewer, 20);
    viewers.forget_before(10);
    EXPECT_EQ(viewers.estimate(), 100U);
    viewers.forget_before(11);
    EXPECT_EQ(viewers.estimate(), 40U);
    viewers.see(99, 20);
    EXPECT_EQ(viewers.estimate(), 41U);
    viewers.forget_before(21);
    EXPECT_TRUE(viewers.empty());
}

TEST(ViewerSet, IsExactAgainOnceACrowdHasLeft) {
    ViewerSet viewers;
    for (std::uint64_t viewer = 0; viewer < 50'000; ++viewer) viewers.see(viewer, 1);
    viewers.forget_before(2);
    for (std::uint64_t viewer = 0; viewer < 10; ++viewer) viewers.see(viewer, 2);
    EXPECT_EQ(viewers.estimate(), 10U);
}

TEST(ViewerSet, CountsWhoIsOnTwoLoopsOnce) {
    ViewerSet one;
    ViewerSet other;
    for (std::uint64_t viewer = 0; viewer < 600; ++viewer) one.see(viewer, 1);
    for (std::uint64_t viewer = 400; viewer < 1'000; ++viewer) other.see(viewer, 1);
    one.unite(other);
    EXPECT_EQ(one.estimate(), 1'000U);
    one.unite(ViewerSet());
    EXPECT_EQ(one.estimate(), 1'000U);
}

TEST(ViewerSet, UnitesAnEstimateWithAnExactOne) {
    ViewerSet few;
    ViewerSet many;
    for (std::uint64_t viewer = 0; viewer < 1'000; ++viewer) few.see(viewer, 1);
    for (std::uint64_t viewer = 0; viewer < 64'000; ++viewer) many.see(viewer, 1);
    few.unite(many);
    EXPECT_NEAR(static_cast<double>(few.estimate()), 64'000, 6'400);
}

}  // namespace
}  // namespace directfanz::delivery
