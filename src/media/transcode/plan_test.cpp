#include "media/transcode/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr SourcePicture kFullHd{1920, 1080, 30, 6'000'000};

std::vector<std::string> names(Plan const& plan) {
    std::vector<std::string> names;
    for (auto const& rung : plan.rungs) names.push_back(rung.name);
    return names;
}

TEST(Plan, FollowsASourceWithTheRungsBelowIt) {
    auto const plan = make_plan(Mode::follow, kFullHd, Audio::passed, {});
    EXPECT_THAT(names(plan), ElementsAre("720p", "480p", "360p"));
    EXPECT_EQ(plan.audio_bitrate, 0U);
    EXPECT_EQ(plan.audio_only_bitrate, 64'000U);
}

TEST(Plan, EncodesTheLeadingVideoTooOnAGrid) {
    auto const plan = make_plan(Mode::grid, kFullHd, Audio::passed, {});
    EXPECT_THAT(names(plan), ElementsAre("video", "720p", "480p", "360p"));
    EXPECT_EQ(plan.rungs[0].height, 1080U);
    auto const setup = to_setup(plan, {}, "x264", "");
    EXPECT_EQ(setup.key_interval, 2U * 90'000U);
}

TEST(Plan, OnAGridTheRungsGoByTheLeadingVideo) {
    // The source has few bits, but what leads has as many as its rung needs.
    auto const plan = make_plan(Mode::grid, {1280, 720, 30, 900'000}, Audio::passed, {});
    EXPECT_THAT(names(plan), ElementsAre("video", "480p", "360p"));
    auto const huge = make_plan(Mode::grid, {3840, 2160, 30, 20'000'000}, Audio::passed, {});
    EXPECT_THAT(names(huge), ElementsAre("video", "720p", "480p", "360p"));
}

TEST(Plan, ASmallSourceHasNoRungsAndNoAudioOnly) {
    auto const plan = make_plan(Mode::follow, {640, 360, 30, 800'000}, Audio::passed, {});
    EXPECT_THAT(plan.rungs, IsEmpty());
    EXPECT_EQ(plan.audio_only_bitrate, 0U);
}

TEST(Plan, EncodesAudioThatCannotBePassed) {
    EXPECT_EQ(make_plan(Mode::follow, kFullHd, Audio::encoded, {}).audio_bitrate, 128'000U);
    auto const silent = make_plan(Mode::follow, kFullHd, Audio::none, {});
    EXPECT_EQ(silent.audio_bitrate, 0U);
    EXPECT_EQ(silent.audio_only_bitrate, 0U);
}

TEST(Plan, IsToldToTheWorker) {
    auto const plan = make_plan(Mode::follow, {1920, 1080, 60, 6'000'000}, Audio::passed, {});
    auto const setup = to_setup(plan, {}, "x264", "My show");
    EXPECT_EQ(setup.title, "My show");
    EXPECT_EQ(setup.encoder, "x264");
    EXPECT_EQ(setup.thumbnail_interval, 5U * 90'000U);
    EXPECT_EQ(setup.key_interval, 0U);
    ASSERT_EQ(setup.rungs.size(), 3U);
    EXPECT_EQ(setup.rungs[0], (wire::Rung{"720p", 1280, 720, 2'800'000, 1}));
    EXPECT_EQ(setup.rungs[2], (wire::Rung{"360p", 640, 360, 700'000, 2}));
}

TEST(Plan, ATitleThatIsTooLongIsCut) {
    EXPECT_EQ(to_setup({}, {}, "x264", std::string(5'000, 'x')).title.size(), wire::kMaxText);
}

TEST(Plan, NamesTheRenditions) {
    auto const plan = make_plan(Mode::grid, kFullHd, Audio::encoded, {});
    EXPECT_EQ(name_of(plan, 0), "video");
    EXPECT_EQ(name_of(plan, 1), "720p");
    EXPECT_EQ(name_of(plan, wire::kAudioRung), "audio");
    EXPECT_EQ(name_of(plan, wire::kAudioOnlyRung), "audioonly");
}

}  // namespace
}  // namespace directfanz::transcode
