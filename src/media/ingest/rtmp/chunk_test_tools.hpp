#pragma once

#include "base/byte_writer.hpp"
#include "media/ingest/rtmp/chunk_reader.hpp"

#include <string>
#include <vector>

/// What tests of the chunk stream share: a publisher's side that can write every kind of chunk, and
/// a sink that keeps what it gets.
namespace directfanz::rtmp::testing {

struct Collector : ChunkReader::Sink {
    std::vector<Message> messages;
    /// Ask for a pause after every message.
    bool pausing = false;

    Result<ChunkReader::Flow> on_message(Message message) override {
        messages.push_back(std::move(message));
        return pausing ? ChunkReader::Flow::pause : ChunkReader::Flow::go_on;
    }
};

/// Chunks, byte by byte as a test wants them.
class RawChunks {
  public:
    RawChunks& basic(unsigned format, std::uint32_t id) {
        if (id < 64) {
            out_.u8(static_cast<std::uint8_t>(format << 6U | id));
        } else if (id < 320) {
            out_.u8(static_cast<std::uint8_t>(format << 6U));
            out_.u8(static_cast<std::uint8_t>(id - 64));
        } else {
            out_.u8(static_cast<std::uint8_t>(format << 6U | 1U));
            out_.u8(static_cast<std::uint8_t>((id - 64) & 0xFFU));
            out_.u8(static_cast<std::uint8_t>((id - 64) >> 8U));
        }
        return *this;
    }
    RawChunks& full(std::uint32_t id, std::uint32_t timestamp, std::size_t length,
                    MessageType type = MessageType::video, std::uint32_t stream = 1) {
        basic(0, id);
        out_.u24(timestamp < 0xFFFFFF ? timestamp : 0xFFFFFF);
        out_.u24(static_cast<std::uint32_t>(length));
        out_.u8(static_cast<std::uint8_t>(type));
        out_.u32_little(stream);
        if (timestamp >= 0xFFFFFF) out_.u32(timestamp);
        return *this;
    }
    RawChunks& same_stream(std::uint32_t id, std::uint32_t delta, std::size_t length,
                           MessageType type = MessageType::video) {
        basic(1, id);
        out_.u24(delta);
        out_.u24(static_cast<std::uint32_t>(length));
        out_.u8(static_cast<std::uint8_t>(type));
        return *this;
    }
    RawChunks& same_length(std::uint32_t id, std::uint32_t delta) {
        basic(2, id);
        out_.u24(delta);
        return *this;
    }
    RawChunks& same_all(std::uint32_t id) { return basic(3, id); }
    RawChunks& u32(std::uint32_t value) {
        out_.u32(value);
        return *this;
    }
    RawChunks& text(std::string_view value) {
        out_.text(value);
        return *this;
    }
    RawChunks& chunk_size(std::uint32_t size) {
        return full(2, 0, 4, MessageType::set_chunk_size, 0).u32(size);
    }

    ByteView view() const { return out_.view(); }
    operator ByteView() const { return view(); }

  private:
    ByteWriter out_;
};

}  // namespace directfanz::rtmp::testing
