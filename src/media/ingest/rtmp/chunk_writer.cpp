#include "media/ingest/rtmp/chunk_writer.hpp"

#include <algorithm>

namespace directfanz::rtmp {
namespace {

constexpr std::uint32_t kExtended = 0xFFFFFF;

}  // namespace

void ChunkWriter::write(std::uint32_t chunk_stream, MessageType type, std::uint32_t stream_id,
                        std::uint32_t timestamp, ByteView payload) {
    auto const extended = timestamp >= kExtended;
    basic_header(0, chunk_stream);
    out_.u24(extended ? kExtended : timestamp);
    out_.u24(static_cast<std::uint32_t>(payload.size()));
    out_.u8(static_cast<std::uint8_t>(type));
    out_.u32_little(stream_id);
    if (extended) out_.u32(timestamp);
    for (std::size_t at = 0; at < payload.size();) {
        auto const count = std::min(chunk_size_, payload.size() - at);
        out_.bytes(payload.subspan(at, count));
        at += count;
        if (at == payload.size()) break;
        basic_header(3, chunk_stream);
        if (extended) out_.u32(timestamp);
    }
}

void ChunkWriter::set_chunk_size(std::uint32_t size) {
    ByteWriter payload;
    payload.u32(size);
    write(kControlStream, MessageType::set_chunk_size, 0, 0, payload.view());
    chunk_size_ = size;
}

void ChunkWriter::basic_header(unsigned format, std::uint32_t chunk_stream) {
    auto const top = format << 6U;
    if (chunk_stream < 64) {
        out_.u8(static_cast<std::uint8_t>(top | chunk_stream));
    } else if (chunk_stream < 64 + 256) {
        out_.u8(static_cast<std::uint8_t>(top));
        out_.u8(static_cast<std::uint8_t>(chunk_stream - 64));
    } else {
        out_.u8(static_cast<std::uint8_t>(top | 1U));
        out_.u8(static_cast<std::uint8_t>((chunk_stream - 64) & 0xFFU));
        out_.u8(static_cast<std::uint8_t>((chunk_stream - 64) >> 8));
    }
}

}  // namespace directfanz::rtmp
