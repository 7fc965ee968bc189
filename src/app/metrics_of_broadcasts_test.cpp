#include "app/metrics_of_broadcasts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::app {
namespace {

using live::BroadcastState;
using live::LadderState;
using testing::HasSubstr;
using testing::Not;

class MetricsOfBroadcastsTest : public testing::Test {
  protected:
    std::string text() const { return to_text(broadcasts.families()); }
    static LadderState ladder(unsigned shed_level) {
        return {.phase = LadderState::Phase::running,
                .encoder = "x264",
                .rungs = {{.name = "720p", .shed = shed_level > 1}, {.name = "480p"}},
                .shed_level = shed_level,
                .reason = {}};
    }

    StreamId const stream{"s1"};
    MetricsOfBroadcasts broadcasts;
};

TEST_F(MetricsOfBroadcastsTest, EachStateIsCounted) {
    EXPECT_THAT(text(), HasSubstr("directfanz_broadcasts{state=\"live\"} 0\n"));
    broadcasts.on_state(stream, BroadcastState::live);
    broadcasts.on_state(StreamId("s2"), BroadcastState::live);
    broadcasts.on_state(StreamId("s2"), BroadcastState::reconnecting);
    EXPECT_THAT(text(), HasSubstr("directfanz_broadcasts{state=\"live\"} 1\n"));
    EXPECT_THAT(text(), HasSubstr("directfanz_broadcasts{state=\"reconnecting\"} 1\n"));
    broadcasts.on_state(stream, BroadcastState::offline);
    EXPECT_THAT(text(), HasSubstr("directfanz_broadcasts{state=\"live\"} 0\n"));
}

TEST_F(MetricsOfBroadcastsTest, WhatIsShedIsSeen) {
    broadcasts.on_state(stream, BroadcastState::live);
    broadcasts.on_ladder(stream, ladder(0));
    EXPECT_THAT(text(), HasSubstr("directfanz_transcode_broadcasts{phase=\"running\"} 1\n"));
    EXPECT_THAT(text(), HasSubstr("directfanz_transcode_shed_level{stream=\"s1\"} 0\n"));
    EXPECT_THAT(text(), HasSubstr("directfanz_transcode_rungs{stream=\"s1\"} 2\n"));
    broadcasts.on_ladder(stream, ladder(1));
    broadcasts.on_ladder(stream, ladder(2));
    EXPECT_THAT(text(), HasSubstr("directfanz_transcode_shed_level{stream=\"s1\"} 2\n"));
    EXPECT_THAT(text(), HasSubstr("directfanz_transcode_rungs{stream=\"s1\"} 1\n"));
    broadcasts.on_ladder(stream, ladder(0));
    EXPECT_THAT(text(), HasSubstr("directfanz_transcode_shed_level{stream=\"s1\"} 0\n"));
    EXPECT_THAT(text(), HasSubstr("directfanz_transcode_sheddings_total 2\n"));
}

TEST_F(MetricsOfBroadcastsTest, WhatAPublisherSendsIsToldWhileItSends) {
    broadcasts.on_state(stream, BroadcastState::live);
    live::SourceSample sample;
    sample.elapsed = seconds(2);
    sample.video_bytes = 200'000;
    sample.audio_bytes = 50'000;
    broadcasts.on_source(stream, {}, sample);
    EXPECT_THAT(text(), HasSubstr("directfanz_source_bits_per_second{stream=\"s1\"} 1000000\n"));
    broadcasts.on_state(stream, BroadcastState::reconnecting);
    EXPECT_THAT(text(), HasSubstr("directfanz_source_bits_per_second{stream=\"s1\"} 0\n"));
}

TEST_F(MetricsOfBroadcastsTest, ABroadcastThatIsOverLeavesNoNumberOfItsOwn) {
    broadcasts.on_state(stream, BroadcastState::live);
    broadcasts.on_ladder(stream, ladder(1));
    broadcasts.on_state(stream, BroadcastState::ended);
    EXPECT_THAT(text(), Not(HasSubstr("stream=\"s1\"")));
    EXPECT_THAT(text(), HasSubstr("directfanz_transcode_sheddings_total 1\n"));
}

}  // namespace
}  // namespace directfanz::app
