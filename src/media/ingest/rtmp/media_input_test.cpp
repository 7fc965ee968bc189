#include "media/ingest/rtmp/media_input.hpp"

#include "base/byte_writer.hpp"
#include "media/codec/decoder_config.hpp"
#include "media/ingest/rtmp/recorded_publication_fixture.hpp"
#include "media/ingest/rtmp/server_session.hpp"

#include <fstream>
#include <iterator>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::rtmp {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// The video messages of a captured publisher: its sequence header, then its pictures.
struct CapturedVideo : ServerSession::Handler {
    std::vector<Blob> bodies;

    explicit CapturedVideo(std::string const& name) {
        std::ifstream file("tests/captures/rtmp/" + name, std::ios::binary);
        Bytes const stream(std::istreambuf_iterator<char>(file), {});
        ServerSession session(*this);
        for (auto left = ByteView(stream); !left.empty();) {
            auto const piece = left.first(std::min<std::size_t>(left.size(), 1000));
            EXPECT_TRUE(session.feed(piece));
            if (session.waiting()) session.accept_publish();
            left = left.subspan(piece.size());
        }
    }
    void on_publish(PublishCommand) override {}
    void on_metadata(amf0::Value const&) override {}
    void on_unpublish() override {}
    void on_media(MediaKind kind, std::uint32_t, Blob body) override {
        if (kind == MediaKind::video) bodies.push_back(std::move(body));
    }

    Blob header() const { return bodies.at(0).slice(5); }
    /// NAL units of the n-th picture.
    Blob picture(std::size_t n) const { return bodies.at(n + 1).slice(5); }
};

Blob with_parameter_sets(Blob const& header, Blob const& picture) {
    auto const config = h264::parse_decoder_config(header.view());
    EXPECT_TRUE(config);
    ByteWriter out;
    for (auto const& nal : {config->sps.at(0), config->pps.at(0)}) {
        out.u32(static_cast<std::uint32_t>(nal.size()));
        out.bytes(nal);
    }
    out.bytes(picture.view());
    return out.take_blob();
}

/// One IDR slice of so many bytes.
Bytes big_picture(std::size_t size) {
    ByteWriter out;
    out.u32(static_cast<std::uint32_t>(size));
    out.u8(0x65);
    out.bytes(Bytes(size - 1, 0xFF));
    return out.take();
}

Bytes video_body(int packet_type, Blob const& data, bool key = false, int composition = 0) {
    ByteWriter body;
    body.u8(key ? 0x17 : 0x27);
    body.u8(static_cast<std::uint8_t>(packet_type));
    body.u24(static_cast<std::uint32_t>(composition) & 0xFFFFFFU);
    body.bytes(data.view());
    return body.take();
}

class Input : public ::testing::Test {
  protected:
    Result<void> video(int packet_type, Blob const& data, bool key = false, int composition = 0) {
        return raw(MediaKind::video, video_body(packet_type, data, key, composition));
    }
    Result<void> audio(int packet_type, Bytes const& data) {
        ByteWriter body;
        body.u8(0xAF);
        body.u8(static_cast<std::uint8_t>(packet_type));
        body.bytes(data);
        return raw(MediaKind::audio, body.take());
    }
    Result<void> raw(MediaKind kind, Bytes body) {
        time += 40;
        return input.take(kind, time, Blob(std::move(body)), SteadyTime{} + milliseconds(time));
    }

    CapturedVideo captured{"ffmpeg.bin"};
    CapturedVideo other{"rtmp2sink.bin"};
    Recorded publication;
    MediaInput input{publication, {}};
    std::uint32_t time = 0;
};

