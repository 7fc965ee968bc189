#include "load/viewer.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace directfanz::load {
namespace {

/// Keeps what was asked for; the test answers.
class Recorder final : public Transport {
  public:
    void get(Resource const& resource, Viewer&) override { asked.push_back(resource.path); }
    bool lost() const override { return false; }
    std::vector<std::string> asked;
};

/// Segment 7 with so many parts.
std::string playlist(int parts) {
    std::string text = "#EXTM3U\n#EXT-X-PART-INF:PART-TARGET=0.25\n#EXT-X-MEDIA-SEQUENCE:7\n";
    for (int i = 0; i < parts; ++i)
        text += fmt::format("#EXT-X-PART:DURATION=0.25,URI=\"7.{}.m4s\"\n", i);
    return text + "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"hint\"\n";
}

class ViewerTest : public testing::Test {
  protected:
    ViewerTest() {
        board_.learn(MediaPlaylist::parse(playlist(1)), start_);
        reception_.counting = true;
        viewer_.start();
    }

    void answer(unsigned status, std::string_view body, milliseconds after) {
        viewer_.answered(
            {.status = status, .bytes = body.size(), .body = body, .at = start_ + after});
    }

    SteadyTime const start_ = steady_now();
    Poller poller_;
    Board board_{"host:80", "/live/x/video.m3u8"};
    Reception reception_;
    Recorder transport_;
    Viewer viewer_{poller_, board_, reception_, transport_};
};

TEST_F(ViewerTest, it_waits_for_the_next_part_then_loads_it_then_waits_again) {
    EXPECT_TRUE(viewer_.wants_body());
    answer(200, playlist(2), milliseconds(250));
    EXPECT_FALSE(viewer_.wants_body());
    answer(200, {}, milliseconds(260));
    EXPECT_EQ(transport_.asked,
              (std::vector<std::string>{
                  "/live/x/video.m3u8?_HLS_msn=7&_HLS_part=1&_HLS_skip=YES", "/live/x/7.1.m4s",
                  "/live/x/video.m3u8?_HLS_msn=7&_HLS_part=2&_HLS_skip=YES"}));
    EXPECT_EQ(reception_.playlists, 1U);
    EXPECT_EQ(reception_.parts, 1U);
}

TEST_F(ViewerTest, what_another_viewer_has_read_it_does_not_read_again) {
    board_.learn(MediaPlaylist::parse(playlist(2)), start_ + milliseconds(250));
    EXPECT_FALSE(viewer_.wants_body());
    answer(200, {}, milliseconds(300));
    EXPECT_EQ(transport_.asked.back(), "/live/x/7.1.m4s");
}

TEST_F(ViewerTest, lateness_counts_from_when_the_part_was_first_listed_to_anybody) {
    board_.learn(MediaPlaylist::parse(playlist(2)), start_ + milliseconds(250));
    answer(200, {}, milliseconds(300));
    answer(200, {}, milliseconds(400));
    EXPECT_EQ(reception_.lateness.milliseconds_at(1), 150);
    EXPECT_EQ(reception_.late_parts, 0U);
}

TEST_F(ViewerTest, a_part_is_late_half_a_second_after_its_own_length) {
    answer(200, playlist(2), milliseconds(0));
    answer(200, {}, milliseconds(750));
    EXPECT_EQ(reception_.late_parts, 0U);
    answer(200, playlist(3), milliseconds(1000));
    answer(200, {}, milliseconds(1751));
    EXPECT_EQ(reception_.late_parts, 1U);
    EXPECT_EQ(reception_.parts, 2U);
}

TEST_F(ViewerTest, a_refused_part_is_a_failure_and_no_part) {
    answer(200, playlist(2), milliseconds(0));
    answer(404, {}, milliseconds(1));
    EXPECT_EQ(reception_.failures, 1U);
    EXPECT_EQ(reception_.parts, 0U);
    EXPECT_EQ(reception_.lateness.count(), 0U);
}

TEST_F(ViewerTest, a_playlist_without_the_part_that_was_asked_for_is_a_failure) {
    answer(200, playlist(1), milliseconds(0));
    EXPECT_EQ(reception_.failures, 1U);
    EXPECT_EQ(transport_.asked.size(), 1U);
}

TEST_F(ViewerTest, before_and_after_the_measurement_nothing_counts) {
    reception_.counting = false;
    answer(200, playlist(2), milliseconds(0));
    answer(200, {}, milliseconds(5000));
    answer(500, {}, milliseconds(5000));
    EXPECT_EQ(reception_.playlists + reception_.parts + reception_.failures, 0U);
    EXPECT_EQ(reception_.lateness.count(), 0U);
}

TEST_F(ViewerTest, who_reads_parts_gets_them) {
    std::vector<std::string> read;
    viewer_.read_parts([&read](Answer const& part) { read.emplace_back(part.body); });
    answer(200, playlist(2), milliseconds(0));
    EXPECT_TRUE(viewer_.wants_body());
    answer(200, "media", milliseconds(1));
    EXPECT_EQ(read, std::vector<std::string>{"media"});
}

}  // namespace
}  // namespace directfanz::load
