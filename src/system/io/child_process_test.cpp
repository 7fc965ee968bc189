#include "system/io/child_process.hpp"

#include "system/io/timer.hpp"

#include <array>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace directfanz::io {
namespace {

using ::testing::HasSubstr;

/// Runs one coroutine to its end.
template <typename Value>
Task<> keep(Task<Value> task, std::optional<Value>& value, EventLoop& loop) {
    value.emplace(co_await std::move(task));
    loop.stop();
}

template <typename Value>
Value run(EventLoop& loop, Task<Value> task) {
    std::optional<Value> value;
    loop.spawn(keep(std::move(task), value, loop));
    loop.run();
    loop.context().restart();
    return std::move(value.value());
}

Task<std::string> read_all(ByteStream& stream) {
    std::string text;
    std::array<std::uint8_t, 4'096> buffer{};
    for (;;) {
        auto const outcome = stream.read(buffer);
        if (outcome.status == IoStatus::would_block) {
            co_await stream.ready(Readiness::readable);
            continue;
        }
        if (outcome.status != IoStatus::done) co_return text;
        text += as_text(ByteView(buffer).first(outcome.bytes));
    }
}

bool exists(pid_t process) {
    return ::kill(process, 0) == 0;
}

struct ChildProcessTest : ::testing::Test {
    EventLoop loop;

    ChildProcess shell(std::string const& script) {
        auto child = ChildProcess::start(loop, "/bin/sh", {"-c", script});
        if (!child) throw std::runtime_error(describe(child.error()));
        return std::move(*child);
    }

