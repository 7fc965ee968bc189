#include "media/delivery/media_name.hpp"

#include <gtest/gtest.h>

namespace directfanz::delivery {
namespace {

TEST(MediaName, KnowsInitSegments) {
    auto const name = parse_media_name("init-3.mp4");
    ASSERT_TRUE(name);
    EXPECT_EQ(std::get<InitName>(*name).version, 3U);
}

TEST(MediaName, KnowsSegments) {
    auto const name = parse_media_name("1769860000.m4s");
    ASSERT_TRUE(name);
    EXPECT_EQ(std::get<SegmentName>(*name).media_sequence, 1769860000U);
}

TEST(MediaName, KnowsParts) {
    auto const name = parse_media_name("1769860000.11.m4s");
    ASSERT_TRUE(name);
    EXPECT_EQ(std::get<PartName>(*name).media_sequence, 1769860000U);
    EXPECT_EQ(std::get<PartName>(*name).part, 11U);
}

TEST(MediaName, HasOneSpellingForEachResource) {
    for (auto const* text : {"01.m4s", "1.00.m4s", "+1.m4s", "1.1.1.m4s", "init-01.mp4", "-1.m4s",
                             " 1.m4s", "1 .m4s"}) {
        EXPECT_FALSE(parse_media_name(text)) << text;
    }
}

TEST(MediaName, RefusesEverythingElse) {
    for (auto const* text : {"", ".m4s", "1", "1.mp4", "init-.mp4", "init-1.m4s", "1..m4s",
                             ".1.m4s", "1..1.m4s", "init-mp4", "99999999999999999999.m4s",
                             "1.99999999999999999999.m4s", "init-4294967296.mp4"}) {
        EXPECT_FALSE(parse_media_name(text)) << text;
    }
}

}  // namespace
}  // namespace directfanz::delivery
