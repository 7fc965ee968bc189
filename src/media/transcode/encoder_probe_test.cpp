#include "media/transcode/encoder_probe.hpp"

#include "media/transcode/workers_fixture.hpp"

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

}  // namespace
}  // namespace directfanz::transcode