TEST_F(Input, SequenceHeaderAndPicturesMakeATrackAndSamples) {
    ASSERT_TRUE(video(0, captured.header()));
    ASSERT_TRUE(video(1, captured.picture(0), true, 80));
    ASSERT_TRUE(video(1, captured.picture(1), false, -40));
    ASSERT_THAT(publication.tracks, SizeIs(1));
    EXPECT_EQ(publication.tracks[0].video().width, 160U);
    ASSERT_THAT(publication.video, SizeIs(2));
    EXPECT_TRUE(publication.video[0].sync);
    EXPECT_EQ(publication.video[0].composition_offset, 80 * 90);
    EXPECT_FALSE(publication.video[1].sync);
    EXPECT_EQ(publication.video[1].composition_offset, -40 * 90);
    EXPECT_EQ(publication.video[1].dts, 40 * 90);
}

TEST_F(Input, WhetherAPictureIsSyncTheNalUnitsSay) {
    ASSERT_TRUE(video(0, captured.header()));
    ASSERT_TRUE(video(1, captured.picture(0), false));
    ASSERT_TRUE(video(1, captured.picture(1), true));
    ASSERT_THAT(publication.video, SizeIs(2));
    EXPECT_TRUE(publication.video[0].sync);
    EXPECT_FALSE(publication.video[1].sync);
}

// A picture is shown soon after it is decoded; one that says otherwise is like its predecessor.
TEST_F(Input, AnImpossibleCompositionTimeIsTakenFromTheLastFrameOfItsKind) {
    ASSERT_TRUE(video(0, captured.header()));
    ASSERT_TRUE(video(1, captured.picture(0), true, 80));
    ASSERT_TRUE(video(1, captured.picture(1), false, 120));
    for (auto const bad : {0x7FFFFF, 10'000, 2'001, -2'001, -0x800000}) {
        ASSERT_TRUE(video(1, captured.picture(0), true, bad));
        EXPECT_EQ(publication.video.back().composition_offset, 80 * 90) << bad;
        ASSERT_TRUE(video(1, captured.picture(1), false, bad));
        EXPECT_EQ(publication.video.back().composition_offset, 120 * 90) << bad;
    }
    for (auto const good : {2'000, -2'000}) {
        ASSERT_TRUE(video(1, captured.picture(0), true, good));
        EXPECT_EQ(publication.video.back().composition_offset, good * 90);
    }
}

TEST_F(Input, AnImpossibleCompositionTimeOfTheFirstFrameIsNone) {
    ASSERT_TRUE(video(0, captured.header()));
    ASSERT_TRUE(video(1, captured.picture(0), true, 0x7FFFFF));
    ASSERT_THAT(publication.video, SizeIs(1));
    EXPECT_EQ(publication.video[0].composition_offset, 0);
}

// rtmp.md 21.
TEST_F(Input, APublisherBeyondTheBitRateIsRefusedInWords) {
    ASSERT_TRUE(audio(0, {0x11, 0x90}));
    ASSERT_TRUE(video(0, captured.header()));
    // Only what counts as a picture counts in media time: one NAL unit of a megabyte.
    Blob const picture(big_picture(std::size_t{1} << 20));
    std::size_t sent = 0;
    Result<void> result;
    for (; result && sent < 1000; ++sent) result = video(1, picture);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::too_large);
    EXPECT_THAT(result.error().message, HasSubstr("100 Mbit/s"));
    EXPECT_THAT(result.error().message, HasSubstr("in real time (ffmpeg: -re before -i)"));
    // 26 MB a second come, 12.5 MB may: after 50 MB and what drains meanwhile.
    EXPECT_NEAR(static_cast<double>(sent), 90, 10);
}

// rtmp.md 21: what the packager holds is counted in media time, however slowly it comes.
TEST_F(Input, APublisherWhoseTimeStandsStillIsRefusedToo) {
    ASSERT_TRUE(video(0, captured.header()));
    Blob const body(video_body(1, Blob(big_picture(std::size_t{4} << 20)), true));
    std::size_t sent = 0;
    Result<void> result;
    for (; result && sent < 150; ++sent) {
        result = input.take(MediaKind::video, 40, body, SteadyTime{} + seconds(sent));
    }
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::too_large);
    EXPECT_LE(publication.video.size(), 12U);
}

