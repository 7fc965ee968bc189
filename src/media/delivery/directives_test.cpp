#include "media/delivery/directives.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace directfanz::delivery {
namespace {

using packager::Part;
using packager::RenditionWindow;
using packager::Segment;
using packager::Skip;
using packager::Window;

http::Request request(std::string query) {
    http::Request made;
    made.path = "/live/s/video.m3u8";
    made.query = std::move(query);
    return made;
}

std::shared_ptr<Segment const> segment(std::uint64_t media_sequence, std::size_t parts,
                                       bool complete) {
    auto made = std::make_shared<Segment>();
    made->media_sequence = media_sequence;
    made->parts.resize(parts);
    made->complete = complete;
    return made;
}

/// Segments 10 and 11 are whole with four parts each; 12 has two parts so far.
RenditionWindow growing() {
    RenditionWindow rendition;
    rendition.segments = {segment(10, 4, true), segment(11, 4, true), segment(12, 2, false)};
    return rendition;
}

/// Segment 11 has just ended; of 12 there is nothing yet.
RenditionWindow between_segments() {
    RenditionWindow rendition;
    rendition.segments = {segment(10, 4, true), segment(11, 4, true)};
    return rendition;
}

Window window_with_parts_of(milliseconds part_target) {
    Window window;
    window.target_duration = seconds(2);
    window.part_target = part_target;
    return window;
}

Directives until(std::uint64_t media_sequence) {
    return {media_sequence, std::nullopt, Skip::none};
}
Directives until(std::uint64_t media_sequence, std::uint64_t part) {
    return {media_sequence, part, Skip::none};
}

TEST(Directives, AreNoneWithoutAQuery) {
    auto const directives = parse_directives(request(""));
    ASSERT_TRUE(directives);
    EXPECT_FALSE(directives->media_sequence);
    EXPECT_FALSE(directives->part);
    EXPECT_EQ(directives->skip, Skip::none);
}

TEST(Directives, AreReadInAnyOrderAmongOthers) {
    auto const directives =
        parse_directives(request("token=x&_HLS_part=3&_HLS_skip=YES&_HLS_msn=12"));
    ASSERT_TRUE(directives);
    EXPECT_EQ(directives->media_sequence, 12U);
    EXPECT_EQ(directives->part, 3U);
    EXPECT_EQ(directives->skip, Skip::segments);
}

TEST(Directives, TakeVersionTwoOfSkipToo) {
    EXPECT_EQ(parse_directives(request("_HLS_skip=v2"))->skip, Skip::segments);
    EXPECT_EQ(parse_directives(request("_HLS_skip=NO"))->skip, Skip::none);
}

TEST(Directives, RefuseAPartWithoutItsSegment) {  // R36
    auto const directives = parse_directives(request("_HLS_part=3"));
    ASSERT_FALSE(directives);
    EXPECT_EQ(directives.error().kind, ErrorKind::invalid);
}

TEST(Directives, RefuseWhatIsNoDecimalInteger) {  // R38
    for (auto const* query :
         {"_HLS_msn=", "_HLS_msn=-1", "_HLS_msn=x", "_HLS_msn=1.5", "_HLS_msn=18446744073709551616",
          "_HLS_msn=1&_HLS_part=a", "_HLS_msn=0x10", "_HLS_msn=+3", "_HLS_msn=%203"}) {
        EXPECT_FALSE(parse_directives(request(query))) << query;
    }
}

TEST(LiveEdge, IsTheNextPartOfTheGrowingSegment) {
    EXPECT_EQ(live_edge(growing()), (LiveEdge{12, 2}));
}

TEST(LiveEdge, IsTheFirstPartOfTheNextSegmentOnceOneHasEnded) {
    EXPECT_EQ(live_edge(between_segments()), (LiveEdge{12, 0}));
}

TEST(BlockingReload, WaitsForAWholeSegment) {  // R33
    EXPECT_TRUE(satisfied(until(11), growing()));
    EXPECT_FALSE(satisfied(until(12), growing()));
    EXPECT_TRUE(satisfied(until(11), between_segments()));
    EXPECT_FALSE(satisfied(until(12), between_segments()));
}

TEST(BlockingReload, WaitsForAPart) {  // R34
    EXPECT_TRUE(satisfied(until(12, 0), growing()));
    EXPECT_TRUE(satisfied(until(12, 1), growing()));
    EXPECT_FALSE(satisfied(until(12, 2), growing()));
    EXPECT_FALSE(satisfied(until(13, 0), growing()));
}

TEST(BlockingReload, AnswersForTheOldAtOnce) {  // R35
    EXPECT_TRUE(satisfied(until(3), growing()));
    EXPECT_TRUE(satisfied(until(3, 100), growing()));
    EXPECT_TRUE(satisfied(until(10, 100), growing()));
}

TEST(BlockingReload, TakesAPartBehindTheLastForTheFirstOfTheNextSegment) {  // R35
    EXPECT_TRUE(satisfied(until(11, 4), growing()));
    EXPECT_TRUE(satisfied(until(11, 3), between_segments()));
    EXPECT_FALSE(satisfied(until(11, 4), between_segments()));
}

TEST(Reach, EndsTwoSegmentsAhead) {  // R37
    auto const window = window_with_parts_of(milliseconds(250));
    EXPECT_TRUE(check_reach(until(13), window, growing()));
    EXPECT_TRUE(check_reach(until(14), window, growing()));
    EXPECT_FALSE(check_reach(until(15), window, growing()));
    EXPECT_FALSE(check_reach(until(~0ULL), window, growing()));
}

TEST(Reach, EndsAtTheAdvancePartLimit) {  // R38: three seconds of parts
    auto const window = window_with_parts_of(milliseconds(250));
    EXPECT_TRUE(check_reach(until(12, 14), window, growing()));
    EXPECT_FALSE(check_reach(until(12, 15), window, growing()));
    EXPECT_TRUE(check_reach(until(13, 12), window, growing()));
    EXPECT_FALSE(check_reach(until(13, 13), window, growing()));
}

TEST(Reach, IsThreePartsWhereTheyLastASecond) {  // R38
    auto const window = window_with_parts_of(milliseconds(1000));
    EXPECT_TRUE(check_reach(until(12, 5), window, growing()));
    EXPECT_FALSE(check_reach(until(12, 6), window, growing()));
}

TEST(Reach, DoesNotJudgeTheOld) {  // R35
    auto const window = window_with_parts_of(milliseconds(250));
    EXPECT_TRUE(check_reach(until(10, 99), window, growing()));
}

}  // namespace
}  // namespace directfanz::delivery
