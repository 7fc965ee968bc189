#include "media/ingest/rtmp/chunk_reader.hpp"

#include "base/byte_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace directfanz::rtmp {
namespace {

constexpr std::string_view kWhere = "rtmp chunk";

constexpr std::uint32_t kExtended = 0xFFFFFF;

/// What a message may allocate before any of it has come.
constexpr std::size_t kFirstAllocation = 1024;

constexpr std::array<std::size_t, 4> kMessageHeaderSize{11, 7, 3, 0};

std::array<std::uint8_t, 4> big_endian(std::uint32_t value) {
    return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
            static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

}  // namespace

Result<std::size_t> ChunkReader::feed(ByteView bytes, Sink& sink) {
    auto left = bytes;
    while (!left.empty()) {
        Result<std::size_t> used = 0;
        switch (state_) {
            case State::header:
                used = read_header(left);
                break;
            case State::repeated_timestamp:
                used = read_repeated_timestamp(left, sink);
                break;
            case State::payload:
                used = read_payload(left);
                break;
        }
        if (!used) return used;
        left = left.subspan(*used);
        if (state_ != State::payload || chunk_left_ > 0) continue;
        auto const flow = finish_chunk(sink);
        if (!flow) return std::unexpected(flow.error());
        if (*flow == Flow::pause) break;
    }
    return bytes.size() - left.size();
}

Result<std::size_t> ChunkReader::read_header(ByteView bytes) {
    if (carried_ == 0) {
        auto const size = parse_header(bytes);
        if (!size || *size > 0) return size;
        std::memcpy(carry_.data(), bytes.data(), bytes.size());
        carried_ = bytes.size();
        return bytes.size();
    }
    auto const before = carried_;
    auto const more = std::min(bytes.size(), kMaxHeader - before);
    std::memcpy(carry_.data() + before, bytes.data(), more);
    auto const size = parse_header(ByteView(carry_).first(before + more));
    if (!size) return size;
    carried_ = *size > 0 ? 0 : before + more;
    return *size > 0 ? *size - before : more;
}

Result<std::size_t> ChunkReader::parse_header(ByteView bytes) {
    ByteReader reader(bytes);
    auto const first = reader.u8();
    unsigned const format = first >> 6U;
    std::uint32_t id = first & 0x3FU;
    if (id == 0) {
        id = 64U + reader.u8();
    } else if (id == 1) {
        id = 64U + reader.u8();
        id += 256U * reader.u8();
    }
    if (reader.remaining() < kMessageHeaderSize[format]) return 0;
    std::uint32_t const time = format < 3 ? reader.u24() : 0;
    std::uint32_t const length = format < 2 ? reader.u24() : 0;
    auto const type = static_cast<MessageType>(format < 2 ? reader.u8() : 0);
    std::uint32_t const message_stream_id = format < 1 ? reader.u32_little() : 0;
    auto const extended = time == kExtended;
    auto const full_time = extended ? reader.u32() : time;
    if (!reader.ok()) return 0;

    auto const index = find_stream(id, format);
    if (!index) return index;
    current_ = *index;
    auto& stream = streams_[current_];
    // A new header inside an unfinished message: the publisher gave that one up.
    if (format < 3 && stream.in_message) drop_payload(stream);
    if (format < 3) {
        stream.extended = extended;
        stream.extended_value = full_time;
        // Clause 5.3.1.2.4 has a fmt 3 message after one of fmt 0 add the full timestamp once more;
        // publishers that send one (librtmp) mean the same time again.
        stream.delta = format == 0 ? 0 : full_time;
        if (format < 2) {
            stream.length = length;
            stream.type = type;
        }
        if (format == 0) stream.message_stream_id = message_stream_id;
    }
    if (!stream.in_message) {
        stream.timestamp = format == 0 ? full_time : stream.timestamp + stream.delta;
        if (stream.length > limits_.message_size) {
            return fail(ErrorKind::too_large, kWhere,
                        fmt::format("a message of {} bytes; at most {} are taken", stream.length,
                                    limits_.message_size));
        }
        if (chunk_size_capped_ && stream.length > kMaxChunkSize) {
            return fail(ErrorKind::too_large, kWhere,
                        fmt::format("a message in chunks of more than {} bytes", kMaxChunkSize));
        }
        stream.in_message = true;
    }
    chunk_left_ = std::min(chunk_size_, stream.length - stream.payload.size);
    repeat_matched_ = 0;
    state_ = format == 3 && stream.extended ? State::repeated_timestamp : State::payload;
    return reader.position();
}

Result<std::size_t> ChunkReader::find_stream(std::uint32_t id, unsigned format) {
    if (current_ < streams_.size() && streams_[current_].id == id) return current_;
    auto const found = std::ranges::find(streams_, id, &ChunkStream::id);
    if (found != streams_.end()) return static_cast<std::size_t>(found - streams_.begin());
    if (format != 0) {
        return fail(ErrorKind::invalid, kWhere,
                    fmt::format("the first chunk on chunk stream {} refers to a header that was "
                                "never sent (type {})",
                                id, format));
    }
    if (streams_.size() == kMaxChunkStreams) {
        return fail(ErrorKind::too_large, kWhere,
                    fmt::format("more than {} chunk streams", kMaxChunkStreams));
    }
    streams_.push_back(ChunkStream{.id = id});
    return streams_.size() - 1;
}

Result<std::size_t> ChunkReader::read_repeated_timestamp(ByteView bytes, Sink& sink) {
    auto const expected = big_endian(streams_[current_].extended_value);
    std::size_t used = 0;
    while (used < bytes.size() && repeat_matched_ < expected.size() &&
           bytes[used] == expected[repeat_matched_]) {
        ++used;
        ++repeat_matched_;
    }
    if (repeat_matched_ == expected.size()) {
        state_ = State::payload;
        return used;
    }
    if (used == bytes.size()) return used;
    // Not repeated: what looked like the beginning of it is payload, or even the next header.
    state_ = State::payload;
    auto const matched = std::exchange(repeat_matched_, 0);
    if (matched == 0) return used;
    auto const taken = feed(ByteView(expected).first(matched), sink);
    if (!taken) return taken;
    if (*taken < matched) {
        return fail(ErrorKind::invalid, kWhere, "a command inside extended timestamps");
    }
    return used;
}

Result<std::size_t> ChunkReader::read_payload(ByteView bytes) {
    auto& stream = streams_[current_];
    auto const count = std::min(chunk_left_, bytes.size());
    if (count == 0) return 0;
    auto& payload = stream.payload;
    if (payload.capacity() - payload.size < count) {
        auto const reserved = reserve(stream, count);
        if (!reserved) return std::unexpected(reserved.error());
    }
    auto const part = bytes.first(count);
    if (payload.room.block) {
        std::ranges::copy(part,
                          payload.room.bytes.begin() + static_cast<std::ptrdiff_t>(payload.size));
    } else {
        payload.own.insert(payload.own.end(), part.begin(), part.end());
    }
    payload.size += count;
    chunk_left_ -= count;
    return count;
}

Result<void> ChunkReader::reserve(ChunkStream& stream, std::size_t more) {
    auto& payload = stream.payload;
    auto const needed = payload.size + more;
    auto const trusted = std::max({needed, 2 * payload.capacity(), kFirstAllocation, proven_size_});
    auto const target = std::min<std::size_t>(trusted, stream.length);
    auto const grown = target - payload.capacity();
    if (unfinished_bytes_ + grown > limits_.unfinished_bytes) {
        return fail(
            ErrorKind::too_large, kWhere,
            fmt::format("more than {} bytes of unfinished messages", limits_.unfinished_bytes));
    }
    // Only whole: what lies in the arena cannot grow.
    if (payload.size == 0 && target == stream.length && target <= BlobArena::kLargest) {
        payload.room = arena_.take(target);
    } else {
        payload.own.reserve(target);
    }
    unfinished_bytes_ += grown;
    return {};
}

void ChunkReader::drop_payload(ChunkStream& stream) {
    unfinished_bytes_ -= stream.payload.capacity();
    stream.payload = Payload();
    stream.in_message = false;
}

Result<ChunkReader::Flow> ChunkReader::finish_chunk(Sink& sink) {
    state_ = State::header;
    auto& stream = streams_[current_];
    if (stream.payload.size < stream.length) return Flow::go_on;
    auto unfinished = std::exchange(stream.payload, Payload());
    unfinished_bytes_ -= unfinished.capacity();
    stream.in_message = false;
    proven_size_ = std::max(proven_size_, unfinished.size);
    auto payload = unfinished.room.block ? BlobArena::finish(std::move(unfinished.room))
                                         : Blob(std::move(unfinished.own));
    if (stream.type == MessageType::set_chunk_size) {
        auto const set = set_chunk_size(payload.view());
        if (!set) return std::unexpected(set.error());
        return Flow::go_on;
    }
    if (stream.type == MessageType::abort) {
        abort(payload.view());
        return Flow::go_on;
    }
    return sink.on_message(Message{.type = stream.type,
                                   .stream_id = stream.message_stream_id,
                                   .timestamp = stream.timestamp,
                                   .payload = std::move(payload)});
}

// Clause 5.4.1: the first bit is zero.
Result<void> ChunkReader::set_chunk_size(ByteView payload) {
    ByteReader reader(payload);
    auto const size = reader.u32() & 0x7FFFFFFFU;
    if (!reader.ok() || size == 0) {
        return fail(ErrorKind::invalid, kWhere, "Set Chunk Size without a size");
    }
    chunk_size_ = std::min<std::size_t>(size, kMaxChunkSize);
    chunk_size_capped_ = size > kMaxChunkSize;
    return {};
}

// Clause 5.4.2.
void ChunkReader::abort(ByteView payload) {
    ByteReader reader(payload);
    auto const id = reader.u32();
    auto const found = std::ranges::find(streams_, id, &ChunkStream::id);
    if (reader.ok() && found != streams_.end() && found->in_message) drop_payload(*found);
}

}  // namespace directfanz::rtmp
