#include "media/live/encoder_advisor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::live {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Advice kKeyFrames{AdviceKind::key_frames_too_far_apart, 8'000};

struct EncoderAdvisorTest : testing::Test {
    EncoderAdvisorTest() {
        source.video = Track{MediaKind::video,   Codec::h264,   kVideoTimescale,
                             Blob(Bytes(20, 1)), "avc1.42c01f", VideoFormat{1920, 1080, 30}};
        source.audio = sound(48'000);
    }

    static Track sound(std::uint32_t rate) {
        return {MediaKind::audio,  Codec::aac,  rate,
                Blob(Bytes(2, 1)), "mp4a.40.2", AudioFormat{.sample_rate = rate, .channels = 2}};
    }

    /// As OBS sends it with the recommended settings.
    static SourceSample good() {
        return {.elapsed = seconds(1),
                .video_bytes = 4'500'000 / 8,
                .audio_bytes = 160'000 / 8,
                .frames = 30,
                .key_frame_distance = seconds(2),
                .since_key_frame = seconds(1),
                .longest_gap = milliseconds(34),
                .audio_level = -20.};
    }

    /// What is said after so many seconds like this one.
    std::vector<Advice> after(int count, SourceSample const& sample) {
        for (int i = 0; i < count; ++i) advisor.consider(source, sample);
        return advisor.advice();
    }

    Source source;
    EncoderAdvisor advisor;
};

TEST_F(EncoderAdvisorTest, HasNothingToSayOfGoodSettings) {
    EXPECT_THAT(after(120, good()), IsEmpty());
}

TEST_F(EncoderAdvisorTest, SaysHowFarApartKeyFramesAreAndTakesItBack) {
    auto far = good();
    far.key_frame_distance = seconds(8);
    EXPECT_THAT(advisor.consider(source, far), ElementsAre(kKeyFrames));
    EXPECT_THAT(advisor.consider(source, far), IsEmpty()) << "it is not new any more";
    EXPECT_THAT(advisor.advice(), ElementsAre(kKeyFrames));
    EXPECT_THAT(after(19, good()), ElementsAre(kKeyFrames)) << "one that is near is no new setting";
    EXPECT_THAT(after(2, good()), IsEmpty());
}

TEST_F(EncoderAdvisorTest, DoesNotWaitForAKeyFrameThatDoesNotCome) {
    auto none = good();
    none.key_frame_distance.reset();
    none.since_key_frame = milliseconds(4'050);
    EXPECT_THAT(after(1, none), IsEmpty());
    none.since_key_frame = seconds(6);
    EXPECT_THAT(after(1, none), ElementsAre(Advice{AdviceKind::key_frames_too_far_apart, 6'000}));
}

TEST_F(EncoderAdvisorTest, TellsOfKeyFramesThatTheBroadcastsSegmentsHaveNoRoomFor) {
    auto three = good();
    three.key_frame_distance = seconds(3);
    EXPECT_THAT(after(1, three), IsEmpty());
    advisor.segments_at_most(milliseconds(2'500));
    EXPECT_THAT(after(1, three), SizeIs(1));
}

TEST_F(EncoderAdvisorTest, BeginsAnewWithEachPublisher) {
    auto far = good();
    far.key_frame_distance = seconds(8);
    EXPECT_THAT(after(5, far), SizeIs(1));
    advisor.begin();
    EXPECT_THAT(after(1, good()), IsEmpty());
}

TEST_F(EncoderAdvisorTest, RemembersTheLongestGapForAMinute) {
    auto gap = good();
    gap.longest_gap = milliseconds(2'500);
    EXPECT_THAT(after(1, gap), ElementsAre(Advice{AdviceKind::long_frame_gap, 2'500}));
    gap.longest_gap = milliseconds(1'000);
    EXPECT_THAT(after(1, gap), ElementsAre(Advice{AdviceKind::long_frame_gap, 2'500}));
    EXPECT_THAT(after(60, good()), SizeIs(1));
    EXPECT_THAT(after(1, good()), IsEmpty());
}

TEST_F(EncoderAdvisorTest, CountsFramesThatAreMissingOrLateOverHalfAMinute) {
    auto bad = good();
    bad.frames = 27;
    bad.dropped_frames = 3;
    bad.late_frames = 9;
    EXPECT_THAT(after(9, bad), IsEmpty()) << "too early to tell";
    EXPECT_THAT(after(1, bad), ElementsAre(Advice{AdviceKind::frames_dropped, 10},
                                           Advice{AdviceKind::frames_late, 33}));
    EXPECT_THAT(after(29, good()), IsEmpty());
}

TEST_F(EncoderAdvisorTest, FindsAPictureThatFewLinesCarry) {
    auto big = good();
    big.video_bytes = 12'000'000 / 8;
    EXPECT_THAT(after(10, big), ElementsAre(Advice{AdviceKind::bitrate_too_high, 12'000}));
    source.video->format = VideoFormat{3840, 2160, 30};
    EXPECT_THAT(after(1, big), IsEmpty()) << "a picture of that size needs it";
}

TEST_F(EncoderAdvisorTest, MissesSoundUntilItComes) {
    source.audio.reset();
    auto mute = good();
    mute.audio_level.reset();
    EXPECT_THAT(after(9, mute), IsEmpty());
    EXPECT_THAT(after(1, mute), ElementsAre(Advice{AdviceKind::sound_missing, 10}));
    source.audio = sound(44'100);
    EXPECT_THAT(after(1, good()), IsEmpty());
}

TEST_F(EncoderAdvisorTest, AsksWhetherTheMicrophoneIsMuted) {
    auto silent = good();
    silent.audio_level = -100.;
    EXPECT_THAT(after(14, silent), IsEmpty()) << "somebody may just listen";
    EXPECT_THAT(after(1, silent), ElementsAre(Advice{AdviceKind::sound_silent, 15}));
    EXPECT_THAT(after(1, good()), IsEmpty());
}

TEST_F(EncoderAdvisorTest, KnowsNothingOfALevelThatNobodyMeasures) {
    auto unknown = good();
    unknown.audio_level.reset();
    EXPECT_THAT(after(60, unknown), IsEmpty());
}

TEST_F(EncoderAdvisorTest, HearsSoundThatIsTooLoud) {
    auto loud = good();
    loud.audio_level = -3.4;
    EXPECT_THAT(after(4, loud), IsEmpty()) << "a shout";
    EXPECT_THAT(after(1, loud), ElementsAre(Advice{AdviceKind::sound_too_loud, -3}));
    EXPECT_THAT(after(11, good()), IsEmpty());
}

TEST_F(EncoderAdvisorTest, NamesASampleRateThatHasToBeConverted) {
    source.audio = sound(22'050);
    EXPECT_THAT(after(1, good()), ElementsAre(Advice{AdviceKind::sample_rate, 22'050}));
}

TEST_F(EncoderAdvisorTest, SaysNothingOfPicturesWhereThereAreNone) {
    source.video.reset();
    auto radio = good();
    radio.frames = 0;
    radio.video_bytes = 0;
    radio.key_frame_distance.reset();
    radio.since_key_frame = seconds(0);
    EXPECT_THAT(after(60, radio), IsEmpty());
}

}  // namespace
}  // namespace directfanz::live
