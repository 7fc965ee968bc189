#include "platform/accounts/device.hpp"

#include <gtest/gtest.h>

namespace directfanz::accounts {
namespace {

TEST(DeviceTest, BrowsersAndSystemsHaveTheNamesThatPeopleKnow) {
    EXPECT_EQ(device_of("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
              "Firefox on Linux");
    EXPECT_EQ(device_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
                        "Gecko) Chrome/140.0.0.0 Safari/537.36"),
              "Chrome on Windows");
    EXPECT_EQ(device_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
                        "Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"),
              "Edge on Windows");
    EXPECT_EQ(
        device_of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
                  "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"),
        "Safari on iPhone");
    EXPECT_EQ(device_of("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
                        "(KHTML, like Gecko) Version/18.0 Safari/605.1.15"),
              "Safari on macOS");
    EXPECT_EQ(device_of("Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 (KHTML, like "
                        "Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"),
              "Samsung Internet on Android");
}

TEST(DeviceTest, ProgramsAreNamedAsTheyNameThemselves) {
    EXPECT_EQ(device_of("curl/8.5.0"), "a program (curl)");
    EXPECT_EQ(device_of(""), "unknown program");
}

TEST(DeviceTest, WhateverIsSentStaysShortAndPrintable) {
    EXPECT_LE(device_of(std::string(100'000, 'x')).size(), 60U);
    EXPECT_EQ(device_of("ev\r\nil\x1b[1m\xc3\xbc/1"), "a program (evil[1m)");
    EXPECT_EQ(device_of("\x01\x02/3"), "unknown program");
}

}  // namespace
}  // namespace directfanz::accounts
