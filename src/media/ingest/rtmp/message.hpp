#pragma once

#include "base/blob.hpp"

#include <cstddef>
#include <cstdint>

/// RTMP (Adobe's Real Time Messaging Protocol specification 1.0; clause numbers are its own).
namespace directfanz::rtmp {

/// Message type ids, clauses 5.4, 6.2 and 7.1.
enum class MessageType : std::uint8_t {
    set_chunk_size = 1,
    abort = 2,
    acknowledgement = 3,
    user_control = 4,
    window_acknowledgement_size = 5,
    set_peer_bandwidth = 6,
    audio = 8,
    video = 9,
    data_amf3 = 15,
    command_amf3 = 17,
    data_amf0 = 18,
    command_amf0 = 20,
    aggregate = 22,
};

struct Message {
    MessageType type = MessageType::command_amf0;
    std::uint32_t stream_id = 0;
    /// Milliseconds, modulo 2^32.
    std::uint32_t timestamp = 0;
    Blob payload;
};

/// The largest message taken: above any picture that a live encoder makes.
inline constexpr std::size_t kMaxMessageSize = 8 * 1024 * 1024;

/// The largest chunk size that a peer may choose; larger ones count as this (clause 5.4.1 lets it
/// say 2^31 - 1, which no message reaches).
inline constexpr std::size_t kMaxChunkSize = 1024 * 1024;

/// Until a peer says otherwise (clause 5.4.1).
inline constexpr std::size_t kDefaultChunkSize = 128;

}  // namespace directfanz::rtmp
