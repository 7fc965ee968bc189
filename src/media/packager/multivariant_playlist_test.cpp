#include "media/packager/playlist.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::packager {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// What a segment is: '.' whole, 'g' missing as a whole, 'o' growing, 'm' growing and missing so
/// far.
std::shared_ptr<RenditionWindow const> rendition(std::string name, std::string_view segments) {
    auto window = std::make_shared<RenditionWindow>();
    window->name = std::move(name);
    window->track = {.kind = MediaKind::video,
                     .codec_string = "avc1.64001f",
                     .format = VideoFormat{.width = 1280, .height = 720, .frame_rate = 30}};
    window->peak_bandwidth = window->average_bandwidth = 1'000'000;
    for (auto const kind : segments) {
        auto segment = std::make_shared<Segment>();
        segment->gap = kind == 'g' || kind == 'm';
        segment->complete = kind == '.' || kind == 'g';
        window->segments.push_back(std::move(segment));
    }
    return window;
}

std::string listed(std::string_view source, std::string_view rung) {
    Window window;
    window.renditions = {rendition("video", source), rendition("720p", rung)};
    return render_multivariant_playlist(window);
}

TEST(MultivariantPlaylist, ListsARungOfWhichAMomentIsMissing) {
    for (auto const* const segments : {"...", "..g", "..gm", "...m", "ggg.", "gggo", "gm", "m"})
        EXPECT_THAT(listed("....", segments), HasSubstr("720p.m3u8")) << segments;
}

TEST(MultivariantPlaylist, LeavesOutARungOfWhichNothingCame) {
    for (auto const* const segments : {"..gg", "..ggm", "gg", ".ggggggg"})
        EXPECT_THAT(listed("....", segments), Not(HasSubstr("720p.m3u8"))) << segments;
}

TEST(MultivariantPlaylist, AlwaysListsWhatLeads) {
    EXPECT_THAT(listed("gggg", "gggg"), HasSubstr("\nvideo.m3u8"));
}

}  // namespace
}  // namespace directfanz::packager
