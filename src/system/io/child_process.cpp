#include "system/io/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.36's header does not tell C++ that these are C functions.
extern "C" {
#include <sys/pidfd.h>
}

namespace directfanz::io {
namespace {

/// Closes what it owns.
class Descriptor {
  public:
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    ~Descriptor() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;

    int get() const { return descriptor_; }
    int release() { return std::exchange(descriptor_, -1); }

  private:
    int descriptor_;
};

/// What the child finds: its socket, no other descriptor, signals as at the beginning of the world.
class SpawnPlan {
  public:
    explicit SpawnPlan(int socket) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_adddup2(&actions_, socket, ChildProcess::kSocket);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        // Libraries open sockets without O_CLOEXEC.
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, ChildProcess::kSocket + 1);

        ::posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigemptyset(&none);
        sigset_t all;
        sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        ::posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    ~SpawnPlan() {
        ::posix_spawnattr_destroy(&attributes_);
        ::posix_spawn_file_actions_destroy(&actions_);
    }
    SpawnPlan(SpawnPlan const&) = delete;
    SpawnPlan& operator=(SpawnPlan const&) = delete;

    /// Returns an errno.
    int run(pid_t& id, std::filesystem::path const& program,
            std::vector<std::string> const& arguments) {
        auto name = program.string();
        std::vector<char*> argv{name.data()};
        for (auto const& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
        argv.push_back(nullptr);
        return ::posix_spawn(&id, program.c_str(), &actions_, &attributes_, argv.data(), environ);
    }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

std::unexpected<Error> failed(std::filesystem::path const& program, int error) {
    auto kind = ErrorKind::io;
    if (error == ENOENT) kind = ErrorKind::not_found;
    if (error == EACCES) kind = ErrorKind::denied;
    return fail(kind, program.string(),
                fmt::format("the program cannot be started: {}", std::strerror(error)));
}

/// Nothing while it runs.
std::optional<ExitStatus> reap(int handle) {
    siginfo_t info{};
    if (::waitid(P_PIDFD, static_cast<id_t>(handle), &info, WEXITED | WNOHANG) != 0)
        return ExitStatus{.code = -1};
    if (info.si_pid == 0) return std::nullopt;
    if (info.si_code == CLD_EXITED) return ExitStatus{.code = info.si_status};
    return ExitStatus{.signal = info.si_status};
}

}  // namespace

std::string describe(ExitStatus status) {
    if (status.signal == 0) return fmt::format("exit code {}", status.code);
    auto const* const name = ::sigdescr_np(status.signal);
    return fmt::format("signal {} ({})", status.signal, name == nullptr ? "unknown" : name);
}

std::optional<ProcessUsage> usage_of(pid_t process) {
    std::ifstream file(fmt::format("/proc/{}/stat", process));
    std::string text;
    std::getline(file, text);
    // proc(5): the second field, in parentheses, may hold anything; the fields are counted from it.
    auto const name_end = text.rfind(')');
    if (!file || name_end == std::string::npos) return std::nullopt;
    std::istringstream fields(text.substr(name_end + 1));
    constexpr int utime = 14;
    constexpr int stime = 15;
    constexpr int rss = 24;
    std::array<long long, rss + 1> values{};
    std::string state;
    fields >> state;
    for (auto field = 4; field <= rss; ++field) fields >> values[static_cast<std::size_t>(field)];
    // What has ended, but was not reaped, uses nothing.
    if (!fields || state == "Z") return std::nullopt;
    auto const ticks = values[utime] + values[stime];
    return ProcessUsage{
        .cpu = microseconds(ticks * 1'000'000 / ::sysconf(_SC_CLK_TCK)),
        .resident_bytes = static_cast<std::uint64_t>(values[rss] * ::sysconf(_SC_PAGESIZE))};
}

Result<ChildProcess> ChildProcess::start(EventLoop& loop, std::filesystem::path const& program,
                                         std::vector<std::string> const& arguments) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return failed(program, errno);
    Descriptor ours(ends[0]);
    Descriptor const theirs(ends[1]);

    pid_t id = 0;
    auto const error = SpawnPlan(theirs.get()).run(id, program, arguments);
    if (error != 0) return failed(program, error);
    // Nobody else reaps it: the number is still that of our child.
    Descriptor handle(::pidfd_open(id, 0));
    if (handle.get() < 0) {
        auto const reason = errno;
        ::kill(id, SIGKILL);
        ::waitpid(id, nullptr, 0);
        return failed(program, reason);
    }
    auto stream = std::make_unique<SocketStream>(loop.context(), ours.get());
    ours.release();
    auto owned = std::make_unique<Handle>(loop.executor(), handle.get());
    handle.release();
    return ChildProcess(id, std::move(owned), std::move(stream));
}

ChildProcess::ChildProcess(pid_t id, std::unique_ptr<Handle> handle,
                           std::unique_ptr<SocketStream> stream)
    : id_(id), handle_(std::move(handle)), stream_(std::move(stream)) {}

/// Was killed, and is about to be gone.
struct ChildProcess::Killed {
    std::unique_ptr<Handle> handle;
    int descriptor = handle->native_handle();
    bool reaped = false;

    ~Killed() {
        if (reaped) return;
        // The loop has ended before it: nobody is held up by the moment that it takes.
        pollfd gone{.fd = descriptor, .events = POLLIN, .revents = 0};
        while (::poll(&gone, 1, -1) < 0 && errno == EINTR) {
        }
        reap(descriptor);
    }
};

ChildProcess::~ChildProcess() {
    if (!handle_ || status_) return;
    kill();
    if (reap(handle_->native_handle())) return;
    // Its memory takes a while to be given back; the loop does not wait for that.
    auto const killed = std::make_shared<Killed>(std::move(handle_));
    auto& handle = *killed->handle;
    handle.async_wait(Handle::wait_read, [killed](boost::system::error_code) {
        killed->reaped = reap(killed->descriptor).has_value();
    });
}

Task<ExitStatus> ChildProcess::ended() {
    while (!status_) {
        co_await handle_->async_wait(Handle::wait_read, awaiting);
        status_ = reap(handle_->native_handle());
    }
    co_return *status_;
}

void ChildProcess::kill() {
    if (!status_) ::pidfd_send_signal(handle_->native_handle(), SIGKILL, nullptr, 0);
}

}  // namespace directfanz::io
