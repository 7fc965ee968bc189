// What ffmpeg encodes is read, written anew as header and chunks, and shown to ffprobe and ffmpeg:
// they must find the same packets at the same times, and decode the same pictures and sound.

#include "base/byte_writer.hpp"
#include "media/container/mp4/segment.hpp"
#include "media/container/mp4/segment_reader.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace directfanz::mp4 {
namespace {

namespace fs = std::filesystem;

struct Packet {
    std::int64_t pts = 0;
    std::int64_t dts = 0;
    std::int64_t size = 0;
    bool key = false;

    bool operator==(Packet const&) const = default;
};

void PrintTo(Packet const& packet, std::ostream* out) {
    *out << fmt::format("pts {} dts {} size {} key {}", packet.pts, packet.dts, packet.size,
                        packet.key);
}

class SegmentAndFfmpeg : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "mp4-test-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::string path(std::string const& name) const { return (folder_ / name).string(); }

    // The command's standard output; a failure of the test if it cannot run or complains.
    static std::string run(std::string const& command) {
        std::string output;
        auto* const pipe = ::popen((command + " 2>&1").c_str(), "r");
        if (pipe == nullptr) {
            ADD_FAILURE() << "cannot start " << command;
            return output;
        }
        std::array<char, 4096> buffer{};
        while (auto const count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
            output.append(buffer.data(), count);
        }
        EXPECT_EQ(::pclose(pipe), 0) << command << "\n"
                                     << output << "\n(ffmpeg and ffprobe must be installed)";
        return output;
    }

    static std::vector<Packet> packets(std::string const& file) {
        std::vector<Packet> found;
        std::istringstream lines(run(fmt::format(
            "ffprobe -v error -show_entries packet=pts,dts,size,flags -of csv=p=0 {}", file)));
        Packet packet;
        char comma = 0;
        std::string flags;
        while (lines >> packet.pts >> comma >> packet.dts >> comma >> packet.size >> comma >>
               flags) {
            packet.key = flags.starts_with("K");
            found.push_back(packet);
        }
        return found;
    }

    // One line a decoded picture or piece of sound: its time and a checksum.
    static std::string decoded(std::string const& file) {
        return run(fmt::format("ffmpeg -v error -i {} -f framemd5 -", file));
    }

    Blob read(std::string const& name) const {
        std::ifstream file(path(name), std::ios::binary);
        return Blob(Bytes(std::istreambuf_iterator<char>(file), {}));
    }

    // Encodes, reads, and writes chunks of `chunk_size` samples; returns the track.
    Track rewrite(std::string const& source, std::size_t chunk_size) {
        run(fmt::format(
            "ffmpeg -v error {} -movflags frag_keyframe+empty_moov+default_base_moof {}", source,
            path("source.mp4")));
        auto const data = read("source.mp4");
        auto const init = read_init(data.view());
        EXPECT_TRUE(init) << (init ? "" : describe(init.error()));
        if (!init) return {};
        auto const chunks = read_chunks(data, *init);
        EXPECT_TRUE(chunks) << (chunks ? "" : describe(chunks.error()));
        if (!chunks) return {};
        for (auto const& part : *chunks) {
            samples_.insert(samples_.end(), part.samples.begin(), part.samples.end());
        }
        std::ofstream out(path("ours.mp4"), std::ios::binary);
        out << init_segment(init->track).text();
        std::span<Sample const> left(samples_);
        for (std::uint32_t number = 1; !left.empty(); ++number) {
            auto const count = std::min(chunk_size, left.size());
            out << chunk(init->track, number, left.first(count)).text();
            left = left.subspan(count);
        }
        return init->track;
    }

    void expect_the_packets_put_in() {
        std::vector<Packet> expected;
        for (auto const& s : samples_) {
            expected.push_back({.pts = s.pts(),
                                .dts = s.dts,
                                .size = static_cast<std::int64_t>(s.payload.size()),
                                .key = s.sync});
        }
        EXPECT_FALSE(expected.empty());
        EXPECT_EQ(packets(path("ours.mp4")), expected);
        EXPECT_EQ(packets(path("source.mp4")), expected) << "what ffprobe says of ffmpeg's own";
    }

    fs::path folder_;
    std::vector<Sample> samples_;
};

constexpr auto kPicture = "-f lavfi -i testsrc2=s=320x180:r=25:d=3 -c:v libx264 -pix_fmt yuv420p";
constexpr auto kSound = "-f lavfi -i sine=r=48000:d=2 -ac 2 -c:a aac";

