#pragma once

#include <atomic>
#include <cstdint>

namespace directfanz::io {

/// A number for logs that no other connection of this process has, whatever protocol it speaks;
/// from 1 on. From any thread.
inline std::uint64_t next_connection_number() {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace directfanz::io
