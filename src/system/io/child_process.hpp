#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "system/io/socket_stream.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <sys/types.h>

namespace directfanz::io {

/// How a process ended.
struct ExitStatus {
    /// What it returned; meaningless if a signal ended it.
    int code = 0;
    /// 0: none.
    int signal = 0;

    bool operator==(ExitStatus const&) const = default;
};

/// "exit code 1", "signal 9 (Killed)".
std::string describe(ExitStatus status);

/// What a process takes of the machine.
struct ProcessUsage {
    /// User and system, of all its threads, since it began.
    microseconds cpu{};
    std::uint64_t resident_bytes = 0;
};

/// Nothing if there is no such process any more.
std::optional<ProcessUsage> usage_of(pid_t process);

/// Another program, to which one Unix socket leads: descriptor 3 on its side.
///
/// It inherits nothing else but standard error: descriptors 0 and 1 are /dev/null, and no signal is
/// blocked or ignored. It is the leader of a process group, so that Ctrl-C does not reach it. Its
/// end is heard through the loop, without SIGCHLD; a child that is dropped is killed, and reaped
/// when it is gone. On one loop.
class ChildProcess {
  public:
    static constexpr int kSocket = 3;

    /// The program and its arguments, not counting its name. Error: not_found, denied, or io, if
    /// the system cannot start it; the program itself may fail later.
    static Result<ChildProcess> start(EventLoop& loop, std::filesystem::path const& program,
                                      std::vector<std::string> const& arguments);
    ~ChildProcess();
    ChildProcess(ChildProcess&&) noexcept = default;
    ChildProcess& operator=(ChildProcess&&) = delete;

    pid_t id() const { return id_; }

    SocketStream& stream() { return *stream_; }

    /// Returns when it has ended. One caller at a time.
    Task<ExitStatus> ended();

    /// SIGKILL. Nothing happens if it has ended.
    void kill();

    std::optional<ProcessUsage> usage() const { return usage_of(id_); }

  private:
    using Handle = asio::posix::basic_stream_descriptor<Executor>;
    struct Killed;

    ChildProcess(pid_t id, std::unique_ptr<Handle> handle, std::unique_ptr<SocketStream> stream);

    pid_t id_;
    /// A pidfd(2): readable when the process has ended.
    std::unique_ptr<Handle> handle_;
    std::unique_ptr<SocketStream> stream_;
    std::optional<ExitStatus> status_;
};

}  // namespace directfanz::io
