#include "media/ingest/rtmp/listener_fixture.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

// ffmpeg and GStreamer publish to a Listener over loopback.

namespace directfanz::rtmp {
namespace {

using ingest::EndReason;
using ::testing::HasSubstr;
using testing::Record;
using ::testing::SizeIs;

/// A child process whose output can be read when it has ended.
class Process {
  public:
    explicit Process(std::string const& command) {
        std::istringstream words(command);
        std::vector<std::string> arguments{std::istream_iterator<std::string>(words), {}};
        std::vector<char*> pointers;
        for (auto& argument : arguments) pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        std::string name = "/tmp/rtmp-publisher-XXXXXX";
        output_ = ::mkstemp(name.data());
        path_ = name;
        posix_spawn_file_actions_t actions{};
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, output_, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, output_, STDERR_FILENO);
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        started_ =
            ::posix_spawnp(&pid_, pointers[0], &actions, nullptr, pointers.data(), environ) == 0;
        posix_spawn_file_actions_destroy(&actions);
    }
    ~Process() {
        if (started_ && !ended_) kill();
        ::close(output_);
        ::unlink(path_.c_str());
    }
    Process(Process const&) = delete;
    Process& operator=(Process const&) = delete;

    void kill() {
        ::kill(pid_, SIGKILL);
        wait();
    }
    /// Waits for the end; what it printed.
    std::string wait() {
        int status = 0;
        if (!ended_) ::waitpid(pid_, &status, 0);
        ended_ = true;
        std::ifstream file(path_);
        return {std::istreambuf_iterator<char>(file), {}};
    }

  private:
    pid_t pid_ = 0;
    int output_ = -1;
    std::string path_;
    bool started_ = false;
    bool ended_ = false;
};

class Publishers : public testing::ListenerTest {
  protected:
    void SetUp() override {
        target.owner_loop = 1;
        start();
    }
    std::string url(std::string_view rest = "live/key1") const {
        return "rtmp://127.0.0.1:" + std::to_string(port) + "/" + std::string(rest);
    }
    static std::string picture(int seconds) {
        return "-f lavfi -t " + std::to_string(seconds) + " -i testsrc2=size=160x120:rate=25 ";
    }
    static std::string sound(int seconds) {
        return "-f lavfi -t " + std::to_string(seconds) + " -i sine=sample_rate=48000 ";
    }
    static constexpr char const* kH264 =
        "-c:v libx264 -pix_fmt yuv420p -preset ultrafast -g 25 -threads 1 ";
    static constexpr char const* kAac = "-c:a aac -b:a 64k ";

