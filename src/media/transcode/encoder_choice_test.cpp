#include "media/transcode/encoder_choice.hpp"

#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A machine that has these encoders.
struct Machine {
    std::set<std::string> has;
    std::vector<std::string> tried{};

    EncoderChoice choose(std::string_view wanted) {
        return choose_encoder(wanted, [this](std::string const& encoder) -> Result<std::string> {
            tried.push_back(encoder);
            if (has.contains(encoder)) return "the machine's " + encoder;
            return fail(ErrorKind::unavailable, encoder, "no card for " + encoder);
        });
    }
};

TEST(EncoderChoice, IsX264WhereNothingElseWorks) {
    Machine machine{.has = {"x264"}};
    auto const choice = machine.choose("auto");
    EXPECT_EQ(choice.encoder, "x264");
    EXPECT_THAT(machine.tried, ElementsAre("nvenc", "qsv", "vaapi", "x264"));
    ASSERT_EQ(choice.findings.size(), 4U);
    EXPECT_EQ(choice.findings[0], (EncoderFinding{"nvenc", false, "no card for nvenc"}));
    EXPECT_EQ(choice.findings[3], (EncoderFinding{"x264", true, "the machine's x264"}));
}

TEST(EncoderChoice, IsTheFirstThatWorks) {
    Machine machine{.has = {"qsv", "vaapi", "x264"}};
    EXPECT_EQ(machine.choose("auto").encoder, "qsv");
    EXPECT_THAT(machine.tried, ElementsAre("nvenc", "qsv")) << "the others are not tried";
}

TEST(EncoderChoice, MayBeForced) {
    Machine machine{.has = {"nvenc", "vaapi", "x264"}};
    EXPECT_EQ(machine.choose("vaapi").encoder, "vaapi");
    EXPECT_EQ(machine.choose("x264").encoder, "x264");
    EXPECT_THAT(machine.tried, ElementsAre("vaapi", "x264"));
}

TEST(EncoderChoice, AForcedOneThatDoesNotWorkIsNotReplacedInSilence) {
    Machine machine{.has = {"x264"}};
    auto const choice = machine.choose("nvenc");
    EXPECT_EQ(choice.encoder, "");
    ASSERT_EQ(choice.findings.size(), 1U);
    EXPECT_EQ(choice.findings[0].words, "no card for nvenc");
}

TEST(EncoderChoice, OfAMachineWithNothingIsNothing) {
    Machine machine{};
    EXPECT_EQ(machine.choose("auto").encoder, "");
    Machine other{.has = {"x264"}};
    EXPECT_EQ(other.choose("av1").encoder, "");
    EXPECT_THAT(other.choose("av1").findings, IsEmpty());
}

}  // namespace
}  // namespace directfanz::transcode
