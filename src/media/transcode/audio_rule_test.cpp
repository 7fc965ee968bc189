#include "media/transcode/audio_rule.hpp"

#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

Track aac(unsigned rate, unsigned channels, std::string codec_string = "mp4a.40.2") {
    return {.kind = MediaKind::audio,
            .codec = Codec::aac,
            .timescale = rate,
            .codec_string = std::move(codec_string),
            .format = AudioFormat{.sample_rate = rate, .channels = channels}};
}

TEST(AudioRule, AacLcAtTheUsualRatesIsPassedThrough) {
    EXPECT_EQ(audio_path(aac(48'000, 2)), AudioPath::pass);
    EXPECT_EQ(audio_path(aac(44'100, 2)), AudioPath::pass);
    EXPECT_EQ(audio_path(aac(48'000, 1)), AudioPath::pass);
}

TEST(AudioRule, OtherRatesAreEncoded) {
    for (auto const rate : {8'000U, 22'050U, 32'000U, 88'200U, 96'000U})
        EXPECT_EQ(audio_path(aac(rate, 2)), AudioPath::encode) << rate;
}

TEST(AudioRule, SurroundIsEncoded) {
    EXPECT_EQ(audio_path(aac(48'000, 6)), AudioPath::encode);
    EXPECT_EQ(audio_path(aac(48'000, 0)), AudioPath::encode);
}

TEST(AudioRule, OtherProfilesAreEncoded) {
    EXPECT_EQ(audio_path(aac(48'000, 2, "mp4a.40.5")), AudioPath::encode);
    EXPECT_EQ(audio_path(aac(48'000, 2, "mp4a.40.29")), AudioPath::encode);
    auto sbr = aac(48'000, 2);
    sbr.timescale = 24'000;
    EXPECT_EQ(audio_path(sbr), AudioPath::encode);
}

}  // namespace
}  // namespace directfanz::transcode
