#include "media/transcode/wire/coding.hpp"
#include "media/transcode/wire/message_reader.hpp"
#include "worker/made_sound_test.hpp"
#include "worker/made_source_test.hpp"

#include <array>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace directfanz::worker {

namespace {

using namespace ::directfanz::worker::testing;

/// The program itself, as the server starts it.
class Program {
  public:
    Program() {
        std::array<int, 2> pair{};
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) return;
        // The test lies one folder below the programs.
        auto const path =
            std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() /
            "directfanz-worker";
        child_ = fork();
        if (child_ == 0) {
            // Away from its place first, if it is there already: dup2 of one to itself would leave
            // it to be closed.
            auto const end = fcntl(pair[1], F_DUPFD, 10);
            dup2(end, STDERR_FILENO + 1);
            execl(path.c_str(), path.c_str(), nullptr);
            _exit(99);
        }
        close(pair[1]);
        socket_ = pair[0];
        reader_ = std::thread([this] { read_all(); });
    }

    ~Program() {
        if (!waited_) {
            kill(child_, SIGKILL);
            wait();
        }
        close(socket_);
    }

    Program(Program const&) = delete;
    Program& operator=(Program const&) = delete;

    void give(wire::ToWorker const& message) {
        auto const encoded = wire::encode(message);
        ASSERT_TRUE(encoded);
        give_bytes(encoded->head);
        give_bytes(encoded->payload.view());
    }

    void give_bytes(ByteView bytes) {
        while (!bytes.empty()) {
            auto const sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
        }
    }

    void hang_up() { shutdown(socket_, SHUT_WR); }

    /// Its exit status, once it has ended by itself; the negative signal if one ended it.
    int wait() {
        int status = 0;
        waitpid(child_, &status, 0);
        waited_ = true;
        if (reader_.joinable()) reader_.join();
        return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    }

    /// Good after wait().
    Received received;
    std::vector<wire::FromWorker> messages;

  private:
    void read_all() {
        wire::MessageReader<wire::FromWorker> reader;
        Bytes buffer(1 << 16);
        for (;;) {
            auto const size = recv(socket_, buffer.data(), buffer.size(), 0);
            if (size <= 0) return;
            auto const read = reader.feed({buffer.data(), static_cast<std::size_t>(size)});
            ASSERT_TRUE(read) << describe(read.error());
            for (auto const& message : *read) {
                received.take(message);
                messages.push_back(message);
            }
        }
    }

    int socket_ = -1;
    pid_t child_ = -1;
    bool waited_ = false;
    std::thread reader_;
};

void play(Program& program, Source const& source) {
    program.give(source.config);
    for (auto const& sample : source.samples)
        program.give(wire::VideoSample{.sample = sample, .force_key = sample.sync});
}

TEST(WorkerProgram, TranscodesABroadcastInItsSandbox) {
    auto const times = regular_times(60, 3003);
    auto const source = make_source({.b_frames = 2, .times = times, .keys = {0, 30}});
    // Of a rate that has to be converted, so that everything that can run does.
    auto const sound = make_sound({.sample_rate = 22'050}, 40, 0);
    auto setup = two_rungs();
    setup.audio_bitrate = 128'000;
    setup.audio_only_bitrate = 64'000;
    setup.thumbnail_interval = 450'000;
    setup.thumbnail_width = 100;
    Program program;
    program.give(setup);
    program.give(sound.config);
    for (auto const& sample : sound.samples) program.give(wire::AudioSample{.sample = sample});
    play(program, source);
    program.give(wire::Stalled{.until = times.back() + 1});
    program.give(wire::Shed{.level = 1});
    program.give(wire::End{});
    EXPECT_EQ(program.wait(), 0);
    EXPECT_GT(program.received.samples[wire::kAudioRung].size(), 80U);
    EXPECT_GT(program.received.samples[wire::kAudioOnlyRung].size(), 80U);
    EXPECT_EQ(program.received.thumbnails.size(), 2U);
    EXPECT_EQ(program.received.times(0), times);
    EXPECT_EQ(program.received.times(1), times);
    EXPECT_THAT(program.received.keys(0), ::testing::ElementsAre(times[0], times[30]));
    for (auto const& log : program.received.logs)
        EXPECT_NE(log.level, wire::LogLevel::error) << log.words;
}

TEST(WorkerProgram, GivesMemoryOfItsThreadsBackInItsSandbox) {
    auto setup = two_rungs();
    setup.thumbnail_interval = 3'000;
    setup.thumbnail_width = 640;
    Program program;
    program.give(setup);
    play(program, make_source({.width = 1280, .height = 720, .times = regular_times(5, 3000)}));
    program.give(wire::End{});
    EXPECT_EQ(program.wait(), 0);
    EXPECT_EQ(program.received.thumbnails.size(), 10U);
}

TEST(WorkerProgram, SaysThatItIsReadyBeforeAnybodyAsksIt) {
    Program program;
    program.hang_up();
    EXPECT_EQ(program.wait(), 0);
    ASSERT_FALSE(program.messages.empty());
    auto const* const ready = std::get_if<wire::Ready>(&program.messages.front());
    ASSERT_NE(ready, nullptr);
    EXPECT_EQ(ready->version, wire::kVersion);
    EXPECT_THAT(ready->encoder, ::testing::StartsWith("x264"));
}

TEST(WorkerProgram, EndsWhenTheServerHasGone) {
    Program program;
    program.give(two_rungs());
    play(program, make_source({.times = regular_times(10, 3000)}));
    program.hang_up();
    EXPECT_EQ(program.wait(), 0);
}

TEST(WorkerProgram, SaysWhatIsWrongBeforeItEnds) {
    Program program;
    auto setup = two_rungs();
    setup.encoder = "nothing";
    program.give(setup);
    EXPECT_EQ(program.wait(), 1);
    ASSERT_FALSE(program.received.logs.empty());
    EXPECT_EQ(program.received.logs.back().level, wire::LogLevel::error);
    EXPECT_THAT(program.received.logs.back().words, ::testing::HasSubstr("nothing"));
}

TEST(WorkerProgram, EndsWithWordsWhenTheProtocolIsBroken) {
    Program program;
    program.give_bytes(Bytes{0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3});
    EXPECT_EQ(program.wait(), 1);
    ASSERT_FALSE(program.received.logs.empty());
    EXPECT_EQ(program.received.logs.back().level, wire::LogLevel::error);
}

}  // namespace

}  // namespace directfanz::worker
