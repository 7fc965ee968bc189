#pragma once

#include "base/blob.hpp"
#include "system/io/byte_stream.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace directfanz::http {

/// From so many bytes on, what lies in a file is sent from the file, with a system call of its own;
/// below, head and body go together, by one copy.
///
/// Measured as µs of CPU per answer on loopback (docs/benchmarks.md has the table): the file is
/// dearer at 4 KiB, as dear at 16 KiB, cheaper in most rounds from 32 KiB on, and half at 1 MiB.
inline constexpr std::size_t kSendFileBytes = 32 * 1024;

/// An answer on its way: head and body, and how far they are written. Both must outlive it.
class Outgoing {
  public:
    Outgoing(std::string const& head, std::vector<Blob> const& body) : head_(head), body_(body) {}

    bool finished() const { return part_ > body_.size(); }

    /// Writes once what is next: memory gathered, with what follows from a file; neighbours in one
    /// file as if they were one. To be called until finished().
    io::IoOutcome write_to(io::ByteStream& stream);

  private:
    /// What is left of the head (0) or of the body's Blob `index` - 1.
    ByteView rest_of(std::size_t index) const;
    /// What lies in a file from that Blob's rest on; nothing if that is in memory alone.
    io::FileSpan file_run(std::size_t index) const;
    void advance(std::size_t bytes);

    std::string const& head_;
    std::vector<Blob> const& body_;
    std::size_t part_ = 0;
    std::size_t offset_ = 0;
};

}  // namespace directfanz::http