    static void expect_even(Record const& record, std::int64_t frame_ticks = 3600) {
        if (record.count(MediaKind::video) > 0) {
            auto const& video = record.samples.at(MediaKind::video);
            for (std::size_t i = 1; i < video.size(); ++i) {
                EXPECT_EQ(video[i].dts - video[i - 1].dts, frame_ticks) << i;
            }
        }
        if (record.count(MediaKind::audio) > 0) {
            auto const& audio = record.samples.at(MediaKind::audio);
            for (std::size_t i = 1; i < audio.size(); ++i) {
                EXPECT_EQ(audio[i].dts - audio[i - 1].dts, 1024) << i;
            }
        }
    }
};

TEST_F(Publishers, FfmpegWithBFrames) {
    Process ffmpeg("ffmpeg -hide_banner " + picture(3) + sound(3) + kH264 + "-bf 2 " + kAac +
                   "-f flv " + url());
    ffmpeg.wait();
    ASSERT_TRUE(target.wait_for_end(0));
    auto const record = target.record(0);
    EXPECT_EQ(record.end, EndReason::unpublished);
    EXPECT_EQ(record.request.stream_key, "key1");
    EXPECT_THAT(record.request.encoder, HasSubstr("Lavf"));
    EXPECT_THAT(record.tracks, SizeIs(2));
    ASSERT_EQ(record.count(MediaKind::video), 75U);
    EXPECT_GT(record.count(MediaKind::audio), 138U);
    expect_even(record);
    std::set<std::int64_t> shown;
    std::size_t sync = 0;
    for (auto const& sample : record.samples.at(MediaKind::video)) {
        shown.insert(sample.pts());
        sync += sample.sync ? 1U : 0U;
    }
    EXPECT_THAT(shown, SizeIs(75));
    EXPECT_EQ(*shown.rbegin() - *shown.begin(), 74 * 3600);
    EXPECT_EQ(sync, 3U);
    EXPECT_TRUE(record.always_on_its_loop);
}

TEST_F(Publishers, FfmpegWithSoundOnly) {
    Process ffmpeg("ffmpeg -hide_banner " + sound(2) + kAac + "-f flv " + url());
    ffmpeg.wait();
    ASSERT_TRUE(target.wait_for_end(0));
    auto const record = target.record(0);
    EXPECT_THAT(record.tracks, SizeIs(1));
    EXPECT_GT(record.count(MediaKind::audio), 90U);
    expect_even(record);
}

TEST_F(Publishers, FfmpegWithPicturesOnly) {
    Process ffmpeg("ffmpeg -hide_banner " + picture(2) + kH264 + "-f flv " + url());
    ffmpeg.wait();
    ASSERT_TRUE(target.wait_for_end(0));
    auto const record = target.record(0);
    EXPECT_THAT(record.tracks, SizeIs(1));
    EXPECT_EQ(record.count(MediaKind::video), 50U);
    expect_even(record);
}

// rtmp.md 10.
TEST_F(Publishers, FfmpegAcrossTheWrapAt32Bits) {
    Process ffmpeg("ffmpeg -hide_banner " + picture(14) + sound(14) + "-output_ts_offset 4294960 " +
                   kH264 + kAac + "-f flv " + url());
    ffmpeg.wait();
    ASSERT_TRUE(target.wait_for_end(0));
    auto const record = target.record(0);
    EXPECT_EQ(record.count(MediaKind::video), 350U);
    expect_even(record);
    // The sound begins with the encoder's priming, just before the picture.
    EXPECT_LT(record.samples.at(MediaKind::video).front().dts, 9000);
}

// rtmp.md 9 and 10: beyond 2^24 ms every chunk has an extended timestamp.
TEST_F(Publishers, FfmpegAcross24Bits) {
    Process ffmpeg("ffmpeg -hide_banner " + picture(4) + sound(4) + "-output_ts_offset 16775 " +
                   kH264 + kAac + "-f flv " + url());
    ffmpeg.wait();
    ASSERT_TRUE(target.wait_for_end(0));
    auto const record = target.record(0);
    EXPECT_EQ(record.count(MediaKind::video), 100U);
    expect_even(record);
}

TEST_F(Publishers, FfmpegWithAVariableFrameRate) {
    Process ffmpeg("ffmpeg -hide_banner " + picture(4) + sound(4) +
                   "-vf select=not(mod(n\\,7))+gt(mod(n\\,40)\\,30) -vsync vfr " + kH264 + kAac +
                   "-f flv " + url());
    ffmpeg.wait();
    ASSERT_TRUE(target.wait_for_end(0));
    auto const record = target.record(0);
    ASSERT_GT(record.count(MediaKind::video), 20U);
    auto const& video = record.samples.at(MediaKind::video);
    std::set<std::int64_t> steps;
    for (std::size_t i = 1; i < video.size(); ++i) {
        auto const step = video[i].dts - video[i - 1].dts;
        EXPECT_EQ(step % 3600, 0);
        steps.insert(step);
    }
    EXPECT_GT(steps.size(), 1U);
    EXPECT_LE(*steps.rbegin(), 7 * 3600);
}

// rtmp.md 7.
TEST_F(Publishers, FfmpegIsRefusedInWords) {
    target.refused["key1"] = {ErrorKind::denied, "gate", "This stream key is unknown."};
    Process ffmpeg("ffmpeg -hide_banner " + picture(30) + kH264 + "-f flv " + url());
    EXPECT_THAT(ffmpeg.wait(), HasSubstr("This stream key is unknown."));
    EXPECT_EQ(target.size(), 0U);
}

// rtmp.md 6.
TEST_F(Publishers, FfmpegPutsTheKeyIntoAQuery) {
    std::size_t index = 0;
    for (auto const rest :
         {"live?key=key1", "live/?key=key1", "live/key1?a=b", "live/x?key=key1"}) {
        Process ffmpeg("ffmpeg -hide_banner " + sound(1) + kAac + "-f flv " + url(rest));
        ffmpeg.wait();
        ASSERT_TRUE(target.wait_for_end(index)) << rest;
        EXPECT_EQ(target.record(index).request.stream_key, "key1") << rest;
        ++index;
    }
}

TEST_F(Publishers, FfmpegThatIsKilledIsLost) {
    Process ffmpeg("ffmpeg -hide_banner -re " + picture(30) + kH264 + "-f flv " + url());
    ASSERT_TRUE(target.wait_for(0, [](Record const& r) { return r.count(MediaKind::video) > 10; }));
    ffmpeg.kill();
    ASSERT_TRUE(target.wait_for_end(0));
    EXPECT_EQ(target.record(0).end, EndReason::lost);
}

// rtmp.md 17.
TEST_F(Publishers, FfmpegWithMp3IsRefused) {
    Process ffmpeg("ffmpeg -hide_banner -re " + sound(30) + "-ar 44100 -c:a libmp3lame -f flv " +
                   url());
    EXPECT_TRUE(target.wait_for_end(0));
    ffmpeg.wait();
    EXPECT_EQ(target.record(0).count(MediaKind::audio), 0U);
}

class GStreamer : public Publishers, public ::testing::WithParamInterface<char const*> {};

TEST_P(GStreamer, PublishesPicturesAndSound) {
    Process gst(std::string("gst-launch-1.0 videotestsrc num-buffers=50 ! "
                            "video/x-raw,format=I420,width=160,height=120,framerate=25/1 ! "
                            "x264enc key-int-max=25 tune=zerolatency ! h264parse ! "
                            "flvmux streamable=true name=m ! ") +
                GetParam() + " location=" + url() +
                " audiotestsrc num-buffers=94 samplesperbuffer=1024 ! "
                "audio/x-raw,rate=48000,channels=2 ! audioconvert ! avenc_aac ! aacparse ! m.");
    auto const printed = gst.wait();
    ASSERT_TRUE(target.wait_for_end(0)) << printed;
    auto const record = target.record(0);
    EXPECT_EQ(record.end, EndReason::unpublished);
    EXPECT_EQ(record.request.stream_key, "key1");
    EXPECT_THAT(record.tracks, SizeIs(2));
    EXPECT_EQ(record.count(MediaKind::video), 50U);
    EXPECT_GE(record.count(MediaKind::audio), 93U);
    expect_even(record);
}

INSTANTIATE_TEST_SUITE_P(Rtmp, GStreamer, ::testing::Values("rtmp2sink", "rtmpsink"),
                         [](auto const& info) { return std::string(info.param); });

}  // namespace
}  // namespace directfanz::rtmp
