#pragma once

#include "base/blob.hpp"
#include "system/io/byte_stream.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sys/uio.h>

namespace directfanz::http {

/// Frames on their way to the kernel, as one gathered write: what frames a body is copied here,
/// bodies are named where they lie. At most one such batch of a connection exists, so nothing else
/// of its output is buffered.
class Http2Outbox {
  public:
    /// What is copied at most; also up to which size copying a body is cheaper than naming it.
    static constexpr std::size_t kCopiedBytes = 16 * 1024;
    static constexpr std::size_t kCopyBelow = 512;
    /// A batch is full at this size. What is in it goes out before what is more urgent.
    static constexpr std::size_t kBatchBytes = 256 * 1024;

    bool empty() const { return first_ == count_; }
    /// Whether a frame may still be added.
    bool full() const { return sealed_ || size_ >= kBatchBytes || count_ == parts_.size(); }
    /// Whether a frame in so many pieces, all of them copied, fits in any case.
    bool has_room_for(std::size_t pieces) const {
        return count_ + pieces <= parts_.size() && used_ + pieces * kCopyBelow <= copied_.size();
    }

    /// Adds bytes that stay valid until the next frame is made. What does not fit in any more is
    /// named in its place, and the batch is full.
    void add_frame(ByteView bytes);
    /// Adds one of has_room_for()'s pieces, at most kCopyBelow bytes: copied.
    void add_head(ByteView bytes) { copy(bytes); }
    /// Adds one of has_room_for()'s pieces: copied, or named if it is large. The batch then shares
    /// `body` until its bytes are written: the peer may reset the stream long before that.
    void add_piece(Blob const& body, std::size_t offset, std::size_t count);
    /// The last byte of an answer with this status is in the batch.
    void complete(unsigned status) { completed_.push_back(status); }

    /// What is left to be written.
    std::span<iovec const> parts() const {
        return std::span(parts_).subspan(first_, count_ - first_);
    }
    /// The kernel took so many bytes; an outbox that has become empty may be filled again.
    void advance(std::size_t bytes);
    /// The statuses of the answers that lie in this batch.
    std::vector<unsigned> const& completed() const { return completed_; }
    void clear();

  private:
    void copy(ByteView bytes);
    void name(ByteView bytes);

    std::array<iovec, io::kMaxGather> parts_;
    /// Whose bytes the parts in the same places are; empty for all but bodies.
    std::array<Blob, io::kMaxGather> owners_;
    std::array<std::uint8_t, kCopiedBytes> copied_;
    std::size_t first_ = 0;
    std::size_t count_ = 0;
    std::size_t used_ = 0;
    std::size_t size_ = 0;
    bool sealed_ = false;
    std::vector<unsigned> completed_;
};

}  // namespace directfanz::http
