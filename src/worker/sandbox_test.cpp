#include "worker/sandbox.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <new>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace directfanz::worker {

namespace {

struct Ended {
    int status = -1;
    int signal = 0;
};

/// Forks, enters the sandbox in the child, and runs `act` there; its result is the exit status.
template <typename Act>
Ended in_sandbox(Act act) {
    auto const child = fork();
    if (child == 0) {
        enter_sandbox(STDERR_FILENO + 1, kDefaultMemory);
        _exit(act());
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) return {.signal = WTERMSIG(status)};
    return {.status = WEXITSTATUS(status)};
}

TEST(Sandbox, LetsAProcessComputeAndEnd) {
    auto const ended = in_sandbox([] {
        std::vector<int> numbers(1 << 20, 3);
        long sum = 0;
        std::thread([&] {
            for (auto const n : numbers) sum += n;
        }).join();
        return sum == 3L << 20 ? 7 : 8;
    });
    EXPECT_EQ(ended.signal, 0);
    EXPECT_EQ(ended.status, 7);
}

TEST(Sandbox, OpensNoFileToRead) {
    EXPECT_EQ(in_sandbox([] { return open("/etc/hostname", O_RDONLY) < 0 ? 1 : 0; }).signal,
              SIGSYS);
}

TEST(Sandbox, OpensNoFileToWrite) {
    EXPECT_EQ(in_sandbox([] { return open("/tmp", O_TMPFILE | O_RDWR, 0600) < 0 ? 1 : 0; }).signal,
              SIGSYS);
}

TEST(Sandbox, OpensNoSocket) {
    for (int const family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK}) {
        EXPECT_EQ(
            in_sandbox([family] { return socket(family, SOCK_STREAM, 0) < 0 ? 1 : 0; }).signal,
            SIGSYS);
    }
}

TEST(Sandbox, StartsNoProcess) {
    EXPECT_EQ(in_sandbox([] { return fork() < 0 ? 1 : 0; }).signal, SIGSYS);
}

TEST(Sandbox, StartsNoProgram) {
    EXPECT_EQ(in_sandbox([] { return execl("/bin/true", "true", nullptr) < 0 ? 1 : 0; }).signal,
              SIGSYS);
}

TEST(Sandbox, SignalsNobody) {
    auto const parent = getpid();
    EXPECT_EQ(in_sandbox([parent] { return kill(parent, 0); }).signal, SIGSYS);
}

TEST(Sandbox, RunsNoCodeThatItWrote) {
    EXPECT_EQ(in_sandbox([] {
                  auto* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                  return page == MAP_FAILED ? 1 : 0;
              }).signal,
              SIGSYS);
    EXPECT_EQ(in_sandbox([] {
                  auto* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                  return mprotect(page, 4096, PROT_READ | PROT_EXEC);
              }).signal,
              SIGSYS);
}

TEST(Sandbox, MapsNoMoreMemoryThanItMay) {
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
    auto const ended = in_sandbox([] {
        auto* const pages = mmap(nullptr, kDefaultMemory, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        return pages == MAP_FAILED ? 1 : 0;
    });
    EXPECT_EQ(ended.status, 1);
#else
    rlimit now{};
    EXPECT_EQ(getrlimit(RLIMIT_AS, &now), 0);
#endif
}

/// The same for a hardware encoder's driver.
template <typename Act>
int beside_devices(Act act) {
    auto const child = fork();
    if (child == 0) {
        enter_sandbox(STDERR_FILENO + 1, kDefaultMemory, Devices::encoders);
        _exit(act());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

TEST(SandboxOfDrivers, ReadsLibrariesAndWritesNothing) {
    EXPECT_EQ(beside_devices([] { return open("/proc/self/stat", O_RDONLY) < 0 ? 1 : 0; }), 0);
    EXPECT_EQ(beside_devices([] { return open("/tmp", O_TMPFILE | O_RDWR, 0600) < 0 ? 1 : 0; }), 1);
    EXPECT_EQ(beside_devices([] { return open("/etc/ld.so.cache", O_RDWR) < 0 ? 1 : 0; }), 1);
    EXPECT_EQ(beside_devices([] { return open("/dev/null", O_RDWR) < 0 ? 1 : 0; }), 1)
        << "a device, but of no card";
}

TEST(SandboxOfDrivers, OpensNoSocketAndStartsNothing) {
    for (int const family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK}) {
        EXPECT_EQ(beside_devices(
                      [family] { return socket(family, SOCK_STREAM, 0) < 0 && errno == EPERM; }),
                  1);
    }
    EXPECT_EQ(beside_devices([] { return fork() < 0 && errno == EPERM ? 1 : 0; }), 1);
    EXPECT_EQ(beside_devices([] { return execl("/bin/true", "true", nullptr) < 0 ? 1 : 0; }), 1);
    auto const parent = getpid();
    EXPECT_EQ(beside_devices([parent] { return kill(parent, 0) < 0 ? 1 : 0; }), 1);
}

TEST(SandboxOfDrivers, SignalsAndLimitsNobodyElse) {
    auto const parent = getpid();
    EXPECT_EQ(beside_devices([parent] {
                  return syscall(SYS_tgkill, parent, parent, 0) < 0 && errno == EPERM ? 1 : 0;
              }),
              1);
    EXPECT_EQ(beside_devices([parent] {
                  siginfo_t info{};
                  auto const sent = syscall(SYS_rt_sigqueueinfo, parent, SIGUSR1, &info);
                  return sent < 0 && errno == EPERM ? 1 : 0;
              }),
              1);
    EXPECT_EQ(beside_devices([parent] {
                  rlimit limit{};
                  auto const read = prlimit(parent, RLIMIT_NOFILE, nullptr, &limit);
                  return read < 0 && errno == EPERM ? 1 : 0;
              }),
              1);
    EXPECT_EQ(
        beside_devices([] { return syscall(SYS_tgkill, getpid(), gettid(), 0) == 0 ? 1 : 0; }), 1);
}

TEST(SandboxOfDrivers, ReadsNobodyElsesSettings) {
    EXPECT_EQ(beside_devices([] { return open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0 ? 1 : 0; }),
              1);
    EXPECT_EQ(
        beside_devices([] { return open("/etc/ld.so.cache", O_RDONLY | O_CLOEXEC) < 0 ? 0 : 1; }),
        1);
}

TEST(SandboxOfDrivers, LetsThreadsRun) {
    EXPECT_EQ(beside_devices([] {
                  auto ran = 0;
                  std::thread([&ran] { ran = 5; }).join();
                  return ran;
              }),
              5);
}

TEST(Sandbox, KeepsOneDescriptorBesideTheFirstThree) {
    int pair[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    auto const child = fork();
    if (child == 0) {
        enter_sandbox(pair[1], kDefaultMemory);
        auto const kept = write(pair[1], "x", 1) == 1;
        auto const closed = write(pair[0], "x", 1) < 0;
        _exit(kept && closed ? 5 : 6);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 5);
    char byte = 0;
    EXPECT_EQ(read(pair[0], &byte, 1), 1);
    close(pair[0]);
    close(pair[1]);
}

}  // namespace

}  // namespace directfanz::worker
