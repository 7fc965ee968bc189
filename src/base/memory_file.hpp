#pragma once

#include "base/blob.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <memory>
#include <utility>

namespace directfanz {

/// A file without a name, in memory alone (memfd_create(2)), written once from front to back. The
/// Blobs of what was written can leave by sendfile(2), which hands the file's pages to the network
/// instead of copying them; where that is not possible they are read like any other's.
///
/// Each costs a descriptor, and memory by whole pages, until its last Blob has gone. So only what
/// is large and sent often belongs into one.
class MemoryFile {
  public:
    /// For at most `capacity` bytes, of which none takes memory before it is written. Errors: `io`
    /// when the system has no descriptor or no memory left: the caller then keeps its bytes in
    /// memory.
    static Result<MemoryFile> create(std::size_t capacity);

    /// A Blob of these bytes, which are copied, in a file of their own that nobody can change any
    /// more. Errors as from create().
    static Result<Blob> holding(ByteView bytes);

    /// Copies the bytes behind those that are there. Errors: `too_large` beyond the capacity, `io`
    /// when the system has no memory left; the file is as it was then.
    Result<Blob> append(ByteView bytes);

    /// Nothing follows: from here on the system itself lets nobody change the file.
    void seal();

  private:
    struct Mapping;

    explicit MemoryFile(std::shared_ptr<Mapping const> mapping) : mapping_(std::move(mapping)) {}

    std::shared_ptr<Mapping const> mapping_;
    std::size_t size_ = 0;
};

}  // namespace directfanz
