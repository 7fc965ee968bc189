#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace directfanz::streams {

/// Writes behind what happens, one thing after another, on a thread of its own: a slow database
/// delays rows and nothing else. What failed for a while is tried again, and holds up what comes
/// behind it, so that no row is overtaken by an older one.
class Journal {
  public:
    explicit Journal(std::string name);
    /// Writes what is left, as far as it goes without trying again.
    ~Journal();
    Journal(Journal const&) = delete;
    Journal& operator=(Journal const&) = delete;

    using Work = std::function<Result<void>()>;

    /// `what` names it in the log. From any thread.
    void write(std::string what, Work work);

    /// Returns when all that was written before is done. Not from its own thread.
    void wait();

    /// Beyond so many, new ones are dropped: the database has been away for long.
    static constexpr std::size_t kMostWaiting = 20'000;
    static constexpr milliseconds kRetryInterval{1'000};

  private:
    struct Entry {
        std::string what;
        Work work;
    };

    void run();
    /// Whether it is done with, in one way or another.
    bool attempt(Entry const& entry);

    std::string name_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Entry> waiting_;
    bool stopping_ = false;
    bool dropping_ = false;
    std::jthread thread_;
};

}  // namespace directfanz::streams
