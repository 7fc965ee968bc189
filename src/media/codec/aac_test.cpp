#include "media/codec/aac.hpp"

#include "base/bit_writer.hpp"
#include "base/property_test.hpp"
#include "media/codec/audio_specific_config.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz::aac {
namespace {

using directfanz::testing::for_all_seeds;
using directfanz::testing::Generator;

// Writes an AudioSpecificConfig field by field.
class Config {
  public:
    Config& bits(std::uint32_t value, unsigned count) {
        writer_.bits(value, count);
        size_ += count;
        return *this;
    }
    // GASpecificConfig of AAC-LC without anything optional.
    Config& plain_core() { return bits(0, 3); }
    Config& align() {
        while (size_ % 8 != 0) bits(0, 1);
        return *this;
    }
    Blob blob() { return Blob(writer_.take()); }

  private:
    BitWriter writer_;
    unsigned size_ = 0;
};

void expect_track(Result<Track> const& track, std::string const& codec, unsigned rate,
                  unsigned channels, unsigned samples) {
    ASSERT_TRUE(track) << directfanz::describe(track.error());
    EXPECT_EQ(track->kind, MediaKind::audio);
    EXPECT_EQ(track->codec, Codec::aac);
    EXPECT_EQ(track->codec_string, codec);
    EXPECT_EQ(track->timescale, rate);
    EXPECT_EQ(
        track->audio(),
        (AudioFormat{.sample_rate = rate, .channels = channels, .samples_per_frame = samples}));
}

void expect_refused(Result<Track> const& track, ErrorKind kind, std::string_view words) {
    ASSERT_FALSE(track);
    EXPECT_EQ(track.error().kind, kind);
    EXPECT_NE(track.error().message.find(words), std::string::npos) << track.error().message;
}

// AAC-LC, 48 kHz, stereo: what most publishers send.
TEST(Aac, DescribesAnOrdinaryConfiguration) {
    auto const track = describe(Blob(Bytes{0x11, 0x90}));
    expect_track(track, "mp4a.40.2", 48000, 2, 1024);
    EXPECT_EQ(track->decoder_config, Blob(Bytes{0x11, 0x90}));
}

// Captured: ffmpeg writes the backward-compatible extension with SBR absent.
TEST(Aac, KnowsAnExtensionThatSaysThatThereIsNoSbr) {
    expect_track(describe(Blob(Bytes{0x12, 0x10, 0x56, 0xE5, 0x00})), "mp4a.40.2", 44100, 2, 1024);
    expect_track(describe(Blob(Bytes{0x11, 0x88, 0x56, 0xE5, 0x00})), "mp4a.40.2", 48000, 1, 1024);
}

TEST(Aac, KeepsTheExactBytes) {
    Blob const config(Bytes{0x12, 0x10, 0x56, 0xE5, 0x00});
    EXPECT_EQ(describe(config)->decoder_config.data(), config.data());
}

TEST(Aac, KnowsTheTableOfFrequencies) {
    std::vector<unsigned> const table{96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                      22050, 16000, 12000, 11025, 8000,  7350};
    for (std::uint32_t index = 0; index < table.size(); ++index) {
        expect_track(describe(Config().bits(2, 5).bits(index, 4).bits(2, 4).plain_core().blob()),
                     "mp4a.40.2", table[index], 2, 1024);
    }
}

TEST(Aac, RefusesReservedFrequencies) {
    for (std::uint32_t const index : {13U, 14U}) {
        expect_refused(describe(Config().bits(2, 5).bits(index, 4).bits(2, 4).plain_core().blob()),
                       ErrorKind::invalid, "sampling frequency");
    }
}

TEST(Aac, TakesAnExplicitFrequency) {
    expect_track(
        describe(Config().bits(2, 5).bits(15, 4).bits(47'952, 24).bits(2, 4).plain_core().blob()),
        "mp4a.40.2", 47'952, 2, 1024);
}

TEST(Aac, RefusesAnExplicitFrequencyThatCannotBe) {
    for (std::uint32_t const rate : {0U, 1U, 96'001U, 0xFFFFFFU}) {
        expect_refused(
            describe(Config().bits(2, 5).bits(15, 4).bits(rate, 24).bits(2, 4).plain_core().blob()),
            ErrorKind::invalid, "44100 or 48000");
    }
}

TEST(Aac, KnowsTheTableOfChannels) {
    std::vector<unsigned> const table{0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8, 0};
    for (std::uint32_t configuration = 1; configuration < table.size(); ++configuration) {
        auto const track =
            describe(Config().bits(2, 5).bits(3, 4).bits(configuration, 4).plain_core().blob());
        if (table[configuration] == 0) {
            expect_refused(track, ErrorKind::invalid, "channel configuration");
        } else {
            expect_track(track, "mp4a.40.2", 48000, table[configuration], 1024);
        }
    }
}

TEST(Aac, KnowsFramesOf960Samples) {
    expect_track(describe(Config().bits(2, 5).bits(3, 4).bits(2, 4).bits(0b100, 3).blob()),
                 "mp4a.40.2", 48000, 2, 960);
}

TEST(Aac, ReadsOverTheCoreCoderDelay) {
    expect_track(describe(Config()
                              .bits(2, 5)
                              .bits(6, 4)
                              .bits(2, 4)
                              .bits(0b01, 2)
                              .bits(0x3FFF, 14)
                              .bits(0, 1)
                              .bits(0x2B7, 11)
                              .bits(5, 5)
                              .bits(1, 1)
                              .bits(3, 4)
                              .blob()),
                 "mp4a.40.5", 48000, 2, 2048);
}

TEST(Aac, KnowsHeAacSignalledHierarchically) {
    // Object type 5, 24 kHz, stereo, extension to 48 kHz, core object type 2.
    expect_track(
        describe(
            Config().bits(5, 5).bits(6, 4).bits(2, 4).bits(3, 4).bits(2, 5).plain_core().blob()),
        "mp4a.40.5", 48000, 2, 2048);
}

TEST(Aac, KnowsHeAacSignalledBackwardCompatibly) {
    // 22050 Hz core, stereo, SBR to 44100.
    expect_track(describe(Blob(Bytes{0x13, 0x90, 0x56, 0xE5, 0xA0})), "mp4a.40.5", 44100, 2, 2048);
}

TEST(Aac, KnowsSbrThatKeepsTheFrequency) {
    expect_track(
        describe(
            Config().bits(5, 5).bits(3, 4).bits(2, 4).bits(3, 4).bits(2, 5).plain_core().blob()),
        "mp4a.40.5", 48000, 2, 1024);
}

TEST(Aac, KnowsSbrWithFramesOf960Samples) {
    expect_track(
        describe(
            Config().bits(5, 5).bits(6, 4).bits(2, 4).bits(3, 4).bits(2, 5).bits(0b100, 3).blob()),
        "mp4a.40.5", 48000, 2, 1920);
}

TEST(Aac, KnowsSbrWithAnExplicitFrequency) {
    expect_track(describe(Config()
                              .bits(5, 5)
                              .bits(15, 4)
                              .bits(24'000, 24)
                              .bits(2, 4)
                              .bits(15, 4)
                              .bits(48'000, 24)
                              .bits(2, 5)
                              .plain_core()
                              .blob()),
                 "mp4a.40.5", 48000, 2, 2048);
}

TEST(Aac, KnowsParametricStereoSignalledHierarchically) {
    // The core is mono; two channels come out.
    expect_track(
        describe(
            Config().bits(29, 5).bits(7, 4).bits(1, 4).bits(4, 4).bits(2, 5).plain_core().blob()),
        "mp4a.40.29", 44100, 2, 2048);
}

TEST(Aac, KnowsParametricStereoSignalledBackwardCompatibly) {
    expect_track(describe(Config()
                              .bits(2, 5)
                              .bits(7, 4)
                              .bits(1, 4)
                              .plain_core()
                              .bits(0x2B7, 11)
                              .bits(5, 5)
                              .bits(1, 1)
                              .bits(4, 4)
                              .bits(0x548, 11)
                              .bits(1, 1)
                              .blob()),
                 "mp4a.40.29", 44100, 2, 2048);
}

TEST(Aac, RefusesSbrThatWouldNotDouble) {
    expect_refused(
        describe(
            Config().bits(5, 5).bits(6, 4).bits(2, 4).bits(4, 4).bits(2, 5).plain_core().blob()),
        ErrorKind::invalid, "SBR from 24000 to 44100");
}

TEST(Aac, RefusesSbrWithAReservedFrequency) {
    expect_refused(
        describe(
            Config().bits(5, 5).bits(6, 4).bits(2, 4).bits(13, 4).bits(2, 5).plain_core().blob()),
        ErrorKind::invalid, "SBR from 24000 to 0");
}

// 5.1 by a program_config_element: a centre, two pairs, an effects channel.
TEST(Aac, CountsTheChannelsOfAProgramConfigElement) {
    Config config;
    config.bits(2, 5).bits(3, 4).bits(0, 4).plain_core();
    config.bits(0, 4).bits(1, 2).bits(3, 4);  // tag, object type, frequency
    config.bits(2, 4).bits(0, 4).bits(1, 4).bits(1, 2).bits(1, 3).bits(1, 4);
    config.bits(0, 1).bits(1, 1).bits(7, 4).bits(0, 1);  // stereo mixdown
    config.bits(0, 1).bits(0, 4).bits(1, 1).bits(1, 4);  // front: one, a pair
    config.bits(1, 1).bits(2, 4);                        // back: a pair
    config.bits(0, 4);                                   // effects
    config.bits(0, 4).bits(0, 5);                        // data, coupling
    config.align().bits(3, 8).bits('x', 8).bits('y', 8).bits('z', 8);
    expect_track(describe(config.blob()), "mp4a.40.2", 48000, 6, 1024);
}

TEST(Aac, FindsSbrBehindAProgramConfigElement) {
    Config config;
    config.bits(2, 5).bits(6, 4).bits(0, 4).plain_core();
    config.bits(0, 4).bits(1, 2).bits(6, 4);
    config.bits(1, 4).bits(0, 4).bits(0, 4).bits(0, 2).bits(0, 3).bits(0, 4);
    config.bits(0, 3);
    config.bits(1, 1).bits(0, 4);
    config.align().bits(1, 8).bits('x', 8);
    config.bits(0x2B7, 11).bits(5, 5).bits(1, 1).bits(3, 4);
    expect_track(describe(config.blob()), "mp4a.40.5", 48000, 2, 2048);
}

TEST(Aac, RefusesAProgramConfigElementWithoutChannels) {
    Config config;
    config.bits(2, 5).bits(3, 4).bits(0, 4).plain_core();
    config.bits(0, 10).bits(0, 21).bits(0, 3).align().bits(0, 8);
    expect_refused(describe(config.blob()), ErrorKind::invalid, "channel configuration 0");
}

TEST(Aac, RefusesAProgramConfigElementThatIsCutShort) {
    expect_refused(
        describe(Config().bits(2, 5).bits(3, 4).bits(0, 4).plain_core().bits(0, 20).blob()),
        ErrorKind::invalid, "end too early");
}

TEST(Aac, RefusesAShortConfigurationInWords) {
    expect_refused(describe(Blob()), ErrorKind::invalid, "has 0 bytes");
    expect_refused(describe(Blob(Bytes{0x11})), ErrorKind::invalid, "has 1 bytes");
    expect_refused(describe(Blob(Bytes{0x17, 0x80})), ErrorKind::invalid, "end too early");
}

TEST(Aac, RefusesOtherObjectTypesByNameAndSaysWhatToDo) {
    struct Case {
        std::uint32_t type;
        std::string_view name;
    };
    for (auto const& c : {Case{1, "AAC Main"}, Case{3, "AAC SSR"}, Case{4, "AAC LTP"},
                          Case{23, "AAC-LD"}, Case{0, "0, an uncommon"}}) {
        expect_refused(describe(Config().bits(c.type, 5).bits(3, 4).bits(2, 4).plain_core().blob()),
                       ErrorKind::unsupported, c.name);
    }
    for (auto const& c : {Case{39, "AAC-ELD"}, Case{42, "xHE-AAC"}}) {
        auto const track = describe(
            Config().bits(31, 5).bits(c.type - 32, 6).bits(3, 4).bits(2, 4).plain_core().blob());
        expect_refused(track, ErrorKind::unsupported, c.name);
        expect_refused(track, ErrorKind::unsupported, "set the encoder to AAC-LC");
    }
}

TEST(AudioSpecificConfig, TellsHowSbrIsSignalled) {
    auto const of = [](Bytes bytes) { return parse_audio_specific_config(bytes).value(); };
    EXPECT_EQ(of({0x11, 0x90}).sbr, SbrSignalling::absent);
    EXPECT_EQ(of({0x13, 0x90, 0x56, 0xE5, 0xA0}).sbr, SbrSignalling::backward_compatible);
    EXPECT_EQ(of({0x13, 0x90, 0x56, 0xE5, 0xA0}).sampling_frequency, 22050U);
    auto const hierarchical =
        Config().bits(5, 5).bits(6, 4).bits(2, 4).bits(3, 4).bits(2, 5).plain_core().blob();
    EXPECT_EQ(parse_audio_specific_config(hierarchical.view())->sbr, SbrSignalling::hierarchical);
}

TEST(Aac, AnyBytesGiveASaneTrackOrAnError) {
    for_all_seeds(
        [](Generator& any) {
            auto bytes = any.bytes(24);
            // Half of them AAC-LC with a table's frequency, or few would get far.
            if (any.coin() && bytes.size() >= 2) bytes[0] = 0x11;
            auto const track = describe(Blob(bytes));
            if (!track) {
                EXPECT_FALSE(track.error().message.empty());
                return;
            }
            EXPECT_GE(track->timescale, 7350U);
            EXPECT_LE(track->timescale, 96000U);
            EXPECT_GE(track->audio().channels, 1U);
            EXPECT_LE(track->audio().channels, 100U);
            auto const samples = track->audio().samples_per_frame;
            EXPECT_TRUE(samples == 960 || samples == 1024 || samples == 1920 || samples == 2048)
                << samples;
        },
        5000);
}

}  // namespace
}  // namespace directfanz::aac
