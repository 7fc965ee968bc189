#pragma once

#include "base/byte_writer.hpp"
#include "media/ingest/rtmp/message.hpp"

#include <cstddef>
#include <cstdint>

namespace directfanz::rtmp {

/// Cuts messages into chunks (clause 5.3). What a server tells a publisher is little and rare, so
/// every message begins with a full header (fmt 0).
class ChunkWriter {
  public:
    /// Chunk streams that this side uses: clause 5.4 demands 2 for control messages.
    static constexpr std::uint32_t kControlStream = 2;
    static constexpr std::uint32_t kCommandStream = 3;

    /// `chunk_stream` is 2 to 65599.
    void write(std::uint32_t chunk_stream, MessageType type, std::uint32_t stream_id,
               std::uint32_t timestamp, ByteView payload);

    /// Tells the peer, and cuts what follows accordingly.
    void set_chunk_size(std::uint32_t size);

    /// What has been written since the last call.
    Bytes take() { return out_.take(); }
    bool empty() const { return out_.size() == 0; }

  private:
    void basic_header(unsigned format, std::uint32_t chunk_stream);

    std::size_t chunk_size_ = kDefaultChunkSize;
    ByteWriter out_;
};

}  // namespace directfanz::rtmp
