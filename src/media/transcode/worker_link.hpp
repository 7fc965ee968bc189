#pragma once

#include "base/result.hpp"
#include "media/transcode/wire/messages.hpp"
#include "system/io/child_process.hpp"
#include "system/io/event_loop.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace directfanz::transcode {

/// One worker process and what is said to it and by it. On one loop; dropping it kills the process.
///
/// Nothing here ever waits for the worker: what it does not take at once is queued, and what the
/// queue does not hold is refused.
class WorkerLink {
  public:
    /// What is queued beside the socket's own buffer: some seconds of a fast stream.
    static constexpr std::size_t kMaxQueuedBytes = std::size_t{24} << 20;
    /// Beside that, for messages without media: a lost one would leave the two ends at odds.
    static constexpr std::size_t kMaxControlBytes = std::size_t{1} << 20;
    static constexpr std::size_t kMaxQueuedMessages = 4'096;

    struct Handlers {
        std::function<void(wire::FromWorker)> on_message;
        /// It has ended, by itself or because of what it said; told once. Never told when the link
        /// is dropped.
        std::function<void(std::string const& why)> on_lost;
    };

    struct Program {
        std::filesystem::path path;
        /// As the worker knows it: one that it may be told to use beside x264. Its sandbox lets
        /// through what that needs.
        std::string encoder;
        /// What it may map, in bytes; 0: as much as usual.
        std::uint64_t address_space = 0;
    };
    /// Error: what ChildProcess::start() says.
    static Result<std::unique_ptr<WorkerLink>> start(io::EventLoop& loop, Program const& program);
    ~WorkerLink();
    WorkerLink(WorkerLink const&) = delete;
    WorkerLink& operator=(WorkerLink const&) = delete;

    /// From now on these are told; either of them may drop the link. A worker's first words are
    /// repeated for who comes later.
    void set_handlers(Handlers handlers);

    /// It has said that it is ready.
    bool ready() const;
    bool lost() const;

    enum class Sent {
        yes,
        full,  ///< the worker takes nothing
        no,    ///< too large, or the worker is lost
    };
    Sent send(wire::ToWorker const& message);

    /// What waits to be taken.
    std::size_t queued_bytes() const;

    pid_t process() const;
    std::optional<io::ProcessUsage> usage() const;

  private:
    struct State;

    explicit WorkerLink(std::shared_ptr<State> state);

    static io::Task<> read(std::shared_ptr<State> state);
    static io::Task<> write(std::shared_ptr<State> state);
    static bool write_now(State& state);
    static void lose(State& state, std::string const& why);
    static void take(State& state, wire::FromWorker message);

    std::shared_ptr<State> state_;
};

}  // namespace directfanz::transcode
