#pragma once

#include "base/blob_arena.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/ingest/rtmp/message.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace directfanz::rtmp {

/// How much one peer may make us hold.
struct ReaderLimits {
    std::size_t message_size = kMaxMessageSize;
    /// Of all messages of the connection that have begun and not ended: what is allocated for them.
    std::size_t unfinished_bytes = 2 * kMaxMessageSize;
};

/// Puts messages together from a chunk stream (clause 5.3). Chunks interleave at will:
///
///     basic header:   fmt 2 | csid 6 (0: one byte more, 1: two)
///     message header: fmt 0: timestamp 24 | length 24 | type 8 | stream id 32, little-endian
///                     fmt 1: delta 24     | length 24 | type 8
///                     fmt 2: delta 24
///                     fmt 3: nothing: the rest of the message, or one more with the same header
///     extended timestamp 32, if the 24 bits were all ones
///     payload: at most a chunk size of it
///
/// Set Chunk Size and Abort act here; all other messages go to the sink. A message's payload is
/// copied once, from the fed bytes to where its Blob is; claimed lengths allocate
/// nothing beyond what this connection has already filled once.
class ChunkReader {
  public:
    /// After a message: go on, or leave the rest of the bytes to a later feed().
    enum class Flow { go_on, pause };

    class Sink {
      public:
        virtual ~Sink() = default;
        virtual Result<Flow> on_message(Message message) = 0;
    };

    /// Chunk streams that one peer may use at a time; real publishers use fewer than ten.
    static constexpr std::size_t kMaxChunkStreams = 64;

    explicit ChunkReader(ReaderLimits limits = {}) : limits_(limits) {}

    /// Reads all bytes, or up to the end of the message after which the sink asks for a pause.
    /// Returns how many. Errors are final: invalid where the format is broken, too_large at a
    /// limit, and those of the sink.
    Result<std::size_t> feed(ByteView bytes, Sink& sink);

    void set_limits(ReaderLimits limits) { limits_ = limits; }

    std::size_t chunk_size() const { return chunk_size_; }
    /// Allocated for unfinished messages at present.
    std::size_t unfinished_bytes() const { return unfinished_bytes_; }

  private:
    /// Of a message that is not whole yet: in the arena if it is short, else in a buffer of its own
    /// that grows.
    struct Payload {
        std::size_t size = 0;
        BlobArena::Room room;
        Bytes own;

        std::size_t capacity() const { return room.block ? room.bytes.size() : own.capacity(); }
    };

    struct ChunkStream {
        std::uint32_t id = 0;
        // The last header, each field as last sent.
        std::uint32_t timestamp = 0;
        std::uint32_t delta = 0;
        std::uint32_t length = 0;
        std::uint32_t message_stream_id = 0;
        MessageType type{};
        // The last header had one, with this value, so chunks of fmt 3 may repeat it.
        bool extended = false;
        std::uint32_t extended_value = 0;
        bool in_message = false;
        Payload payload;
    };

    enum class State { header, repeated_timestamp, payload };

    /// The longest header: three bytes of basic, eleven of message, four of extended timestamp.
    static constexpr std::size_t kMaxHeader = 18;

    Result<std::size_t> read_header(ByteView bytes);
    /// Parses a header at the start of `bytes` and acts on it. Returns its size; 0 if more bytes
    /// are needed.
    Result<std::size_t> parse_header(ByteView bytes);
    Result<std::size_t> find_stream(std::uint32_t id, unsigned format);
    /// Some publishers repeat the extended timestamp before every chunk of fmt 3, others never do;
    /// only the bytes themselves tell.
    Result<std::size_t> read_repeated_timestamp(ByteView bytes, Sink& sink);
    Result<std::size_t> read_payload(ByteView bytes);
    Result<Flow> finish_chunk(Sink& sink);
    Result<void> reserve(ChunkStream& stream, std::size_t more);
    void drop_payload(ChunkStream& stream);
    Result<void> set_chunk_size(ByteView payload);
    void abort(ByteView payload);

    ReaderLimits limits_;
    State state_ = State::header;
    std::size_t chunk_size_ = kDefaultChunkSize;
    /// The peer asked for more than kMaxChunkSize.
    bool chunk_size_capped_ = false;
    /// Index of the stream whose chunk is being read, and how much of the chunk is to come.
    std::size_t current_ = 0;
    std::size_t chunk_left_ = 0;
    /// Bytes that so far look like a repeated timestamp; they equal its first bytes, so they need
    /// not be kept.
    std::size_t repeat_matched_ = 0;
    std::vector<ChunkStream> streams_;
    BlobArena arena_;
    std::size_t unfinished_bytes_ = 0;
    /// The largest message finished so far: what a new one may allocate at once.
    std::size_t proven_size_ = 0;
    // A header cut in two by the end of the fed bytes.
    std::array<std::uint8_t, kMaxHeader> carry_{};
    std::size_t carried_ = 0;
};

}  // namespace directfanz::rtmp
