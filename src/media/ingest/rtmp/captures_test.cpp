#include "media/ingest/rtmp/media_input.hpp"
#include "media/ingest/rtmp/recorded_publication_fixture.hpp"
#include "media/ingest/rtmp/server_session.hpp"

#include <fstream>
#include <iterator>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Byte streams of real publishers, see tests/captures/rtmp.

namespace directfanz::rtmp {
namespace {

using ::testing::SizeIs;

Bytes capture(std::string_view name) {
    std::ifstream file("tests/captures/rtmp/" + std::string(name), std::ios::binary);
    EXPECT_TRUE(file) << name;
    return Bytes(std::istreambuf_iterator<char>(file), {});
}

/// A server without sockets: what a session tells goes through MediaInput.
struct Replay : ServerSession::Handler {
    ServerSession session{*this};
    Recorded publication;
    MediaInput input{publication, {}};
    std::vector<PublishCommand> publishes;
    int unpublished = 0;
    SteadyTime now{};

    void on_publish(PublishCommand command) override { publishes.push_back(std::move(command)); }
    void on_metadata(amf0::Value const&) override {}
    void on_media(MediaKind kind, std::uint32_t timestamp, Blob body) override {
        auto const taken = input.take(kind, timestamp, body, now);
        EXPECT_TRUE(taken) << taken.error().message;
    }
    void on_unpublish() override { ++unpublished; }

    /// Feeds the stream in pieces of 1 to `longest` bytes.
    void run(ByteView stream, std::size_t longest, std::mt19937& random) {
        while (!stream.empty()) {
            auto const size = std::min<std::size_t>(stream.size(), 1 + random() % longest);
            auto const fed = session.feed(stream.first(size));
            ASSERT_TRUE(fed) << fed.error().message;
            stream = stream.subspan(size);
            if (!session.waiting()) continue;
            session.accept_publish();
            ASSERT_TRUE(session.feed({}));
        }
    }
};

struct Expected {
    std::string_view file;
    std::size_t pictures;
    std::size_t sounds;
    bool b_frames;
    /// GStreamer writes 0 for decode times before its beginning; from this picture on they are
    /// even.
    std::size_t even_from;
};

constexpr Expected kCaptures[] = {
    {"ffmpeg.bin", 25, 48, true, 1},       {"ffmpeg-wrap.bin", 25, 48, true, 1},
    {"ffmpeg-audio.bin", 0, 45, false, 1}, {"rtmp2sink.bin", 25, 47, true, 4},
    {"rtmpsink.bin", 25, 47, true, 4},
};

class Captures : public ::testing::TestWithParam<Expected> {};

TEST_P(Captures, GiveTheirTracksAndSamples) {
    auto const& expected = GetParam();
    std::mt19937 random(1);
    Replay replay;
    replay.run(capture(expected.file), 1 << 20, random);
    ASSERT_THAT(replay.publishes, SizeIs(1));
    EXPECT_EQ(replay.publishes[0].stream_key, "capturekey");
    EXPECT_EQ(replay.publishes[0].app, "live");
    EXPECT_EQ(replay.unpublished, 1);
    auto const& got = replay.publication;
    EXPECT_THAT(got.tracks, SizeIs(expected.pictures > 0 ? 2 : 1));
    EXPECT_THAT(got.video, SizeIs(expected.pictures));
    EXPECT_GE(got.audio.size(), expected.sounds - 1);
    EXPECT_LE(got.audio.size(), expected.sounds + 2);
}

// rtmp.md 10, 12 and 13.
TEST_P(Captures, HaveEvenTimes) {
    auto const& expected = GetParam();
    std::mt19937 random(1);
    Replay replay;
    replay.run(capture(expected.file), 1 << 20, random);
    auto const& got = replay.publication;
    for (std::size_t i = 1; i < got.video.size(); ++i) {
        if (i < expected.even_from) EXPECT_GT(got.video[i].dts, got.video[i - 1].dts);
        if (i < expected.even_from) continue;
        EXPECT_EQ(got.video[i].dts - got.video[i - 1].dts, 40 * 90) << i;
    }
    for (std::size_t i = 1; i < got.audio.size(); ++i) {
        EXPECT_EQ(got.audio[i].dts - got.audio[i - 1].dts, 1024) << i;
    }
    std::set<std::int64_t> shown;
    auto reordered = false;
    for (auto const& sample : got.video) {
        reordered |= !shown.empty() && sample.pts() < *shown.rbegin();
        EXPECT_TRUE(shown.insert(sample.pts()).second);
    }
    EXPECT_EQ(reordered, expected.b_frames);
    if (!got.video.empty()) {
        EXPECT_TRUE(got.video.front().sync);
        EXPECT_NEAR(static_cast<double>(*shown.rbegin() - *shown.begin()), 24 * 40 * 90, 2);
    }
}

TEST_P(Captures, GiveTheSameInPiecesOfAnySize) {
    auto const stream = capture(GetParam().file);
    std::mt19937 random(2);
    Replay whole;
    whole.run(stream, 1 << 20, random);
    for (std::size_t const longest : {1U, 2U, 5U, 50U, 700U, 5000U}) {
        Replay cut;
        cut.run(stream, longest, random);
        auto const same = [](std::vector<Sample> const& a, std::vector<Sample> const& b) {
            return std::ranges::equal(a, b, [](Sample const& x, Sample const& y) {
                return x.dts == y.dts && x.composition_offset == y.composition_offset &&
                       x.sync == y.sync && x.payload == y.payload;
            });
        };
        EXPECT_TRUE(same(whole.publication.video, cut.publication.video)) << longest;
        EXPECT_TRUE(same(whole.publication.audio, cut.publication.audio)) << longest;
        EXPECT_EQ(whole.publication.tracks, cut.publication.tracks);
        EXPECT_EQ(cut.unpublished, 1);
    }
}

TEST_P(Captures, CutShortTheyAreReadUpToThere) {
    auto const stream = capture(GetParam().file);
    std::mt19937 random(3);
    for (int round = 0; round < 40; ++round) {
        Replay replay;
        replay.run(ByteView(stream).first(random() % stream.size()), 3000, random);
    }
}

INSTANTIATE_TEST_SUITE_P(Rtmp, Captures, ::testing::ValuesIn(kCaptures), [](auto const& info) {
    std::string name(info.param.file.substr(0, info.param.file.find('.')));
    std::ranges::replace(name, '-', '_');
    return name;
});

}  // namespace
}  // namespace directfanz::rtmp
