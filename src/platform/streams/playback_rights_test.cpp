#include "platform/streams/playback_rights.hpp"

#include "base/random.hpp"
#include "platform/streams/store_fixture.hpp"

#include <gtest/gtest.h>

namespace directfanz::streams {
namespace {

using Answer = delivery::PlaybackGate::Answer;

StreamId const kStream("0123456789ab");

struct PlaybackRightsTest : testing::Test {
    void set(Phase phase) {
        auto shared = std::make_shared<StreamPage>(page);
        shared->stream.id = kStream;
        Situation now{.phase = phase, .broadcast = BroadcastRow{.id = "a"}};
        rights.on_situation(shared, {}, now);
        run([] {});
    }

    template <typename Work>
    void run(Work work) {
        auto& loop = loops[0];
        for (int i = 0; i < 2; ++i) {
            loop.context().restart();
            loop.post([&] {
                if (i == 1) work();
                loop.stop();
            });
            loop.run();
        }
    }

    Answer admit(std::string const& token = "", std::string const& address = "192.0.2.1") {
        auto answer = Answer::hidden;
        run([&] { answer = rights.admit(kStream, token, address).answer; });
        return answer;
    }

    std::string token(bool preview = false, seconds time = seconds(60), std::int64_t epoch = 0) {
        return tokens.make({.stream = kStream,
                            .preview = preview,
                            .expires_at = wall_now() + time,
                            .epoch = epoch,
                            .viewer = 7});
    }

    StreamPage page;
    io::LoopPool loops{1};
    PlaybackTokens tokens{random_bytes(PlaybackTokens::kSecretBytes)};
    PlaybackRights rights{loops, tokens, nullptr};
};

TEST_F(PlaybackRightsTest, NobodySeesAStreamThatIsNotOnAir) {
    EXPECT_EQ(admit(), Answer::hidden);
    EXPECT_EQ(admit(token(true)), Answer::hidden);
    set(Phase::live);
    EXPECT_EQ(admit(), Answer::everybody);
    rights.on_idle(kStream);
    EXPECT_EQ(admit(), Answer::hidden);
}

TEST_F(PlaybackRightsTest, APreviewIsForThoseWithItsToken) {
    set(Phase::preview);
    EXPECT_EQ(admit(), Answer::hidden);
    EXPECT_EQ(admit(token(false)), Answer::token);
    EXPECT_EQ(admit(token(true)), Answer::this_viewer);
    set(Phase::live);
    EXPECT_EQ(admit(), Answer::everybody);
    EXPECT_EQ(admit(token(true)), Answer::this_viewer) << "it need not change its address";
}

TEST_F(PlaybackRightsTest, WhatHasEndedCanBeWatchedToItsEnd) {
    set(Phase::ended);
    EXPECT_EQ(admit(), Answer::everybody);
}

TEST_F(PlaybackRightsTest, StreamsForSomeNeedATokenOfTheirOwn) {
    for (auto const visibility : {Visibility::followers, Visibility::password}) {
        page.stream.visibility = visibility;
        set(Phase::live);
        EXPECT_EQ(admit(), Answer::token);
        EXPECT_EQ(admit("forged"), Answer::token);
        EXPECT_EQ(admit(token()), Answer::this_viewer);
        EXPECT_EQ(admit(token(false, seconds(-1))), Answer::token) << "it has ended";
        auto const other = tokens.make(
            {.stream = StreamId("ba9876543210"), .expires_at = wall_now() + seconds(60)});
        EXPECT_EQ(admit(other), Answer::token) << "of another stream";
    }
}

TEST_F(PlaybackRightsTest, AChangedRightEndsWhatWasGivenBefore) {
    page.stream.visibility = Visibility::password;
    set(Phase::live);
    auto const before = token();
    EXPECT_EQ(admit(before), Answer::this_viewer);
    page.stream.access_epoch = 1;
    set(Phase::live);
    EXPECT_EQ(admit(before), Answer::token);
    EXPECT_EQ(admit(token(false, seconds(60), 1)), Answer::this_viewer);
}

TEST_F(PlaybackRightsTest, WhoIsSuspendedShowsNothing) {
    page.creator = Person{.suspended = true};
    set(Phase::live);
    EXPECT_EQ(admit(), Answer::suspended);
    EXPECT_EQ(admit(token(true)), Answer::suspended);
}

TEST_F(PlaybackRightsTest, WithoutACountryOnlyWhatIsAllowedNowhereElseIsShown) {
    page.stream.blocked_countries = {"DE"};
    set(Phase::live);
    EXPECT_EQ(admit(), Answer::this_viewer);
    page.stream.allowed_countries = {"FR"};
    set(Phase::live);
    EXPECT_EQ(admit(), Answer::country);
    EXPECT_EQ(admit(token(true)), Answer::this_viewer) << "its creator sees it anywhere";
}

TEST(Access, IsByCountry) {
    Access const allowed{.allowed_countries = {"DE", "AT"}, .blocked_countries = {"AT"}};
    EXPECT_TRUE(allowed.shown_in("DE"));
    EXPECT_FALSE(allowed.shown_in("AT"));
    EXPECT_FALSE(allowed.shown_in("FR"));
    Access const blocked{.blocked_countries = {"DE"}};
    EXPECT_FALSE(blocked.shown_in("DE"));
    EXPECT_TRUE(blocked.shown_in("FR"));
}

}  // namespace
}  // namespace directfanz::streams
