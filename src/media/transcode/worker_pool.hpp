#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "media/transcode/crash_limit.hpp"
#include "media/transcode/worker_link.hpp"
#include "system/io/event_loop.hpp"

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

namespace directfanz::transcode {

/// Worker processes of one machine: how many broadcasts may have one, and on each loop that has
/// such a broadcast a process in reserve, started and sandboxed, that takes over at once.
class WorkerPool {
    using Count = std::shared_ptr<std::atomic<std::size_t>>;

  public:
    /// `most`: broadcasts that are transcoded at a time; 0 is as many as the cores do.
    WorkerPool(io::LoopPool& loops, WorkerLink::Program program, std::size_t most);
    /// Once the loops have stopped.
    ~WorkerPool();

    /// The right to one worker at a time. Dropped on any loop; it may outlive the pool, as what
    /// holds it may wait on a loop until that ends.
    class Slot {
      public:
        ~Slot() { --*taken_; }
        Slot(Slot const&) = delete;
        Slot& operator=(Slot const&) = delete;

      private:
        friend WorkerPool;
        explicit Slot(Count taken) : taken_(std::move(taken)) {}
        Count taken_;
    };

    /// To transcode. Null if the machine has no more. From any loop.
    std::unique_ptr<Slot> reserve();
    /// The same to make thumbnails alone, which takes next to nothing but memory.
    std::unique_ptr<Slot> reserve_glimpses();

    /// Workers that make thumbnails alone, for each that may transcode.
    static constexpr std::size_t kGlimpsesEach = 4;

    /// A worker, ready if there was one in reserve. On the calling loop, for which a new one is
    /// then put in reserve. Error: it cannot be started.
    Result<std::unique_ptr<WorkerLink>> acquire();

    std::size_t most() const { return most_; }
    /// As the worker knows it.
    std::string const& encoder() const { return encoder_; }

    /// A reserve is filled up so long after it was taken: a worker that has just taken over needs
    /// the machine more.
    static constexpr milliseconds kRefillAfter{1500};

  private:
    struct Home;

    static std::unique_ptr<Slot> take(Count const& taken, std::size_t most);

    static io::Task<> refill(std::shared_ptr<Home> home);
    static void fill(std::shared_ptr<Home> const& home);

    std::size_t most_;
    std::string const encoder_;
    Count const taken_ = std::make_shared<std::atomic<std::size_t>>(0);
    Count const glimpses_taken_ = std::make_shared<std::atomic<std::size_t>>(0);
    /// One a loop, held by what runs on it.
    std::vector<std::shared_ptr<Home>> homes_;
};

/// What a machine of so many cores transcodes in real time: a 1080p source with three rungs takes
/// about 0.7 of a core.
std::size_t transcodes_for(std::size_t cores);

}  // namespace directfanz::transcode
