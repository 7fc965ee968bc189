#pragma once

#include "base/blob.hpp"
#include "base/memory_file.hpp"

#include <cstddef>
#include <optional>

namespace directfanz::packager {

/// Where the parts of one rendition are kept: one memory file a segment, so that each part, and a
/// whole segment in one call, leaves by sendfile without a copy. Small parts (audio, a slow stream)
/// stay in memory, as a segment does when the system has no file left.
class SegmentFile {
  public:
    /// The part of a segment that opens its file. Below that the copy into the file and the second
    /// system call of every answer cost more than the answers gain.
    static constexpr std::size_t kFilePartBytes = 32 * 1024;
    /// Room in one file: the largest part eight times. A segment beyond that goes on in another
    /// file. It is address space only, until it is written.
    static constexpr std::size_t kCapacity = std::size_t{32} << 20;

    /// The same bytes where they are to stay.
    Blob keep(Blob part);

    /// The segment is complete.
    void close();

  private:
    std::optional<MemoryFile> file_;
};

}  // namespace directfanz::packager
