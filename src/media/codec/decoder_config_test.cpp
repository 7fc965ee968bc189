#include "media/codec/decoder_config.hpp"

#include "base/property_test.hpp"
#include "media/codec/h264_captures_test.hpp"
#include "media/codec/sps.hpp"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz::h264 {
namespace {

using captures::from_hex;
using directfanz::testing::for_all_seeds;
using directfanz::testing::Generator;

constexpr std::string_view kAllCaptures[] = {captures::kHigh1080p60,     captures::kBaseline360p,
                                             captures::kInterlaced576i,  captures::kCropped480p,
                                             captures::kHigh10,          captures::kHigh422,
                                             captures::kScalingMatrices, captures::kMonochrome,
                                             captures::kHigh444,         captures::kGstreamer444};

TEST(DecoderConfig, ReadsWhatX264Wrote) {
    auto const config = parse_decoder_config(from_hex(captures::kHigh1080p60));
    ASSERT_TRUE(config) << describe(config.error());
    EXPECT_EQ(config->profile, 100);
    EXPECT_EQ(config->profile_compatibility, 0);
    EXPECT_EQ(config->level, 42);
    EXPECT_EQ(config->nal_length_size, 4);
    ASSERT_EQ(config->sps.size(), 1U);
    EXPECT_EQ(config->sps[0].size(), 40U);
    EXPECT_EQ(config->sps[0][0], 0x67);
    ASSERT_EQ(config->pps.size(), 1U);
    EXPECT_EQ(config->pps[0], from_hex("68ebecb22c"));
    ASSERT_TRUE(config->high_profile);
    EXPECT_EQ(config->high_profile->chroma_format, 1);
    EXPECT_EQ(config->high_profile->bit_depth_luma_minus8, 0);
}

TEST(DecoderConfig, WritesBackTheBytesThatItRead) {
    for (auto const hex : kAllCaptures) {
        auto const bytes = from_hex(hex);
        auto const config = parse_decoder_config(bytes);
        ASSERT_TRUE(config) << hex;
        EXPECT_EQ(write_decoder_config(*config), Blob(Bytes(bytes))) << hex;
    }
}

TEST(DecoderConfig, ReadsBackWhateverItWrites) {
    for_all_seeds([](Generator& any) {
        auto const units = [&any](std::size_t least, std::size_t most) {
            std::vector<Bytes> made(any.number(least, most));
            for (auto& unit : made) unit = any.bytes_exactly(any.number<std::size_t>(1, 80));
            return made;
        };
        DecoderConfig config;
        config.profile = any.coin() ? 100 : 66;
        config.profile_compatibility = static_cast<std::uint8_t>(any.bits(8));
        config.level = static_cast<std::uint8_t>(any.bits(8));
        config.nal_length_size = any.coin() ? 4 : any.number<std::uint8_t>(1, 2);
        config.sps = units(1, 31);
        config.pps = units(1, 255);
        if (config.profile == 100 && any.coin()) {
            config.high_profile = {
                .chroma_format = static_cast<std::uint8_t>(any.bits(2)),
                .bit_depth_luma_minus8 = static_cast<std::uint8_t>(any.bits(3)),
                .bit_depth_chroma_minus8 = static_cast<std::uint8_t>(any.bits(3)),
                .sps_extensions = units(0, 3)};
        }
        auto const again = parse_decoder_config(write_decoder_config(config).view());
        ASSERT_TRUE(again) << describe(again.error());
        EXPECT_EQ(*again, config);
    });
}

TEST(DecoderConfig, RefusesEveryRecordThatIsCutShort) {
    // Without the second half, which may be missing, and its bytes, which may be padding.
    auto const whole = from_hex(captures::kBaseline360p);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        auto const config = parse_decoder_config(ByteView(whole).first(size));
        ASSERT_FALSE(config) << size << " of " << whole.size();
        EXPECT_EQ(config.error().kind, ErrorKind::invalid);
    }
}