    std::string output(std::string const& script) {
        auto child = shell(script);
        auto text = run(loop, read_all(child.stream()));
        run(loop, child.ended());
        return text;
    }
};

TEST_F(ChildProcessTest, TellsHowItEnded) {
    auto seven = shell("exit 7");
    EXPECT_EQ(run(loop, seven.ended()), (ExitStatus{.code = 7}));
    EXPECT_EQ(run(loop, seven.ended()), (ExitStatus{.code = 7})) << "asked again";
    auto killed = shell("kill -SEGV $$");
    EXPECT_EQ(run(loop, killed.ended()), (ExitStatus{.signal = SIGSEGV}));
}

TEST_F(ChildProcessTest, EndsInWords) {
    EXPECT_EQ(describe(ExitStatus{.code = 3}), "exit code 3");
    EXPECT_EQ(describe(ExitStatus{.signal = SIGKILL}), "signal 9 (Killed)");
}

TEST_F(ChildProcessTest, TalksThroughDescriptorThree) {
    auto child = shell("read line <&3; echo \"you said $line\" >&3");
    std::string message = "hello\n";
    iovec const part{.iov_base = message.data(), .iov_len = message.size()};
    auto const written = child.stream().write({&part, 1});
    EXPECT_EQ(written.status, IoStatus::done);
    EXPECT_EQ(written.bytes, message.size());
    EXPECT_EQ(run(loop, read_all(child.stream())), "you said hello\n");
}

TEST_F(ChildProcessTest, SeesTheEndOfWhatIsWritten) {
    auto child = shell("cat <&3 >/dev/null; echo done >&3");
    child.stream().finish_writing();
    EXPECT_EQ(run(loop, read_all(child.stream())), "done\n");
    EXPECT_TRUE(child.stream().peer_has_left());
}

TEST_F(ChildProcessTest, AFullSocketBlocksNobody) {
    auto child = shell("exec sleep 60");
    std::string block(1 << 20, 'x');
    iovec const part{.iov_base = block.data(), .iov_len = block.size()};
    IoOutcome outcome;
    for (auto i = 0; i < 1'000 && outcome.status == IoStatus::done; ++i)
        outcome = child.stream().write({&part, 1});
    EXPECT_EQ(outcome.status, IoStatus::would_block);
    EXPECT_EQ(outcome.wait_for, Readiness::writable);
}

TEST_F(ChildProcessTest, AWriteToAnEndedChildFails) {
    auto child = shell("exit 0");
    run(loop, child.ended());
    std::string message = "hello";
    iovec const part{.iov_base = message.data(), .iov_len = message.size()};
    EXPECT_EQ(child.stream().write({&part, 1}).status, IoStatus::failed);
}

TEST_F(ChildProcessTest, InheritsNothingElse) {
    auto const leaky = ::socket(AF_INET, SOCK_STREAM, 0);
    auto const file = ::open("/dev/null", O_RDONLY);
    ASSERT_GE(leaky, 0);
    // 'ls' opens the folder itself, as descriptor 4.
    EXPECT_EQ(output("ls /proc/self/fd >&3"), "0\n1\n2\n3\n4\n");
    ::close(leaky);
    ::close(file);
}

TEST_F(ChildProcessTest, ReadsNothingAndPrintsNothing) {
    EXPECT_EQ(output("all=$(readlink /proc/$$/fd/0 /proc/$$/fd/1); echo $all >&3"),
              "/dev/null /dev/null\n");
}

TEST_F(ChildProcessTest, HasNoSignalBlockedOrIgnored) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // The shell itself reads it: while it starts another program, it blocks signals.
    auto const masks = output(
        "while read name mask; do case $name in SigBlk:|SigIgn:) echo $mask >&3; esac; done"
        " </proc/self/status");
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    // glibc ignores 32 and 33, its own, in what it spawns.
    EXPECT_EQ(masks, "0000000000000000\n0000000180000000\n");
}

TEST_F(ChildProcessTest, LeadsItsOwnGroup) {
    auto child = shell("read wait <&3");
    EXPECT_EQ(::getpgid(child.id()), child.id());
}

TEST_F(ChildProcessTest, CanBeKilled) {
    auto child = shell("exec sleep 60");
    child.kill();
    EXPECT_EQ(run(loop, child.ended()), (ExitStatus{.signal = SIGKILL}));
    child.kill();
}

TEST_F(ChildProcessTest, IsKilledAndReapedWhenItIsDropped) {
    auto id = pid_t(0);
    {
        auto const child = shell("exec sleep 60");
        id = child.id();
        EXPECT_TRUE(exists(id));
    }
    auto const give_up = steady_now() + seconds(30);
    while (exists(id) && steady_now() < give_up) {
        loop.context().restart();
        loop.context().run_for(milliseconds(10));
    }
    EXPECT_FALSE(exists(id));
}

TEST_F(ChildProcessTest, IsReapedWhenItsLoopEndsWithIt) {
    auto id = pid_t(0);
    {
        EventLoop brief;
        auto const child = ChildProcess::start(brief, "/bin/sh", {"-c", "exec sleep 60"});
        ASSERT_TRUE(child);
        id = child->id();
        EXPECT_TRUE(exists(id));
    }
    EXPECT_FALSE(exists(id));
}

TEST_F(ChildProcessTest, LeavesNoDescriptorBehind) {
    auto const count = [] {
        auto const folder = std::filesystem::directory_iterator("/proc/self/fd");
        return std::distance(begin(folder), end(folder));
    };
    output("exit 0");
    auto const before = count();
    for (auto i = 0; i < 20; ++i) output("echo hello >&3");
    EXPECT_EQ(count(), before);
    for (auto i = 0; i < 20; ++i) EXPECT_FALSE(ChildProcess::start(loop, "/nowhere", {}));
    EXPECT_EQ(count(), before);
}

TEST_F(ChildProcessTest, AProgramThatIsNotThereIsNotFound) {
    auto const child = ChildProcess::start(loop, "/nowhere/worker", {});
    ASSERT_FALSE(child);
    EXPECT_EQ(child.error().kind, ErrorKind::not_found);
    EXPECT_THAT(describe(child.error()), HasSubstr("/nowhere/worker"));
}

TEST_F(ChildProcessTest, AFileThatIsNoProgramIsDenied) {
    auto const child = ChildProcess::start(loop, "/etc/passwd", {});
    ASSERT_FALSE(child);
    EXPECT_EQ(child.error().kind, ErrorKind::denied);
}

TEST_F(ChildProcessTest, TellsWhatItUses) {
    auto child = shell("i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo x >&3; read w <&3");
    std::array<std::uint8_t, 1> buffer{};
    auto const give_up = steady_now() + seconds(50);
    while (child.stream().read(buffer).status == IoStatus::would_block && steady_now() < give_up)
        ::usleep(1'000);
    auto const usage = child.usage();
    ASSERT_TRUE(usage);
    EXPECT_GT(usage->cpu, milliseconds(10));
    EXPECT_LT(usage->cpu, seconds(50));
    EXPECT_GT(usage->resident_bytes, 100'000U);
    EXPECT_LT(usage->resident_bytes, 100'000'000U);
}

TEST_F(ChildProcessTest, WhatHasEndedUsesNothing) {
    auto child = shell("exit 0");
    run(loop, child.ended());
    EXPECT_FALSE(child.usage());
    EXPECT_FALSE(usage_of(-5));
}

}  // namespace
}  // namespace directfanz::io
