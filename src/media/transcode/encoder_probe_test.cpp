#include "media/transcode/encoder_probe.hpp"

#include "media/transcode/workers_fixture.hpp"

#include <filesystem>

#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

TEST(EncoderProbe, TellsWhatEncodes) {
    auto const found = probe_encoder(testing::fake_worker(), "x264");
    ASSERT_TRUE(found) << describe(found.error());
    EXPECT_EQ(*found, "fake");
}

TEST(EncoderProbe, TellsWhyNot) {
    auto const none = probe_encoder("/bin/false", "x264");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(none.error().message, "exit code 1");
    auto const missing = probe_encoder("/nowhere/worker", "x264");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
}

TEST(EncoderProbe, StartsNothingWhereTheMachineShowsNoCard) {
    auto const has_card =
        std::filesystem::exists("/dev/dri") || std::filesystem::exists("/dev/dxg");
    // The fake one answers for any encoder that it is asked for.
    auto const found = probe_encoder(testing::fake_worker(), "vaapi");
    EXPECT_EQ(found.has_value(), has_card);
    if (!has_card) {
        EXPECT_EQ(found.error().message,
                  "this machine shows no graphics card for it: there is no /dev/dri");
    }
}

}  // namespace
}  // namespace directfanz::transcode