TEST(DecoderConfig, TakesAHighProfileWithoutTheRecordsSecondHalf) {
    auto bytes = from_hex(captures::kScalingMatrices);
    bytes.resize(bytes.size() - 4);
    auto const config = parse_decoder_config(bytes);
    ASSERT_TRUE(config);
    EXPECT_FALSE(config->high_profile);
}

TEST(DecoderConfig, PassesOverPaddingAtTheEnd) {
    auto bytes = from_hex(captures::kBaseline360p);
    bytes.push_back(0);
    EXPECT_TRUE(parse_decoder_config(bytes));
}

TEST(DecoderConfig, RefusesAnotherVersionAndGuessesAtAnnexB) {
    auto const config = parse_decoder_config(from_hex("000000016742c01e"));
    ASSERT_FALSE(config);
    EXPECT_NE(config.error().message.find("Annex B"), std::string::npos);
}

TEST(DecoderConfig, RefusesARecordWithoutParameterSets) {
    EXPECT_FALSE(parse_decoder_config(from_hex("0142c01effe000")));
    EXPECT_FALSE(parse_decoder_config(from_hex("0142c01effe100046742280000"))) << "no PPS";
    EXPECT_FALSE(parse_decoder_config(from_hex("0142c01effe10000010000"))) << "empty ones";
}

TEST(DecoderConfig, RefusesLengthsOfThreeBytes) {
    auto bytes = from_hex(captures::kBaseline360p);
    bytes[4] = 0xFE;
    EXPECT_FALSE(parse_decoder_config(bytes));
}

TEST(DecoderConfigOf, BuildsTheRecordThatTheEncoderWouldHaveWritten) {
    for (auto const hex : kAllCaptures) {
        if (hex == captures::kGstreamer444) continue;  // it forgot the second half
        auto const bytes = from_hex(hex);
        auto const config = parse_decoder_config(bytes);
        ASSERT_TRUE(config);
        std::vector<ByteView> const sps(config->sps.begin(), config->sps.end());
        std::vector<ByteView> const pps(config->pps.begin(), config->pps.end());
        auto const built = decoder_config_of(sps, pps);
        ASSERT_TRUE(built) << describe(built.error());
        EXPECT_EQ(*built, Blob(Bytes(bytes))) << hex;
    }
}

TEST(DecoderConfigOf, NeedsOneOfEach) {
    auto const config = parse_decoder_config(from_hex(captures::kBaseline360p));
    ASSERT_TRUE(config);
    std::vector<ByteView> const sps(config->sps.begin(), config->sps.end());
    EXPECT_FALSE(decoder_config_of(sps, {}));
    EXPECT_FALSE(decoder_config_of({}, sps));
}

TEST(DecoderConfigOf, RefusesMoreThanTheRecordHolds) {
    auto const config = parse_decoder_config(from_hex(captures::kBaseline360p));
    ASSERT_TRUE(config);
    std::vector<ByteView> const sps(32, ByteView(config->sps[0]));
    std::vector<ByteView> const pps(1, ByteView(config->pps[0]));
    auto const refused = decoder_config_of(sps, pps);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::too_large);

    Bytes const long_pps(65'536, 0x68);
    std::vector<ByteView> const one_sps(1, ByteView(config->sps[0]));
    std::vector<ByteView> const one_long_pps(1, ByteView(long_pps));
    EXPECT_FALSE(decoder_config_of(one_sps, one_long_pps));
}

TEST(DecoderConfig, AnyBytesGiveAConfigurationOrAnError) {
    for_all_seeds([](Generator& any) {
        auto bytes = from_hex(captures::kHigh1080p60);
        for (int i = 0; i < 3; ++i) {
            bytes[any.number<std::size_t>(0, bytes.size() - 1)] =
                static_cast<std::uint8_t>(any.bits(8));
        }
        bytes.resize(any.number<std::size_t>(0, bytes.size()));
        auto const config = parse_decoder_config(bytes);
        if (config) {
            EXPECT_EQ(parse_decoder_config(write_decoder_config(*config).view()), config);
        } else {
            EXPECT_FALSE(config.error().message.empty());
        }
    });
}

}  // namespace
}  // namespace directfanz::h264
