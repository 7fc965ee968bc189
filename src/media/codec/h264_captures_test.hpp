#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <string_view>

/// Decoder configuration records as encoders wrote them; for tests.
namespace directfanz::h264::captures {

inline Bytes from_hex(std::string_view hex) {
    auto const digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(digit(hex[i]) << 4 | digit(hex[i + 1])));
    }
    return bytes;
}

/// x264, High@4.2, 1920x1080 at 60, BT.709, HRD parameters.
inline constexpr std::string_view kHigh1080p60 =
    "0164002affe100286764002aacd940780227e5c05a808080a0000003002000000f0c4c001e848003d09c9a700f1831"
    "9601000568ebecb22cfdf8f800";
/// x264, Baseline, 640x360 at 30000/1001.
inline constexpr std::string_view kBaseline360p =
    "0142c01effe100186742c01ed900a02ff9701100000303e90000ea600f162e4801000568cb83cb20";
/// x264, High@3.0, 720x576 interlaced at 25, samples of 16:15.
inline constexpr std::string_view kInterlaced576i =
    "0164001effe1001c6764001eacd940b424dff8008000788000000300800000190f8a14cb01000668fba3cb22c0fdf8"
    "f800";
/// x264, Main, 854x480 at 30: cropped from 864.
inline constexpr std::string_view kCropped480p =
    "014d401fffe10018674d401feca06c1ef3780880000003008000001e078c18cb01000568ebe3cb20";
/// x264, High with JVT scaling matrices in the PPS, 640x480 at 30.
inline constexpr std::string_view kScalingMatrices =
    "0164001effe100196764001eacd940a03db0110000030001000003003c0f162d9601000768ebe3cb3002c0fdf8f80"
    "0";
/// x264, High 10.
inline constexpr std::string_view kHigh10 =
    "016e000dffe10019676e000da6cd94141fb0110000030001000003003c0f14299601000668ebe3cb22c0fdfafa00";
/// x264, High 4:2:2.
inline constexpr std::string_view kHigh422 =
    "017a000dffe10019677a000dbcd94141fb0110000003001000000303c0f142996001000668ebe3cb22c0fef8f800";
/// x264, High, monochrome.
inline constexpr std::string_view kMonochrome =
    "0164000dffe100196764000df3650507ec05b2000003000200000300781e28532c01000668ebe3cb22c0fcf8f800";
/// x264, High 4:4:4 Predictive.
inline constexpr std::string_view kHigh444 =
    "01f4000dffe1001967f4000d919b28283f6022000003000200000300781e28532c01000668ebe3c44844fff8f800";
/// GStreamer's x264enc as it comes, High 4:4:4 Predictive in 10 bits: without the second half of
/// the record.
inline constexpr std::string_view kGstreamer444 =
    "01f4001fffe1001e67f4001f90d9b280a00b7602d40404050000030001000003003c8f18319601000668ebec44844"
    "0";

}  // namespace directfanz::h264::captures
