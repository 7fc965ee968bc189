#pragma once

#include "base/blob.hpp"

#include <cstdint>
#include <memory>
#include <span>

namespace directfanz {

/// Small Blobs that are filled in pieces, without an allocation each: they lie side by side in
/// blocks, and a block is freed with the last Blob in it. For what is all gone again soon: one Blob
/// that is kept keeps a block.
class BlobArena {
  public:
    static constexpr std::size_t kBlockBytes = std::size_t{16} * 1024;
    /// So that little of a block is left over.
    static constexpr std::size_t kLargest = kBlockBytes / 4;

    /// Room that is the caller's to fill until it is made a Blob or forgotten.
    struct Room {
        std::shared_ptr<std::uint8_t[]> block;
        std::span<std::uint8_t> bytes;
    };

    /// `size` is at most kLargest.
    Room take(std::size_t size);

    /// Nobody may write there any more.
    static Blob finish(Room room);

  private:
    std::shared_ptr<std::uint8_t[]> block_;
    std::size_t used_ = 0;
};

}  // namespace directfanz
