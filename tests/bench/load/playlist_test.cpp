#include "load/playlist.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace directfanz::load {
namespace {

constexpr std::string_view kPlaylist = R"(#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.7
#EXT-X-PART-INF:PART-TARGET=0.234
#EXT-X-MEDIA-SEQUENCE:100
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
#EXTINF:2,
s/video/100.m4s
#EXT-X-PART:DURATION=1,URI="s/video/101.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=1,URI="s/video/101.1.m4s"
#EXTINF:2,
s/video/101.m4s
#EXT-X-PART:DURATION=1,URI="a,b=c.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=1,URI="gap.m4s",GAP=YES
#EXT-X-PART:DURATION=1,URI="s/video/102.2.m4s"
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="s/video/102.3.m4s"
#EXT-X-RENDITION-REPORT:URI="audio.m3u8",LAST-MSN=102,LAST-PART=2
)";

std::string replaced(std::string_view from, std::string_view to) {
    std::string text(kPlaylist);
    text.replace(text.find(from), from.size(), to);
    return text;
}

TEST(Playlist, parts_have_the_places_that_the_rules_give_them) {
    auto const playlist = MediaPlaylist::parse(kPlaylist);
    ASSERT_EQ(playlist.parts.size(), 4U);
    EXPECT_EQ(playlist.parts[0].place, (Place{101, 0}));
    EXPECT_EQ(playlist.parts[1].place, (Place{101, 1}));
    EXPECT_EQ(playlist.parts[1].uri, "s/video/101.1.m4s");
    EXPECT_EQ(playlist.parts[2].place, (Place{102, 0}));
    EXPECT_EQ(playlist.parts[2].uri, "a,b=c.m4s");
    EXPECT_EQ(playlist.part_target, microseconds(234000));
}

TEST(Playlist, a_gap_has_a_place_but_nothing_to_load) {
    auto const playlist = MediaPlaylist::parse(kPlaylist);
    EXPECT_EQ(playlist.parts[3].place, (Place{102, 2}));
    EXPECT_EQ(playlist.next, (Place{102, 3}));
}

TEST(Playlist, behind_a_whole_segment_the_next_part_is_the_first_of_the_next) {
    auto const text = replaced("#EXT-X-PRELOAD-HINT", "#EXTINF:2,\nx.m4s\n#EXT-X-PRELOAD-HINT");
    EXPECT_EQ(MediaPlaylist::parse(text).next, (Place{103, 0}));
}

TEST(Playlist, skipped_segments_count) {
    auto const text = replaced("#EXT-X-PROGRAM", "#EXT-X-SKIP:SKIPPED-SEGMENTS=7\n#EXT-X-PROGRAM");
    EXPECT_EQ(MediaPlaylist::parse(text).parts.front().place, (Place{108, 0}));
}

TEST(Playlist, what_a_viewer_cannot_follow_is_refused) {
    EXPECT_THROW(MediaPlaylist::parse(""), std::runtime_error);
    EXPECT_THROW(MediaPlaylist::parse("<html>"), std::runtime_error);
    EXPECT_THROW(MediaPlaylist::parse(replaced("#EXT-X-PRELOAD-HINT", "#X")), std::runtime_error);
    EXPECT_THROW(MediaPlaylist::parse(replaced("#EXT-X-PART-INF", "#X")), std::runtime_error);
}

TEST(Playlist, a_multivariant_playlist_names_video_and_audio) {
    auto const found = playlists_of(
        "#EXTM3U\n"
        "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"x\",URI=\"audio.m3u8\"\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\"\nvideo.m3u8\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=2,AUDIO=\"a\"\nbetter.m3u8\n");
    EXPECT_EQ(found, (std::vector<std::string>{"video.m3u8", "audio.m3u8"}));
    EXPECT_EQ(playlists_of("#EXTM3U\r\n#EXT-X-STREAM-INF:BANDWIDTH=1\r\nall.m3u8\r\n"),
              std::vector<std::string>{"all.m3u8"});
    EXPECT_THROW(playlists_of("#EXTM3U\n"), std::runtime_error);
}

}  // namespace
}  // namespace directfanz::load
