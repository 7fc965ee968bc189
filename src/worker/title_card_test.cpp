#include "worker/title_card.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

extern "C" {
#include <libavutil/frame.h>
}

namespace directfanz::worker {

namespace {

Bytes font() {
    std::ifstream file("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Pixels that are lighter than the background, in a part of the card.
int light(AVFrame const& card, int from_x, int to_x, int from_y, int to_y) {
    int count = 0;
    for (int y = from_y; y < to_y; ++y)
        for (int x = from_x; x < to_x; ++x)
            if (card.data[0][y * card.linesize[0] + x] > 100) ++count;
    return count;
}

int light(AVFrame const& card) {
    return light(card, 0, card.width, 0, card.height);
}

TEST(TitleCard, ShowsTheTitleInTheMiddle) {
    auto const card = title_card(640, 360, "An evening by the sea", font());
    EXPECT_EQ(card->width, 640);
    EXPECT_EQ(card->height, 360);
    EXPECT_GT(light(*card, 64, 576, 150, 210), 300);
    EXPECT_EQ(light(*card, 0, 64, 0, 360), 0);
    EXPECT_EQ(light(*card, 576, 640, 0, 360), 0);
    EXPECT_EQ(light(*card, 0, 640, 0, 150), 0);
    EXPECT_EQ(light(*card, 0, 640, 210, 360), 0);
}

TEST(TitleCard, ALongTitleIsBrokenIntoLinesThatStayInside) {
    std::string title;
    for (int i = 0; i < 100; ++i) title += "wonderful ";
    auto const card = title_card(640, 360, title, font());
    EXPECT_GT(light(*card, 64, 576, 100, 260), light(*card, 64, 576, 150, 210));
    EXPECT_EQ(light(*card, 0, 60, 0, 360), 0);
    EXPECT_EQ(light(*card, 580, 640, 0, 360), 0);
    auto const word = title_card(640, 360, std::string(500, 'W'), font());
    EXPECT_EQ(light(*word, 0, 60, 0, 360), 0);
    EXPECT_EQ(light(*word, 580, 640, 0, 360), 0);
}

TEST(TitleCard, LettersOfOtherLanguagesAreDrawn) {
    EXPECT_GT(light(*title_card(640, 360, "Привет, où ça?", font())), 300);
}

TEST(TitleCard, WhatIsNoTextDrawsNothingThatHarms) {
    EXPECT_EQ(light(*title_card(640, 360, "", font())), 0);
    EXPECT_GE(light(*title_card(640, 360, "\xFF\xC3\x28\xE2\x82", font())), 0);
    EXPECT_GT(light(*title_card(2, 2, "x", font())), -1);
}

TEST(TitleCard, WithoutAFontItIsEmpty) {
    EXPECT_EQ(light(*title_card(640, 360, "Title", {})), 0);
    Bytes const nonsense(100, 7);
    EXPECT_EQ(light(*title_card(640, 360, "Title", nonsense)), 0);
}

}  // namespace

}  // namespace directfanz::worker
