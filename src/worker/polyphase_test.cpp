#include "worker/polyphase.hpp"

#include "base/property_test.hpp"
#include "worker/libav.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
#include <libavutil/pixfmt.h>
#include <libswscale/swscale.h>
}

namespace directfanz::worker {

namespace {

using ::directfanz::testing::for_all_seeds;
using ::directfanz::testing::Generator;
using Instructions = PolyphaseScaler::Instructions;

struct Plane {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> bytes;

    Plane(int w, int h)
        : width(w), height(h), bytes(static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {}
};

/// Edges, ramps and noise: what pictures are made of.
Plane any_picture(Generator& any, int width, int height) {
    Plane plane(width, height);
    auto const noise = any.number(0, 60);
    auto const slope = any.number(1, 9);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            auto const box = (x / 23 + y / 17) % 2 == 0 ? 60 : 170;
            auto const value = box + (x * slope / 8 + y) % 40 + any.number(0, noise) - noise / 2;
            plane.bytes[static_cast<std::size_t>(y * width + x)] =
                static_cast<std::uint8_t>(std::clamp(value, 0, 255));
        }
    }
    return plane;
}

Plane scaled(Plane const& from, int width, int height, Instructions instructions) {
    Plane to(width, height);
    PolyphaseScaler scaler(from.width, from.height, width, height, instructions);
    scaler.scale(from.bytes.data(), from.width, to.bytes.data(), width);
    return to;
}

Plane by_swscale(Plane const& from, int width, int height) {
    Plane to(width, height);
    SwsScaler const sws(sws_getContext(from.width, from.height, AV_PIX_FMT_GRAY8, width, height,
                                       AV_PIX_FMT_GRAY8, SWS_BICUBIC | SWS_ACCURATE_RND, nullptr,
                                       nullptr, nullptr));
    std::array<std::uint8_t const*, 4> const in{from.bytes.data()};
    std::array<int, 4> const in_stride{from.width};
    std::array<std::uint8_t*, 4> const out{to.bytes.data()};
    std::array<int, 4> const out_stride{width};
    sws_scale(sws.get(), in.data(), in_stride.data(), 0, from.height, out.data(),
              out_stride.data());
    return to;
}

double psnr(Plane const& a, Plane const& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.bytes.size(); ++i)
        sum += std::pow(static_cast<double>(a.bytes[i]) - b.bytes[i], 2);
    return sum == 0 ? 100
                    : 10 * std::log10(255.0 * 255.0 * static_cast<double>(a.bytes.size()) / sum);
}

struct Sizes {
    char const* name;
    int from_width, from_height, to_width, to_height;
};

class PolyphaseSizes : public ::testing::TestWithParam<Sizes> {};

TEST_P(PolyphaseSizes, LooksAsSwscalesBicubicDoes) {
    auto const& p = GetParam();
    Generator any(7);
    auto const from = any_picture(any, p.from_width, p.from_height);
    auto const ours = scaled(from, p.to_width, p.to_height, Instructions::plain);
    EXPECT_GE(psnr(ours, by_swscale(from, p.to_width, p.to_height)), 50);
}

INSTANTIATE_TEST_SUITE_P(Ladder, PolyphaseSizes,
                         ::testing::Values(Sizes{"From1080To720", 1920, 1080, 1280, 720},
                                           Sizes{"From720To480", 1280, 720, 854, 480},
                                           Sizes{"From480To360", 854, 480, 640, 360},
                                           Sizes{"Portrait", 1080, 1920, 720, 1280},
                                           Sizes{"Half", 1280, 720, 640, 360},
                                           Sizes{"Chroma", 640, 360, 427, 240}),
                         [](auto const& instance) { return instance.param.name; });

#if defined(__x86_64__)
TEST(Polyphase, EachSetOfInstructionsGivesTheSameBytes) {
    if (PolyphaseScaler::best() == Instructions::plain) return;
    for_all_seeds(
        [](Generator& any) {
            auto const width = any.number(16, 300);
            auto const height = any.number(16, 120);
            auto const to_width = any.number((width + 1) / 2, 2 * width);
            auto const to_height = any.number((height + 1) / 2, 2 * height);
            if (!PolyphaseScaler::fits(width, height, to_width, to_height)) return;
            auto const from = any.coin() ? any_picture(any, width, height) : [&] {
                Plane noise(width, height);
                noise.bytes = any.bytes_exactly(noise.bytes.size());
                for (auto& byte : noise.bytes)
                    if (any.coin()) byte = any.coin() ? 255 : 0;
                return noise;
            }();
            EXPECT_EQ(scaled(from, to_width, to_height, Instructions::avx2).bytes,
                      scaled(from, to_width, to_height, Instructions::plain).bytes);
        },
        150);
}
#endif

TEST(Polyphase, WhatIsFlatStaysFlat) {
    for (int const value : {0, 1, 16, 128, 235, 255}) {
        Plane from(96, 54);
        std::ranges::fill(from.bytes, static_cast<std::uint8_t>(value));
        for (auto const& [width, height] : {std::pair{64, 36}, {95, 53}, {48, 27}, {192, 108}}) {
            for (auto const byte : scaled(from, width, height, PolyphaseScaler::best()).bytes)
                ASSERT_EQ(byte, value);
        }
    }
}

TEST(Polyphase, TheSameSizeIsTheSamePicture) {
    Generator any(3);
    auto const from = any_picture(any, 100, 50);
    EXPECT_EQ(scaled(from, 100, 50, PolyphaseScaler::best()).bytes, from.bytes);
}

TEST(Polyphase, NothingIsWrittenBesideThePicture) {
    Generator any(5);
    auto const from = any_picture(any, 150, 90);
    constexpr int kWidth = 101;
    constexpr int kHeight = 61;
    constexpr int kStride = kWidth + 40;
    std::vector<std::uint8_t> to(static_cast<std::size_t>(kStride) * (kHeight + 2), 77);
    PolyphaseScaler scaler(from.width, from.height, kWidth, kHeight);
    scaler.scale(from.bytes.data(), from.width, to.data() + kStride, kStride);
    for (int y = 0; y < kHeight + 2; ++y) {
        for (int x = 0; x < kStride; ++x) {
            if (y >= 1 && y <= kHeight && x < kWidth) continue;
            ASSERT_EQ(to[static_cast<std::size_t>(y * kStride + x)], 77) << x << ' ' << y;
        }
    }
}

TEST(Polyphase, RefusesWhatItHasNotEnoughTapsFor) {
    EXPECT_TRUE(PolyphaseScaler::fits(1920, 1080, 1280, 720));
    EXPECT_TRUE(PolyphaseScaler::fits(1280, 720, 640, 360));
    EXPECT_FALSE(PolyphaseScaler::fits(1920, 1080, 854, 480));
    EXPECT_FALSE(PolyphaseScaler::fits(1280, 720, 640, 340));
    EXPECT_FALSE(PolyphaseScaler::fits(20, 20, 14, 14));
}

}  // namespace

}  // namespace directfanz::worker