TEST_F(SegmentAndFfmpeg, AgreeOnVideoWithBFrames) {
    auto const track = rewrite(fmt::format("{} -bf 3 -g 25", kPicture), 6);
    EXPECT_TRUE(
        std::ranges::any_of(samples_, [](Sample const& s) { return s.composition_offset != 0; }));
    EXPECT_EQ(std::ranges::count(samples_, true, &Sample::sync), 3);
    EXPECT_TRUE(track.codec_string.starts_with("avc1.64"));
    expect_the_packets_put_in();
    EXPECT_EQ(decoded(path("ours.mp4")), decoded(path("source.mp4")));
}

// ffprobe makes the smallest offset 0 by shifting all of the track, so that pts >= dts holds: the
// order and the distances must be ours, the origin is its own.
TEST_F(SegmentAndFfmpeg, AgreeOnDistancesWithNegativeCompositionOffsets) {
    auto const track = rewrite(fmt::format("{} -bf 3 -g 25", kPicture), 6);
    for (auto& s : samples_) s.composition_offset -= 1024;
    ASSERT_TRUE(
        std::ranges::any_of(samples_, [](Sample const& s) { return s.composition_offset < 0; }));
    std::ofstream(path("shifted.mp4"), std::ios::binary)
        << init_segment(track).text() << chunk(track, 1, samples_).text();
    auto const found = packets(path("shifted.mp4"));
    ASSERT_EQ(found.size(), samples_.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].pts - found[0].pts, samples_[i].pts() - samples_[0].pts()) << i;
        EXPECT_EQ(found[i].dts, samples_[i].dts) << i;
    }
}

TEST_F(SegmentAndFfmpeg, AgreeOnSinglePictureChunks) {
    rewrite(fmt::format("{} -tune zerolatency -g 50", kPicture), 1);
    expect_the_packets_put_in();
    EXPECT_EQ(decoded(path("ours.mp4")), decoded(path("source.mp4")));
}

TEST_F(SegmentAndFfmpeg, AgreeOnVariableFrameRate) {
    rewrite(
        "-f lavfi -i \"testsrc2=s=160x90:r=30:d=3,select='not(eq(mod(n,7),3))'\" -vsync vfr "
        "-c:v libx264 -pix_fmt yuv420p -bf 2",
        7);
    EXPECT_TRUE(std::ranges::any_of(
        samples_, [this](Sample const& s) { return s.duration != samples_.front().duration; }));
    expect_the_packets_put_in();
}

TEST_F(SegmentAndFfmpeg, AgreeOnSound) {
    auto const track = rewrite(kSound, 12);
    EXPECT_EQ(track.codec_string, "mp4a.40.2");
    EXPECT_EQ(track.audio(),
              (AudioFormat{.sample_rate = 48000, .channels = 2, .samples_per_frame = 1024}));
    expect_the_packets_put_in();
    EXPECT_EQ(decoded(path("ours.mp4")), decoded(path("source.mp4")));
}

TEST_F(SegmentAndFfmpeg, AgreeOnShapeColoursAndSize) {
    rewrite(
        "-f lavfi -i testsrc2=s=720x576:r=25:d=0.2 -vf setsar=16/15 -c:v libx264 "
        "-pix_fmt yuv420p -color_primaries bt709 -color_trc bt709 -colorspace bt709",
        5);
    auto const entries =
        "ffprobe -v error -of default=nw=1 -show_entries "
        "stream=codec_name,profile,level,width,height,sample_aspect_ratio,display_aspect_ratio,"
        "color_primaries,color_transfer,color_space {}";
    auto const ours = run(fmt::format(fmt::runtime(entries), path("ours.mp4")));
    EXPECT_EQ(ours, run(fmt::format(fmt::runtime(entries), path("source.mp4"))));
    EXPECT_NE(ours.find("sample_aspect_ratio=16:15"), std::string::npos) << ours;
}

TEST_F(SegmentAndFfmpeg, AgreeOnHeAacByItsHeaderAlone) {
    // Nothing here encodes HE-AAC; ffprobe reads what the header says of it. 24 kHz core, stereo,
    // SBR to 48 kHz, hierarchical: object types 5 and 2.
    Track track;
    track.kind = MediaKind::audio;
    track.codec = Codec::aac;
    track.timescale = 48000;
    track.decoder_config = Blob(Bytes{0x2B, 0x11, 0x88, 0x00});
    track.format = AudioFormat{.sample_rate = 48000, .channels = 2, .samples_per_frame = 2048};
    std::ofstream(path("ours.mp4"), std::ios::binary) << init_segment(track).text();
    auto const told = run(fmt::format(
        "ffprobe -v fatal -of default=nw=1 -show_entries stream=codec_name,sample_rate,channels {}",
        path("ours.mp4")));
    EXPECT_NE(told.find("codec_name=aac"), std::string::npos) << told;
    EXPECT_NE(told.find("sample_rate=48000"), std::string::npos) << told;
    EXPECT_NE(told.find("channels=2"), std::string::npos) << told;
}

}  // namespace
}  // namespace directfanz::mp4
