#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::load {

/// Where a stamp stands in a message: see FlvScript.
inline constexpr std::size_t kStampDigits = 12;
/// What stands before a stamp's digits in the stream, and is found nowhere else.
inline constexpr std::string_view kStampMark =
    "\x9d"
    "directfanzmark\xe1";

/// One RTMP message, ready to be sent but for its timestamp: a chunk with a full header (RTMP 1.0,
/// 5.3.1.2.1), then what follows of it in chunks of type 3, of kChunkSize bytes as OBS makes them.
///
///     0   basic header (1)   timestamp (3)   length (3)   type (1)   message stream id (4)
///     12  body, with a byte of basic header behind each kChunkSize
struct Message {
    milliseconds time{};
    Bytes bytes;
    bool video = false;
    /// Where the stamp's digits begin; 0 where there is none.
    std::size_t stamp = 0;

    /// In a copy of `bytes`. Throws std::runtime_error beyond four hours.
    static void set_timestamp(std::span<std::uint8_t> copy, milliseconds timestamp);
};

inline constexpr std::size_t kChunkSize = 4096;
inline constexpr std::size_t kMessageHeader = 12;

enum class Stamps { none, every_frame };

/// An FLV file as RTMP messages, which can be sent round and round.
struct FlvScript {
    /// onMetaData and the sequence headers: sent once.
    std::vector<Message> opening;
    /// The frames, by time from 0.
    std::vector<Message> frames;
    /// When the next round begins.
    milliseconds length{};

    /// @param length in ms; frames from there on are left out.
    /// @param stamps every picture begins with an SEI message (H.264, D.1.7: user data) of
    ///        kStampMark and kStampDigits digits, which a publisher sets to the picture's number.
    /// Throws std::runtime_error when this is no FLV file.
    static FlvScript parse(ByteView file, milliseconds length, Stamps stamps);
    static FlvScript read(std::string const& path, milliseconds length, Stamps stamps);
};

/// One whole message in chunks; `time` is left 0.
Bytes chunked(std::uint8_t type, std::uint8_t chunk_stream, std::uint32_t message_stream,
              ByteView body);

}  // namespace directfanz::load
