#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <cstddef>
#include <thread>

namespace directfanz::app {

/// When to give free memory back to the system: not what a live window frees and takes again with
/// every part, but what a crowd that has left took.
class SpareMemoryRule {
  public:
    /// More than this above the least that was free since the last time.
    static constexpr std::size_t kMostSpareBytes = 16 * 1024 * 1024;

    /// `free_bytes`: what the allocator holds at present and nobody uses. Some of it may have been
    /// given back already: the allocator counts it all the same.
    bool due(std::size_t free_bytes) {
        least_ = std::min(least_, free_bytes);
        if (free_bytes - least_ <= kMostSpareBytes) return false;
        least_ = free_bytes;
        return true;
    }

  private:
    std::size_t least_ = 0;
};

/// Gives memory back that the allocator would keep for the next crowd. A thread of its own, since
/// it may take some milliseconds.
class SpareMemory {
  public:
    explicit SpareMemory(milliseconds interval = seconds(5));

  private:
    std::jthread thread_;
};

}  // namespace directfanz::app
