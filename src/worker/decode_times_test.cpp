#include "worker/decode_times.hpp"

#include "base/property_test.hpp"

#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz::worker {
namespace {

constexpr std::int64_t kFrame = 3000;

std::vector<std::int64_t> decoded(DecodeTimes& times, std::size_t count) {
    std::vector<std::int64_t> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(times.next().dts);
    return out;
}

TEST(DecodeTimes, DecodesEachPictureWhenTheOneBeforeItIsShown) {
    DecodeTimes times(kFrame);
    for (int i = 0; i < 6; ++i) times.shown(i * kFrame, i % 3 == 0);
    EXPECT_EQ(decoded(times, 6), (std::vector<std::int64_t>{-3000, 0, 3000, 6000, 9000, 12'000}));
}

TEST(DecodeTimes, TellsHowLongEachIsDecodedUnlessItIsTheNewest) {
    DecodeTimes times(kFrame);
    times.shown(0, true);
    times.shown(3600, false);
    times.shown(6000, false);
    EXPECT_EQ(times.next().duration, 3000U) << "until the first picture is shown";
    EXPECT_EQ(times.next().duration, 3600U);
    EXPECT_EQ(times.next().duration, 0U);
    times.shown(9000, false);
    EXPECT_EQ(times.next().dts, 6000);
}

TEST(DecodeTimes, OfASinglePictureIsTheUsualTimeBeforeIt) {
    DecodeTimes times(kFrame);
    times.shown(9000, true);
    auto const time = times.next();
    EXPECT_EQ(time.dts, 6000);
    EXPECT_EQ(time.duration, 0U);
}

TEST(DecodeTimes, TheFirstIsNotDecodedLongBeforeItIsShown) {
    DecodeTimes times(kFrame);
    times.shown(90'000, true);
    // It lasts a third of a second.
    times.shown(120'000, false);
    times.shown(123'000, false);
    EXPECT_EQ(decoded(times, 3), (std::vector<std::int64_t>{87'000, 90'000, 120'000}));
}

TEST(DecodeTimes, DecodesAKeyPictureBehindAPauseAsLateAsTheOthers) {
    DecodeTimes times(kFrame);
    times.shown(0, true);
    times.shown(3000, false);
    // It came 900 ms late.
    times.shown(84'000, true);
    times.shown(87'000, false);
    EXPECT_EQ(decoded(times, 2), (std::vector<std::int64_t>{-3000, 0}));
    auto const key = times.next();
    EXPECT_EQ(key.dts, 81'000);
    EXPECT_EQ(key.duration, 3000U);
    EXPECT_EQ(times.next().dts, 84'000);
}

TEST(DecodeTimes, OfAnySourceFollowEachOtherAsPromised) {
    testing::for_all_seeds([](testing::Generator& any) {
        DecodeTimes times(kFrame);
        std::int64_t pts = 0;
        std::size_t in = 0;
        std::size_t out = 0;
        std::optional<std::int64_t> promised;
        while (in < 200) {
            pts += any.number<std::int64_t>(1, 9000);
            times.shown(pts, in == 0 || any.one_in(10));
            if (++in < 4) continue;
            auto const time = times.next();
            ++out;
            ASSERT_GT(time.duration, 0U);
            ASSERT_EQ(time.dts, promised.value_or(time.dts));
            promised = time.dts + time.duration;
        }
        for (; out < in; ++out) {
            auto const time = times.next();
            ASSERT_EQ(time.dts, *promised);
            promised = time.dts + time.duration;
        }
    });
}

}  // namespace
}  // namespace directfanz::worker
