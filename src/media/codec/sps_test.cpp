#include "media/codec/sps.hpp"

#include "base/bit_writer.hpp"
#include "base/property_test.hpp"
#include "media/codec/decoder_config.hpp"
#include "media/codec/h264_captures_test.hpp"

#include <functional>
#include <string_view>

#include <gtest/gtest.h>

namespace directfanz::h264 {
namespace {

using captures::from_hex;
using directfanz::testing::for_all_seeds;
using directfanz::testing::Generator;

Bytes sps_of(std::string_view record) {
    return parse_decoder_config(from_hex(record)).value().sps.front();
}

// An SPS written by hand, each part replaceable.
struct SpsWriter {
    std::uint32_t profile_idc = 66;
    std::uint32_t id = 0;
    std::function<void(BitWriter&)> high = {};
    std::function<void(BitWriter&)> order_count = [](BitWriter& bits) {
        bits.unsigned_exp_golomb(2);
    };
    std::uint32_t width_in_mbs = 40;
    std::uint32_t height_in_map_units = 30;
    bool frame_mbs_only = true;
    std::function<void(BitWriter&)> cropping = {};
    std::function<void(BitWriter&)> vui = {};

    Bytes nal() const {
        BitWriter bits;
        bits.bits(profile_idc, 8);
        bits.bits(0, 8);
        bits.bits(30, 8);
        bits.unsigned_exp_golomb(id);
        if (high) high(bits);
        bits.unsigned_exp_golomb(0);
        order_count(bits);
        bits.unsigned_exp_golomb(4);
        bits.flag(false);
        bits.unsigned_exp_golomb(width_in_mbs - 1);
        bits.unsigned_exp_golomb(height_in_map_units - 1);
        bits.flag(frame_mbs_only);
        if (!frame_mbs_only) bits.flag(false);
        bits.flag(true);
        bits.flag(static_cast<bool>(cropping));
        if (cropping) cropping(bits);
        bits.flag(static_cast<bool>(vui));
        if (vui) vui(bits);
        bits.flag(true);  // rbsp_stop_one_bit
        Bytes nal{0x67};
        unsigned zeros = 0;
        for (auto const byte : bits.take()) {
            if (zeros == 2 && byte <= 3) {
                nal.push_back(3);
                zeros = 0;
            }
            nal.push_back(byte);
            zeros = byte == 0 ? zeros + 1 : 0;
        }
        return nal;
    }
};

// chroma_format_idc, depths, no bypass, no scaling matrix.
std::function<void(BitWriter&)> high(std::uint32_t chroma, std::uint32_t depth_minus8) {
    return [=](BitWriter& bits) {
        bits.unsigned_exp_golomb(chroma);
        if (chroma == 3) bits.flag(false);
        bits.unsigned_exp_golomb(depth_minus8);
        bits.unsigned_exp_golomb(depth_minus8);
        bits.flag(false);
        bits.flag(false);
    };
}

std::function<void(BitWriter&)> crop(std::uint32_t left, std::uint32_t right, std::uint32_t top,
                                     std::uint32_t bottom) {
    return [=](BitWriter& bits) {
        for (auto const value : {left, right, top, bottom}) bits.unsigned_exp_golomb(value);
    };
}

// A VUI that tells the shape of samples and nothing else.
std::function<void(BitWriter&)> aspect_ratio(std::uint32_t idc, std::uint32_t width = 0,
                                             std::uint32_t height = 0) {
    return [=](BitWriter& bits) {
        bits.flag(true);
        bits.bits(idc, 8);
        if (idc == 255) {
            bits.bits(width, 16);
            bits.bits(height, 16);
        }
        bits.bits(0, 8);
    };
}

TEST(Sps, ReadsFullHdAtSixtyFramesOfX264) {
    auto const sps = parse_sps(sps_of(captures::kHigh1080p60));
    ASSERT_TRUE(sps) << describe(sps.error());
    EXPECT_EQ(sps->profile_idc, 100);
    EXPECT_EQ(sps->level_idc, 42);
    EXPECT_EQ(sps->chroma_format_idc, 1U);
    EXPECT_EQ(sps->pic_height_in_map_units_minus1, 67U) << "1088 rows";
    EXPECT_EQ(sps->frame_crop_bottom_offset, 4U);
    EXPECT_EQ(sps->width(), 1920U);
    EXPECT_EQ(sps->height(), 1080U);
    EXPECT_EQ(sps->display_width(), 1920U);
    EXPECT_DOUBLE_EQ(sps->frame_rate(), 60);
    ASSERT_TRUE(sps->vui);
    EXPECT_FALSE(sps->vui->video_full_range_flag);
    ASSERT_TRUE(sps->vui->colour_description);
    EXPECT_EQ(sps->vui->colour_description->colour_primaries, 1);
    EXPECT_EQ(sps->vui->colour_description->transfer_characteristics, 1);
    EXPECT_EQ(sps->vui->colour_description->matrix_coefficients, 1);
    ASSERT_TRUE(sps->vui->timing);
    EXPECT_EQ(sps->vui->timing->num_units_in_tick, 1U);
    EXPECT_EQ(sps->vui->timing->time_scale, 120U);
    EXPECT_FALSE(sps->vui->timing->fixed_frame_rate_flag);
    // Behind the HRD parameters, so those were read over right.
    ASSERT_TRUE(sps->vui->bitstream_restriction);
    EXPECT_EQ(sps->vui->bitstream_restriction->max_num_reorder_frames, 2U);
    EXPECT_EQ(sps->vui->bitstream_restriction->max_dec_frame_buffering, 4U);
}

TEST(Sps, ReadsBaseline) {
    auto const sps = parse_sps(sps_of(captures::kBaseline360p));
    ASSERT_TRUE(sps);
    EXPECT_EQ(sps->profile_idc, 66);
    EXPECT_EQ(sps->constraint_flags, 0xC0);
    EXPECT_EQ(sps->width(), 640U);
    EXPECT_EQ(sps->height(), 360U);
    EXPECT_NEAR(sps->frame_rate(), 30000.0 / 1001, 1e-9);
    ASSERT_TRUE(sps->vui && sps->vui->bitstream_restriction);
    EXPECT_EQ(sps->vui->bitstream_restriction->max_num_reorder_frames, 0U);
}

TEST(Sps, CountsBothFieldsOfAnInterlacedPictureAndWidensItsSamples) {
    auto const sps = parse_sps(sps_of(captures::kInterlaced576i));
    ASSERT_TRUE(sps);
    EXPECT_FALSE(sps->frame_mbs_only_flag);
    EXPECT_EQ(sps->width(), 720U);
    EXPECT_EQ(sps->height(), 576U);
    EXPECT_TRUE(sps->has_aspect_ratio());
    EXPECT_EQ(sps->display_width(), 768U);
    EXPECT_DOUBLE_EQ(sps->frame_rate(), 25);
}

TEST(Sps, CropsWhatMacroblocksHaveTooMuch) {
    auto const sps = parse_sps(sps_of(captures::kCropped480p));
    ASSERT_TRUE(sps);
    EXPECT_EQ(sps->width(), 854U);
    EXPECT_EQ(sps->height(), 480U);
}

TEST(Sps, ReadsDepthAndChromaOfTheHighProfiles) {
    auto const high10 = parse_sps(sps_of(captures::kHigh10));
    ASSERT_TRUE(high10);
    EXPECT_EQ(high10->bit_depth_luma_minus8, 2U);
    EXPECT_EQ(high10->width(), 320U);
    auto const high422 = parse_sps(sps_of(captures::kHigh422));
    ASSERT_TRUE(high422);
    EXPECT_EQ(high422->chroma_format_idc, 2U);
    EXPECT_EQ(high422->height(), 240U);
    auto const monochrome = parse_sps(sps_of(captures::kMonochrome));
    ASSERT_TRUE(monochrome);
    EXPECT_EQ(monochrome->chroma_format_idc, 0U);
    EXPECT_EQ(monochrome->height(), 240U);
    auto const all_chroma = parse_sps(sps_of(captures::kGstreamer444));
    ASSERT_TRUE(all_chroma);
    EXPECT_EQ(all_chroma->bit_depth_luma_minus8, 2U);
    EXPECT_EQ(all_chroma->chroma_format_idc, 3U);
    EXPECT_EQ(all_chroma->width(), 1280U);
    EXPECT_EQ(all_chroma->height(), 720U);
}

// Equations 7-19 to 7-22: the unit of cropping follows chroma and fields.
TEST(Sps, CropsInUnitsOfChromaSamplesAndFields) {
    struct Case {
        std::uint32_t chroma;
        bool frame_mbs_only;
        unsigned width;
        unsigned height;
    };
    for (auto const& c : {Case{0, true, 640 - 3, 480 - 7}, Case{1, true, 640 - 6, 480 - 14},
                          Case{2, true, 640 - 6, 480 - 7}, Case{3, true, 640 - 3, 480 - 7},
                          Case{1, false, 640 - 6, 960 - 28}, Case{2, false, 640 - 6, 960 - 14}}) {
        auto const sps = parse_sps(SpsWriter{.profile_idc = 244,
                                             .high = high(c.chroma, 0),
                                             .frame_mbs_only = c.frame_mbs_only,
                                             .cropping = crop(1, 2, 3, 4)}
                                       .nal());
        ASSERT_TRUE(sps) << describe(sps.error());
        EXPECT_EQ(sps->width(), c.width) << c.chroma;
        EXPECT_EQ(sps->height(), c.height) << c.chroma;
    }
}

TEST(Sps, ReadsOverScalingLists) {
    auto const lists = [](BitWriter& bits) {
        bits.unsigned_exp_golomb(1);
        bits.unsigned_exp_golomb(0);
        bits.unsigned_exp_golomb(0);
        bits.flag(false);
        bits.flag(true);  // seq_scaling_matrix_present_flag
        bits.flag(true);  // a whole list of 16, each one more than the one before
        for (int i = 0; i < 16; ++i) bits.signed_exp_golomb(1);
        bits.flag(true);  // the default list: the next scale becomes 0 at once
        bits.signed_exp_golomb(-8);
        bits.flag(true);  // a list that ends after two: the last scale goes on
        bits.signed_exp_golomb(4);
        bits.signed_exp_golomb(-12);
        for (int i = 3; i < 6; ++i) bits.flag(false);
        bits.flag(true);  // a whole list of 64
        for (int i = 0; i < 64; ++i) bits.signed_exp_golomb(i % 2 == 0 ? 2 : -1);
        bits.flag(false);
    };
    auto const sps = parse_sps(SpsWriter{.profile_idc = 100, .high = lists}.nal());
    ASSERT_TRUE(sps) << describe(sps.error());
    EXPECT_EQ(sps->width(), 640U);
    EXPECT_EQ(sps->height(), 480U);
}

TEST(Sps, ReadsTwelveScalingListsOfFourFourFour) {
    auto const lists = [](BitWriter& bits) {
        bits.unsigned_exp_golomb(3);
        bits.flag(false);
        bits.unsigned_exp_golomb(0);
        bits.unsigned_exp_golomb(0);
        bits.flag(false);
        bits.flag(true);
        for (int i = 0; i < 12; ++i) {
            bits.flag(true);
            bits.signed_exp_golomb(-8);
        }
    };
    auto const sps = parse_sps(SpsWriter{.profile_idc = 244, .high = lists}.nal());
    ASSERT_TRUE(sps);
    EXPECT_EQ(sps->width(), 640U);
}

TEST(Sps, ReadsOverTheOffsetsOfPictureOrderCountTypeOne) {
    auto const order_count = [](BitWriter& bits) {
        bits.unsigned_exp_golomb(1);
        bits.flag(false);
        bits.signed_exp_golomb(-3);
        bits.signed_exp_golomb(5);
        bits.unsigned_exp_golomb(3);
        for (int i = 0; i < 3; ++i) bits.signed_exp_golomb(i - 1);
    };
    auto const sps = parse_sps(SpsWriter{.order_count = order_count}.nal());
    ASSERT_TRUE(sps);
    EXPECT_EQ(sps->pic_order_cnt_type, 1U);
    EXPECT_EQ(sps->width(), 640U);
}

TEST(Sps, TakesSampleShapesOfTheTable) {
    // Table E-1: 4 is 16:11, 14 is 4:3, 1 is square, 0 unspecified, 17 reserved.
    auto const shown = [](std::uint32_t idc) {
        return parse_sps(SpsWriter{.vui = aspect_ratio(idc)}.nal())->display_width();
    };
    EXPECT_EQ(shown(4), 931U);
    EXPECT_EQ(shown(14), 853U);
    EXPECT_EQ(shown(3), 582U);
    EXPECT_EQ(shown(1), 640U);
    EXPECT_EQ(shown(0), 640U);
    EXPECT_EQ(shown(17), 640U);
}

TEST(Sps, TakesSampleShapesSpeltOutUnlessTheyAreNoise) {
    auto const shown = [](std::uint32_t width, std::uint32_t height) {
        return parse_sps(SpsWriter{.vui = aspect_ratio(255, width, height)}.nal())->display_width();
    };
    EXPECT_EQ(shown(3, 2), 960U);
    EXPECT_EQ(shown(7, 7), 640U);
    EXPECT_EQ(shown(0, 5), 640U);
    EXPECT_EQ(shown(5, 0), 640U);
    EXPECT_EQ(shown(65535, 1), 640U);
    EXPECT_EQ(shown(1, 65535), 640U);
}

TEST(Sps, DoesNotBelieveImpossibleFrameRates) {
    auto const rate = [](std::uint32_t units, std::uint32_t scale) {
        auto const vui = [=](BitWriter& bits) {
            bits.bits(0, 4);
            bits.flag(true);
            bits.bits(units, 32);
            bits.bits(scale, 32);
            bits.flag(true);
            bits.bits(0, 4);
        };
        return parse_sps(SpsWriter{.vui = vui}.nal())->frame_rate();
    };
    EXPECT_DOUBLE_EQ(rate(1, 50), 25);
    EXPECT_DOUBLE_EQ(rate(1001, 120000), 60000.0 / 1001);
    EXPECT_DOUBLE_EQ(rate(0, 50), 0);
    EXPECT_DOUBLE_EQ(rate(1, 180'000'000), 0);
    EXPECT_DOUBLE_EQ(parse_sps(SpsWriter{}.nal())->frame_rate(), 0) << "no VUI";
}

TEST(Sps, KeepsWhatItReadOfAVuiThatIsCutShort) {
    auto nal = sps_of(captures::kHigh1080p60);
    nal.resize(24);
    auto const sps = parse_sps(nal);
    ASSERT_TRUE(sps);
    EXPECT_EQ(sps->width(), 1920U);
    EXPECT_FALSE(sps->vui->bitstream_restriction);
}

TEST(Sps, RefusesOneThatIsCutShort) {
    auto const nal = SpsWriter{}.nal();
    for (std::size_t size = 0; size + 1 < nal.size(); ++size) {
        auto const sps = parse_sps(ByteView(nal).first(size));
        ASSERT_FALSE(sps) << size << " of " << nal.size();
        EXPECT_EQ(sps.error().kind, ErrorKind::invalid);
    }
}

TEST(Sps, RefusesAnotherNalUnit) {
    auto const sps = parse_sps(Bytes{0x68, 0xCE, 0x3C, 0x80});
    ASSERT_FALSE(sps);
    EXPECT_NE(sps.error().message.find("type 8"), std::string::npos) << sps.error().message;
}

TEST(Sps, RefusesPicturesBeyondTheLimit) {
    EXPECT_TRUE(parse_sps(SpsWriter{.width_in_mbs = 512, .height_in_map_units = 512}.nal()));
    for (auto const& nal :
         {SpsWriter{.width_in_mbs = 513}.nal(), SpsWriter{.height_in_map_units = 513}.nal(),
          SpsWriter{.height_in_map_units = 257, .frame_mbs_only = false}.nal(),
          SpsWriter{.width_in_mbs = 1U << 30}.nal()}) {
        auto const sps = parse_sps(nal);
        ASSERT_FALSE(sps);
        EXPECT_EQ(sps.error().kind, ErrorKind::too_large);
    }
}

TEST(Sps, RefusesCroppingAwayThePicture) {
    EXPECT_TRUE(parse_sps(SpsWriter{.cropping = crop(0, 319, 0, 0)}.nal()));
    EXPECT_FALSE(parse_sps(SpsWriter{.cropping = crop(0, 320, 0, 0)}.nal()));
    EXPECT_FALSE(parse_sps(SpsWriter{.cropping = crop(0, 0, 120, 120)}.nal()));
    auto const most = (1U << 31) - 2;
    EXPECT_FALSE(parse_sps(SpsWriter{.cropping = crop(most, most, 0, 0)}.nal()));
}

TEST(Sps, RefusesFieldsOutOfRange) {
    EXPECT_FALSE(parse_sps(SpsWriter{.id = 32}.nal()));
    EXPECT_FALSE(parse_sps(SpsWriter{.profile_idc = 100, .high = high(4, 0)}.nal()));
    EXPECT_FALSE(parse_sps(SpsWriter{.profile_idc = 100, .high = high(1, 7)}.nal()));
    EXPECT_FALSE(parse_sps(
        SpsWriter{.order_count = [](BitWriter& bits) { bits.unsigned_exp_golomb(3); }}.nal()));
    EXPECT_FALSE(parse_sps(SpsWriter{.order_count = [](BitWriter& bits) {
                               bits.unsigned_exp_golomb(1);
                               bits.flag(false);
                               bits.signed_exp_golomb(0);
                               bits.signed_exp_golomb(0);
                               bits.unsigned_exp_golomb(256);
                           }}.nal()));
}

TEST(Sps, AnyDamageGivesASanePictureOrAnError) {
    for_all_seeds(
        [](Generator& any) {
            auto nal = sps_of(any.coin() ? captures::kHigh1080p60 : captures::kInterlaced576i);
            for (auto flips = any.number(1, 6); flips > 0; --flips) {
                auto& byte = nal[any.number<std::size_t>(1, nal.size() - 1)];
                byte = static_cast<std::uint8_t>(byte ^ 1U << any.bits(3));
            }
            nal.resize(any.number<std::size_t>(1, nal.size()));
            auto const sps = parse_sps(nal);
            if (!sps) {
                EXPECT_FALSE(sps.error().message.empty());
                return;
            }
            EXPECT_GE(sps->width(), 1U);
            EXPECT_LE(sps->width(), kMaxPictureSide);
            EXPECT_GE(sps->height(), 1U);
            EXPECT_LE(sps->height(), kMaxPictureSide);
            EXPECT_GE(sps->display_width(), 1U);
            EXPECT_LE(sps->display_width(), 0xFFFFU) << "the track header holds no more";
            EXPECT_GE(sps->frame_rate(), 0);
            EXPECT_LE(sps->frame_rate(), 1000);
        },
        5000);
}

}  // namespace
}  // namespace directfanz::h264
