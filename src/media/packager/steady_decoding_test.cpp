#include "media/packager/steady_decoding.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace directfanz::packager {
namespace {

Sample picture(std::int64_t dts, std::int64_t pts, bool sync = false) {
    return {.dts = dts,
            .composition_offset = static_cast<std::int32_t>(pts - dts),
            .sync = sync,
            .payload = {}};
}

TEST(SteadyDecoding, LeavesAConstantFrameRateAlone) {
    SteadyDecoding decoding;
    for (std::int64_t i = 0; i < 100; ++i) {
        auto const in = picture(i * 3000, i * 3000 + (i % 10 == 0 ? 3000 : 9000), i % 10 == 0);
        auto const out = decoding.steady(in);
        EXPECT_EQ(out.dts, in.dts);
        EXPECT_EQ(out.composition_offset, in.composition_offset);
    }
}

TEST(SteadyDecoding, DecodesAKeyFrameBehindAPauseAsLateAsTheOthers) {
    SteadyDecoding decoding;
    decoding.steady(picture(-3000, 0, true));
    decoding.steady(picture(0, 3000));
    // It came 900 ms late; its decode time is the one before's presentation time.
    auto const key = decoding.steady(picture(3000, 84'000, true));
    EXPECT_EQ(key.dts, 81'000);
    EXPECT_EQ(key.pts(), 84'000);
    auto const next = decoding.steady(picture(84'000, 87'000));
    EXPECT_EQ(next.dts, 84'000);
}

TEST(SteadyDecoding, DecodesNothingBeforeTheKeyFrameThatItFollows) {
    SteadyDecoding decoding;
    decoding.steady(picture(-6000, 0, true));
    decoding.steady(picture(-3000, 3000));
    decoding.steady(picture(0, 84'000, true));
    std::vector<Sample> const behind{decoding.steady(picture(3000, 90'000)),
                                     decoding.steady(picture(84'000, 87'000))};
    EXPECT_EQ(behind[0].dts, 78'001);
    EXPECT_EQ(behind[0].pts(), 90'000);
    EXPECT_EQ(behind[1].dts, 84'000);
}

TEST(SteadyDecoding, FollowsAnEncoderThatStopsReorderingAndKeepsToThatWhenItBeginsAgain) {
    SteadyDecoding decoding;
    decoding.steady(picture(0, 6000, true));
    EXPECT_EQ(decoding.steady(picture(9000, 9000, true)).dts, 9000);
    EXPECT_EQ(decoding.steady(picture(12'000, 18'000, true)).dts, 18'000);
    EXPECT_EQ(decoding.steady(picture(15'000, 27'000)).dts, 18'001);
    EXPECT_EQ(decoding.steady(picture(18'000, 21'000)).dts, 18'002);
}

TEST(SteadyDecoding, ShowsNoPictureBeforeItIsDecoded) {
    SteadyDecoding decoding;
    decoding.steady(picture(90'000, 90'000, true));
    // Another encoder goes over what was there already.
    EXPECT_EQ(decoding.steady(picture(60'000, 63'000)).dts, 60'000);
}

}  // namespace
}  // namespace directfanz::packager
