#include "base/blob_arena.hpp"

#include <utility>

namespace directfanz {

BlobArena::Room BlobArena::take(std::size_t size) {
    if (!block_ || kBlockBytes - used_ < size) {
        block_ = std::make_shared_for_overwrite<std::uint8_t[]>(kBlockBytes);
        used_ = 0;
    }
    Room room{.block = block_, .bytes = {block_.get() + used_, size}};
    used_ += size;
    return room;
}

Blob BlobArena::finish(Room room) {
    return Blob::of_memory(std::move(room.block), room.bytes);
}

}  // namespace directfanz