TEST_F(Input, AFewSecondsThatComeAtOnceAfterTheNetworkStoodStillAreTaken) {
    ASSERT_TRUE(video(0, captured.header()));
    Blob const body(video_body(1, Blob(big_picture(100'000)), false));
    // 20 Mbit/s, of ten seconds.
    for (std::uint32_t i = 0; i < 250; ++i) {
        ASSERT_TRUE(
            input.take(MediaKind::video, i * 40, body, SteadyTime{} + milliseconds(10'000)));
    }
    EXPECT_THAT(publication.video, SizeIs(250));
}

TEST_F(Input, SoundLongerThanAnyFrameOfAacIsDropped) {
    ASSERT_TRUE(audio(0, {0x11, 0x90}));
    ASSERT_TRUE(audio(1, Bytes(MediaInput::kMaxAudioFrame + 1)));
    EXPECT_THAT(publication.audio, IsEmpty());
    ASSERT_TRUE(audio(1, Bytes(MediaInput::kMaxAudioFrame)));
    EXPECT_THAT(publication.audio, SizeIs(1));
}

// Each change is a discontinuity, a header and a segment of its own.
TEST_F(Input, APublisherThatKeepsChangingItsConfigurationIsRefusedInWords) {
    int changes = 0;
    ASSERT_TRUE(video(0, captured.header()));
    Result<void> result;
    for (; result && changes < 100; ++changes) {
        result = video(0, changes % 2 == 0 ? other.header() : captured.header());
    }
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::too_large);
    EXPECT_THAT(result.error().message, HasSubstr("configuration"));
    EXPECT_EQ(changes, MediaInput::kMostChanges + 1);
    EXPECT_EQ(publication.tracks.size(), 1U + MediaInput::kMostChanges);
}

TEST_F(Input, ParameterSetsThatKeepChangingInBandAreRefusedToo) {
    ASSERT_TRUE(video(0, captured.header()));
    Result<void> result;
    for (int i = 0; result && i < 100; ++i) {
        auto const& source = i % 2 == 0 ? other : captured;
        result = video(1, with_parameter_sets(source.header(), source.picture(0)), true);
    }
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::too_large);
}

TEST_F(Input, AConfigurationThatChangesNowAndThenIsTaken) {
    for (int i = 0; i < 100; ++i) {
        time += 2000;
        ASSERT_TRUE(video(0, i % 2 == 0 ? other.header() : captured.header()));
    }
    EXPECT_THAT(publication.tracks, SizeIs(100));
}

// rtmp.md 14.
TEST_F(Input, TheSameSequenceHeaderAgainIsNoNewTrack) {
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(video(0, captured.header()));
        ASSERT_TRUE(audio(0, {0x11, 0x90}));
    }
    EXPECT_THAT(publication.tracks, SizeIs(2));
}

// rtmp.md 14.
TEST_F(Input, ADifferentSequenceHeaderIsANewTrack) {
    ASSERT_NE(captured.header(), other.header());
    ASSERT_TRUE(video(0, captured.header()));
    ASSERT_TRUE(video(0, other.header()));
    ASSERT_TRUE(video(0, captured.header()));
    ASSERT_TRUE(audio(0, {0x11, 0x90}));
    ASSERT_TRUE(audio(0, {0x12, 0x10}));
    EXPECT_THAT(publication.tracks, SizeIs(5));
}

// rtmp.md 15.
TEST_F(Input, TheSameParameterSetsInBandAreNoNewTrack) {
    ASSERT_TRUE(video(0, captured.header()));
    for (int i = 0; i < 3; ++i) {
        auto const picture = with_parameter_sets(captured.header(), captured.picture(0));
        ASSERT_TRUE(video(1, picture, true));
    }
    EXPECT_THAT(publication.tracks, SizeIs(1));
    EXPECT_THAT(publication.video, SizeIs(3));
}

// rtmp.md 15.
TEST_F(Input, OtherParameterSetsInBandAreANewTrackOnce) {
    ASSERT_TRUE(video(0, captured.header()));
    ASSERT_TRUE(video(1, captured.picture(0), true));
    for (int i = 0; i < 3; ++i) {
        auto const picture = with_parameter_sets(other.header(), other.picture(0));
        ASSERT_TRUE(video(1, picture, true));
    }
    EXPECT_THAT(publication.tracks, SizeIs(2));
    EXPECT_THAT(publication.video, SizeIs(4));
}

// rtmp.md 15.
TEST_F(Input, ParameterSetsInBandReplaceAMissingSequenceHeader) {
    auto const picture = with_parameter_sets(captured.header(), captured.picture(0));
    ASSERT_TRUE(video(1, picture, true));
    EXPECT_THAT(publication.tracks, SizeIs(1));
    EXPECT_THAT(publication.video, SizeIs(1));
}

// rtmp.md 16 and 17.
TEST_F(Input, MediaBeforeItsSequenceHeaderIsDropped) {
    ASSERT_TRUE(audio(1, {1, 2, 3}));
    ASSERT_TRUE(video(1, captured.picture(1)));
    EXPECT_THAT(publication.tracks, IsEmpty());
    EXPECT_THAT(publication.video, IsEmpty());
    EXPECT_THAT(publication.audio, IsEmpty());
    ASSERT_TRUE(audio(0, {0x11, 0x90}));
    ASSERT_TRUE(audio(1, {1, 2, 3}));
    ASSERT_THAT(publication.audio, SizeIs(1));
    EXPECT_EQ(publication.audio[0].dts, 0);
    EXPECT_TRUE(publication.audio[0].sync);
}

// rtmp.md 16.
TEST_F(Input, ATrackThatBeginsLateIsTakenUpInItsPlace) {
    ASSERT_TRUE(video(0, captured.header()));
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(video(1, captured.picture(1)));
    ASSERT_TRUE(audio(0, {0x11, 0x90}));
    ASSERT_TRUE(audio(1, {1, 2, 3}));
    ASSERT_THAT(publication.audio, SizeIs(1));
    EXPECT_NEAR(static_cast<double>(publication.audio[0].dts), 51 * 40 * 48, 48);
}

// rtmp.md 17.
TEST_F(Input, AShortAudioHeaderIsPassedOverAndTheNextOneCounts) {
    ASSERT_TRUE(audio(0, {0x11}));
    ASSERT_TRUE(audio(1, {1, 2, 3}));
    EXPECT_THAT(publication.tracks, IsEmpty());
    ASSERT_TRUE(audio(0, {0x11, 0x90}));
    EXPECT_THAT(publication.tracks, SizeIs(1));
}

// rtmp.md 11: one bad frame never ends a broadcast.
TEST_F(Input, GarbageIsDroppedAndTheRestGoesOn) {
    ASSERT_TRUE(video(0, captured.header()));
    ASSERT_TRUE(audio(0, {0x11, 0x90}));
    std::mt19937 random(5);
    std::size_t good = 0;
    for (int i = 0; i < 500; ++i) {
        Bytes garbage(random() % 30);
        for (auto& byte : garbage) byte = static_cast<std::uint8_t>(random());
        auto const kind = random() % 2 == 0 ? MediaKind::video : MediaKind::audio;
        // Not a whole new header by chance.
        if (!garbage.empty()) garbage[0] = kind == MediaKind::video ? 0x27 : 0x2F;
        if (garbage.size() > 1) garbage[1] = 7;
        EXPECT_TRUE(raw(kind, std::move(garbage)));
        ASSERT_TRUE(video(1, captured.picture(1)));
        ASSERT_TRUE(audio(1, {1, 2, 3}));
        ++good;
    }
    EXPECT_EQ(publication.video.size(), good);
}

TEST_F(Input, PicturesWhoseNalUnitsDoNotAddUpAreDropped) {
    ASSERT_TRUE(video(0, captured.header()));
    auto const picture = captured.picture(0);
    ASSERT_TRUE(video(1, picture.slice(0, picture.size() - 1), true));
    ASSERT_TRUE(video(1, picture.slice(1), true));
    EXPECT_THAT(publication.video, IsEmpty());
    ASSERT_TRUE(video(1, picture, true));
    EXPECT_THAT(publication.video, SizeIs(1));
}

TEST_F(Input, AccessUnitsWithoutAPictureAreNoSamples) {
    ASSERT_TRUE(video(0, captured.header()));
    ASSERT_TRUE(video(1, Blob(Bytes{0, 0, 0, 2, 9, 0x10})));
    EXPECT_THAT(publication.video, IsEmpty());
}

TEST_F(Input, ShorterNalLengthsBecomeFourBytes) {
    auto config = h264::parse_decoder_config(captured.header().view());
    ASSERT_TRUE(config);
    config->nal_length_size = 2;
    ASSERT_TRUE(video(0, h264::write_decoder_config(*config)));
    ASSERT_TRUE(video(1, Blob(Bytes{0, 3, 0x65, 1, 2, 0, 2, 0x65, 3})));
    ASSERT_THAT(publication.tracks, SizeIs(1));
    EXPECT_EQ(publication.tracks[0].decoder_config.view()[4] & 3, 3);
    ASSERT_THAT(publication.video, SizeIs(1));
    EXPECT_EQ(publication.video[0].payload,
              Blob(Bytes{0, 0, 0, 3, 0x65, 1, 2, 0, 0, 0, 2, 0x65, 3}));
}

TEST_F(Input, EnhancedMessagesMakeTheSameSamples) {
    ByteWriter header;
    header.u8(0x90);
    header.text("avc1");
    header.bytes(captured.header().view());
    ASSERT_TRUE(raw(MediaKind::video, header.take()));
    ByteWriter frame;
    frame.u8(0x93);
    frame.text("avc1");
    frame.bytes(captured.picture(0).view());
    ASSERT_TRUE(raw(MediaKind::video, frame.take()));
    EXPECT_THAT(publication.tracks, SizeIs(1));
    ASSERT_THAT(publication.video, SizeIs(1));
    EXPECT_EQ(publication.video[0].payload, captured.picture(0));
}

// rtmp.md 2 and 17.
TEST_F(Input, AnotherCodecIsRefusedByNameAfterAFewMessages) {
    Bytes const hevc{0x90, 'h', 'v', 'c', '1', 1, 2, 3};
    ASSERT_TRUE(raw(MediaKind::video, hevc));
    ASSERT_TRUE(raw(MediaKind::video, hevc));
    auto const refused = raw(MediaKind::video, hevc);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);
    EXPECT_THAT(refused.error().message, HasSubstr("HEVC"));
}

// rtmp.md 2: OBS sends its first track in the old form, and the others as multitrack beside it.
TEST_F(Input, MoreTracksBesideOneThatWorksAreLeftOut) {
    ASSERT_TRUE(video(0, captured.header()));
    for (int i = 0; i < 200; ++i) {
        for (int track = 1; track < 4; ++track) {
            ASSERT_TRUE(raw(MediaKind::video, {0x96, 0x01, 'a', 'v', 'c', '1', 1, 0, 0, 0}));
        }
        ASSERT_TRUE(video(1, captured.picture(1)));
    }
    EXPECT_THAT(publication.video, SizeIs(200));
}

TEST_F(Input, ATrackThatTurnsIntoAnotherCodecIsRefusedInTheEnd) {
    ASSERT_TRUE(video(0, captured.header()));
    ASSERT_TRUE(video(1, captured.picture(0), true));
    Bytes const av1{0x91, 'a', 'v', '0', '1', 1, 2, 3};
    int taken = 0;
    Result<void> result;
    while (result && taken < 1000) {
        result = raw(MediaKind::video, av1);
        ++taken;
    }
    EXPECT_EQ(taken, MediaInput::kRefusedBesideTrackAfter);
}

}  // namespace
}  // namespace directfanz::rtmp
