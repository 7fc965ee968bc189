#include "media/transcode/ladder.hpp"

#include "base/property_test.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> names(std::vector<Rung> const& rungs) {
    std::vector<std::string> names;
    for (auto const& rung : rungs) names.push_back(rung.name);
    return names;
}

std::vector<Rung> below(SourcePicture const& source) {
    return rungs_below(source, default_ladder());
}

std::string refusal(std::string_view text) {
    auto const ladder = parse_ladder(text);
    return ladder ? "" : ladder.error().message;
}

TEST(Ladder, AFullHdSourceHasThreeRungsBelowIt) {
    auto const rungs = below({1920, 1080, 30, 6'000'000});
    EXPECT_THAT(names(rungs), ElementsAre("720p", "480p", "360p"));
    EXPECT_EQ(rungs[0], (Rung{"720p", 1280, 720, 2'800'000, false}));
    EXPECT_EQ(rungs[1], (Rung{"480p", 854, 480, 1'200'000, false}));
    EXPECT_EQ(rungs[2], (Rung{"360p", 640, 360, 700'000, false}));
}

TEST(Ladder, A4kSourceHasFullHdBelowIt) {
    EXPECT_THAT(names(below({3840, 2160, 30, 15'000'000})),
                ElementsAre("1080p", "720p", "480p", "360p"));
}

TEST(Ladder, NothingIsScaledUp) {
    EXPECT_THAT(names(below({854, 480, 30, 2'000'000})), ElementsAre("360p"));
    EXPECT_THAT(below({640, 360, 30, 2'000'000}), IsEmpty());
    EXPECT_THAT(below({320, 180, 30, 2'000'000}), IsEmpty());
}

TEST(Ladder, APortraitPhoneGetsRungsByItsShorterSide) {
    auto const rungs = below({1080, 1920, 30, 6'000'000});
    EXPECT_THAT(names(rungs), ElementsAre("720p", "480p", "360p"));
    EXPECT_EQ(rungs[0].width, 720U);
    EXPECT_EQ(rungs[0].height, 1280U);
    EXPECT_EQ(rungs[1].width, 480U);
    EXPECT_EQ(rungs[1].height, 854U);
}

TEST(Ladder, ARungOfNearlyTheSourcesSizeAddsNothing) {
    EXPECT_THAT(names(below({1360, 768, 30, 6'000'000})), ElementsAre("480p", "360p"));
    EXPECT_THAT(names(below({1440, 810, 30, 6'000'000})), ElementsAre("720p", "480p", "360p"));
}

TEST(Ladder, ARungWithTheSourcesBitsAddsNothing) {
    EXPECT_THAT(names(below({1920, 1080, 30, 2'800'000})), ElementsAre("480p", "360p"));
    EXPECT_THAT(names(below({1920, 1080, 30, 1'000'000})), ElementsAre("360p"));
    EXPECT_THAT(below({1920, 1080, 30, 500'000}), IsEmpty());
}

TEST(Ladder, ABitRateThatIsNotKnownDropsNothing) {
    EXPECT_THAT(names(below({1920, 1080, 30, 0})), ElementsAre("720p", "480p", "360p"));
}

TEST(Ladder, ASizeThatIsNotKnownHasNoRungs) {
    EXPECT_THAT(below({0, 0, 30, 6'000'000}), IsEmpty());
    EXPECT_THAT(below({1920, 0, 30, 6'000'000}), IsEmpty());
}

TEST(Ladder, SixtyFramesAreHalvedBelow480Lines) {
    auto const rungs = below({1920, 1080, 60, 6'000'000});
    ASSERT_EQ(rungs.size(), 3U);
    EXPECT_FALSE(rungs[0].half_rate);
    EXPECT_FALSE(rungs[1].half_rate);
    EXPECT_TRUE(rungs[2].half_rate);
    for (auto const rate : {0.0, 25.0, 29.97, 30.0})
        EXPECT_FALSE(below({1920, 1080, rate, 6'000'000}).back().half_rate) << rate;
    for (auto const rate : {50.0, 59.94, 120.0})
        EXPECT_TRUE(below({1920, 1080, rate, 6'000'000}).back().half_rate) << rate;
}

TEST(Ladder, WideAndNarrowShapesAreKept) {
    // 21:9
    auto const wide = below({2560, 1080, 30, 8'000'000});
    EXPECT_EQ(wide[0].width, 1706U);
    EXPECT_EQ(wide[0].height, 720U);
    // 4:3
    auto const old = below({1440, 1080, 30, 8'000'000});
    EXPECT_EQ(old[1].width, 640U);
    EXPECT_EQ(old[1].height, 480U);
    auto const square = below({1080, 1080, 30, 8'000'000});
    EXPECT_EQ(square[0].width, 720U);
    EXPECT_EQ(square[0].height, 720U);
}

TEST(Ladder, AnEmptyLadderHasNoRungs) {
    EXPECT_THAT(rungs_below({1920, 1080, 30, 6'000'000}, {}), IsEmpty());
}

TEST(Ladder, EveryRungIsEvenSmallerAndInShape) {
    directfanz::testing::for_all_seeds([](directfanz::testing::Generator& any) {
        SourcePicture const source{.width = any.number(2U, 4'096U),
                                   .height = any.number(2U, 4'096U),
                                   .frame_rate = any.number(0, 60) * 1.0,
                                   .bitrate = any.number(0U, 10'000'000U)};
        auto shorter = std::min(source.width, source.height);
        auto bits = source.bitrate == 0 ? UINT32_MAX : source.bitrate;
        for (auto const& rung : rungs_below(source, default_ladder())) {
            EXPECT_EQ(rung.width % 2, 0U);
            EXPECT_EQ(rung.height % 2, 0U);
            EXPECT_LT(std::min(rung.width, rung.height), shorter);
            EXPECT_LT(rung.bitrate, bits);
            // A pixel either way, for even sizes.
            auto const scale = static_cast<double>(rung.width) / source.width;
            EXPECT_NEAR(rung.height, source.height * scale,
                        1.01 + 1.01 * source.height / source.width);
            shorter = std::min(rung.width, rung.height);
            bits = rung.bitrate;
        }
    });
}

TEST(TopRung, HasTheSourcesSizeAndTheBitsOfItsRung) {
    auto const ladder = default_ladder();
    EXPECT_EQ(top_rung({1920, 1080, 30, 6'000'000}, ladder, "video"),
              (Rung{"video", 1920, 1080, 4'500'000, false}));
    EXPECT_EQ(top_rung({1280, 720, 60, 0}, ladder, "video"),
              (Rung{"video", 1280, 720, 2'800'000, false}));
    // Between two rungs: the larger one's.
    EXPECT_EQ(top_rung({960, 540, 30, 0}, ladder, "video").bitrate, 2'800'000U);
}

TEST(TopRung, IsNoLargerThanTheLaddersLargest) {
    auto const top = top_rung({3840, 2160, 30, 20'000'000}, default_ladder(), "video");
    EXPECT_EQ(top, (Rung{"video", 1920, 1080, 4'500'000, false}));
    auto const portrait = top_rung({2160, 3840, 30, 20'000'000}, default_ladder(), "video");
    EXPECT_EQ(portrait.width, 1080U);
    EXPECT_EQ(portrait.height, 1920U);
}

TEST(TopRung, WithoutALadderGoesByItsPixels) {
    EXPECT_EQ(top_rung({1280, 720, 30, 0}, {}, "video").bitrate, 2'800'000U);
    EXPECT_EQ(top_rung({32, 32, 30, 0}, {}, "video").bitrate, kMinRungBitrate);
}

TEST(TopRung, OddSizesBecomeEven) {
    auto const top = top_rung({853, 481, 30, 0}, default_ladder(), "video");
    EXPECT_EQ(top.width % 2, 0U);
    EXPECT_EQ(top.height % 2, 0U);
}

TEST(LadderText, IsReadInAnyOrder) {
    auto const ladder = parse_ladder(" 480p:1200k, 720p:2.8m\t360p:700000");
    ASSERT_TRUE(ladder) << describe(ladder.error());
    EXPECT_THAT(*ladder, ElementsAre(RungSetting{720, 2'800'000}, RungSetting{480, 1'200'000},
                                     RungSetting{360, 700'000}));
}

TEST(LadderText, IsWrittenAsItIsRead) {
    auto const text = to_string(default_ladder());
    EXPECT_EQ(text, "1080p:4500k 720p:2800k 480p:1200k 360p:700k");
    EXPECT_EQ(parse_ladder(text), default_ladder());
    EXPECT_EQ(to_string(std::vector<RungSetting>{{240, 333'333}}), "240p:333333");
}

TEST(LadderText, CanBeEmpty) {
    EXPECT_EQ(parse_ladder(""), std::vector<RungSetting>());
    EXPECT_EQ(parse_ladder(" , "), std::vector<RungSetting>());
    EXPECT_EQ(to_string({}), "");
}

TEST(LadderText, WhatIsNoRungIsRefusedInWords) {
    for (auto const* const text : {"720", "720:1m", "p:1m", "720p", "hd:1m", "-720p:1m", "720p1m",
                                   "99999999999999p:1m", "720pp:1m"}) {
        EXPECT_THAT(refusal(text), HasSubstr("write 720p:2800k")) << text;
    }
    for (auto const* const text : {"720p:", "720p:fast", "720p:1g", "720p:1kk", "720p:1e9"}) {
        EXPECT_THAT(refusal(text), HasSubstr("no bit rate")) << text;
    }
    for (auto const* const text :
         {"720p:1k", "720p:-1m", "720p:inf", "720p:nan", "720p:0", "720p:101m"})
        EXPECT_THAT(refusal(text), HasSubstr("not between 50k and 100m")) << text;
}

TEST(LadderText, ALadderThatCannotWorkIsRefusedInWords) {
    EXPECT_THAT(refusal("720p:2m 720p:1m"), HasSubstr("two rungs of 720p"));
    EXPECT_THAT(refusal("721p:2m"), HasSubstr("721p is odd"));
    EXPECT_THAT(refusal("480p:2m 720p:1m"), HasSubstr("480p has to have fewer bits than 720p"));
    EXPECT_THAT(refusal("480p:2m 720p:2m"), HasSubstr("480p has to have fewer bits than 720p"));
    EXPECT_THAT(refusal("88p:1m"), HasSubstr("not between 90p and 4320p"));
    EXPECT_THAT(refusal("5000p:1m"), HasSubstr("not between 90p and 4320p"));
    EXPECT_THAT(refusal("1080p:7m 720p:6m 576p:5m 480p:4m 360p:3m 240p:2m 144p:1m"),
                HasSubstr("7 rungs are too many: at most 6"));
}

TEST(LadderText, TheDefaultLadderWorks) {
    EXPECT_EQ(check_ladder(default_ladder()), default_ladder());
}

}  // namespace
}  // namespace directfanz::transcode
