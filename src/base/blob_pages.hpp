#pragma once

#include "base/blob.hpp"

#include <cstddef>
#include <memory>
#include <optional>

namespace directfanz {

/// Blobs one behind the other in pages of their own, which take memory as they are written and go
/// back to the system with the last of these Blobs. For what goes together, and stays for a minute
/// while others come and go: in the allocator's heap it would keep holes from closing.
///
/// Each is a mapping, of which Linux gives a process 65,530 (vm.max_map_count), and its last page
/// is mostly not full.
class BlobPages {
  public:
    /// Of the process' mappings no more than this.
    static constexpr std::size_t kMostMappings = 16'384;

    /// For at most `capacity` bytes, above 0. Nothing if kMostMappings are in use, or if the system
    /// has no room left: the caller then keeps its bytes where they are.
    static std::optional<BlobPages> create(std::size_t capacity);

    /// Mappings in use, in all threads.
    static std::size_t mappings();

    BlobPages(BlobPages&&) = default;
    BlobPages& operator=(BlobPages&&) = delete;
    /// What was not written goes back at once.
    ~BlobPages();

    /// A copy of the bytes, behind those that are there; nothing if they are beyond the capacity.
    std::optional<Blob> append(ByteView bytes);

  private:
    class Mapping;

    explicit BlobPages(std::shared_ptr<Mapping> mapping);

    std::shared_ptr<Mapping> mapping_;
    std::size_t size_ = 0;
};

}  // namespace directfanz
