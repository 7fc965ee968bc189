#include "media/live/ladder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::live {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Ladder, IsReadInAnyOrderAndWrittenLargestFirst) {
    auto const ladder = parse_ladder("480p:1.2m 720p:2800k");
    ASSERT_TRUE(ladder);
    EXPECT_THAT(*ladder, ElementsAre(transcode::RungSetting{720, 2'800'000},
                                     transcode::RungSetting{480, 1'200'000}));
    EXPECT_EQ(to_string(*ladder), "720p:2800k 480p:1200k");
    EXPECT_EQ(parse_ladder(to_string(*ladder)).value(), *ladder);
}

TEST(Ladder, OfNoneIsTheSourceAlone) {
    auto const ladder = parse_ladder("none");
    ASSERT_TRUE(ladder);
    EXPECT_THAT(*ladder, IsEmpty());
    EXPECT_EQ(to_string(*ladder), "none");
}

TEST(Ladder, ThatCannotWorkIsRefusedWithWords) {
    for (auto const& [text, words] : std::initializer_list<std::pair<char const*, char const*>>{
             {"", "there is no rung"},
             {"720p", "'720p' is no rung: write 720p:2800k"},
             {"720p:1m 480p:2m", "480p has to have fewer bits than 720p"},
             {"721p:1m", "odd"},
             {"720p:1m 720p:2m", "two rungs of 720p"},
             {"720p:1", "not between"}}) {
        auto const ladder = parse_ladder(text);
        ASSERT_FALSE(ladder) << text;
        EXPECT_EQ(ladder.error().kind, ErrorKind::invalid);
        EXPECT_THAT(ladder.error().message, HasSubstr(words));
    }
}

TEST(LadderState, TellsWhatIsMadeAndWhatIsLeftOut) {
    transcode::TranscodeStatus const status{
        .state = transcode::TranscodeState::running,
        .mode = transcode::Mode::grid,
        .encoder = "x264",
        .rungs = {{.rung = {"video", 1280, 720, 2'800'000}},
                  {.rung = {"480p", 854, 480, 1'200'000}, .shed = true}},
        .shed_level = 2,
        .standing_in = true};
    auto const state = ladder_state(status);
    EXPECT_EQ(state.phase, LadderState::Phase::running);
    EXPECT_EQ(to_string(state.phase), "running");
    EXPECT_TRUE(state.source_encoded);
    EXPECT_TRUE(state.source_silent);
    EXPECT_EQ(state.shed_level, 2U);
    EXPECT_THAT(state.rungs, ElementsAre(LadderRung{"video", 1280, 720, 2'800'000, false},
                                         LadderRung{"480p", 854, 480, 1'200'000, true}));
    auto const alone = ladder_state(
        {.state = transcode::TranscodeState::source_only, .reason = "It failed three times."});
    EXPECT_EQ(to_string(alone.phase), "source_only");
    EXPECT_EQ(alone.reason, "It failed three times.");
}

}  // namespace
}  // namespace directfanz::live
