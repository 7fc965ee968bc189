#pragma once

#include "media/ingest/rtmp/chunk_writer.hpp"

#include <cstdint>
#include <string_view>

/// What a server tells a publisher (clauses 5.4, 6.2, 7.2), each as one whole message.
namespace directfanz::rtmp {

/// Event types of User Control messages, clause 7.1.7.
enum class UserControl : std::uint16_t {
    stream_begin = 0,
    stream_eof = 1,
    ping_request = 6,
    ping_response = 7,
};

/// Who sees it: "status" or "error" in the information object.
enum class StatusLevel { status, error };

void write_control(ChunkWriter& out, MessageType type, std::uint32_t value);
void write_user_control(ChunkWriter& out, UserControl event, std::uint32_t value);
/// Clause 5.4.5; the limit is dynamic.
void write_peer_bandwidth(ChunkWriter& out, std::uint32_t window);

/// _result of connect: success, and which codecs of Enhanced RTMP are taken.
void write_connected(ChunkWriter& out, double transaction, double object_encoding);
/// _result of createStream.
void write_stream_created(ChunkWriter& out, double transaction, std::uint32_t stream_id);
/// _result of calls that have nothing to say.
void write_result(ChunkWriter& out, double transaction);
/// onStatus, clause 7.2.2.
void write_status(ChunkWriter& out, std::uint32_t stream_id, StatusLevel level,
                  std::string_view code, std::string_view description);
/// onFCPublish, which Flash Media Live Encoder and its followers wait for.
void write_fc_published(ChunkWriter& out, std::string_view name);

}  // namespace directfanz::rtmp
