#include "media/ingest/rtmp/replies.hpp"

#include "media/ingest/rtmp/amf0.hpp"

namespace directfanz::rtmp {
namespace {

/// What the reply to connect claims to be; publishers look for "FMS/" and a number.
constexpr std::string_view kServerVersion = "FMS/3,5,7,7009";
constexpr double kCapabilities = 31;
/// FourCcInfoMask of Enhanced RTMP v2: decoded for those who need it, and forwarded.
constexpr double kDecodeAndForward = 1 + 4;
/// CapsExMask: neither reconnect requests, multitrack nor nanosecond offsets.
constexpr double kNoExtras = 0;

void write_command(ChunkWriter& out, std::uint32_t stream_id, amf0::Writer const& command) {
    out.write(ChunkWriter::kCommandStream, MessageType::command_amf0, stream_id, 0, command.view());
}

/// What of Enhanced RTMP is taken, as v1 (a list) and v2 (maps) tell it.
void describe_codecs(amf0::Writer& command) {
    command.name("fourCcList").strings({"avc1", "mp4a"});
    command.name("videoFourCcInfoMap").begin_object();
    command.name("avc1").number(kDecodeAndForward).end_object();
    command.name("audioFourCcInfoMap").begin_object();
    command.name("mp4a").number(kDecodeAndForward).end_object();
    command.name("capsEx").number(kNoExtras);
}

}  // namespace

void write_control(ChunkWriter& out, MessageType type, std::uint32_t value) {
    ByteWriter payload;
    payload.u32(value);
    out.write(ChunkWriter::kControlStream, type, 0, 0, payload.view());
}

void write_user_control(ChunkWriter& out, UserControl event, std::uint32_t value) {
    ByteWriter payload;
    payload.u16(static_cast<std::uint16_t>(event));
    payload.u32(value);
    out.write(ChunkWriter::kControlStream, MessageType::user_control, 0, 0, payload.view());
}

void write_peer_bandwidth(ChunkWriter& out, std::uint32_t window) {
    constexpr std::uint8_t dynamic = 2;
    ByteWriter payload;
    payload.u32(window);
    payload.u8(dynamic);
    out.write(ChunkWriter::kControlStream, MessageType::set_peer_bandwidth, 0, 0, payload.view());
}

void write_connected(ChunkWriter& out, double transaction, double object_encoding) {
    amf0::Writer command;
    command.string("_result").number(transaction);
    command.begin_object();
    command.name("fmsVer").string(kServerVersion);
    command.name("capabilities").number(kCapabilities);
    command.name("mode").number(1);
    describe_codecs(command);
    command.end_object();
    command.begin_object();
    command.name("level").string("status");
    command.name("code").string("NetConnection.Connect.Success");
    command.name("description").string("Connected.");
    command.name("objectEncoding").number(object_encoding);
    // The specification leaves open which of the two objects publishers read.
    describe_codecs(command);
    command.end_object();
    write_command(out, 0, command);
}

void write_stream_created(ChunkWriter& out, double transaction, std::uint32_t stream_id) {
    amf0::Writer command;
    command.string("_result").number(transaction).null().number(stream_id);
    write_command(out, 0, command);
}

void write_result(ChunkWriter& out, double transaction) {
    amf0::Writer command;
    command.string("_result").number(transaction).null().undefined();
    write_command(out, 0, command);
}

void write_status(ChunkWriter& out, std::uint32_t stream_id, StatusLevel level,
                  std::string_view code, std::string_view description) {
    amf0::Writer command;
    command.string("onStatus").number(0).null();
    command.begin_object();
    command.name("level").string(level == StatusLevel::error ? "error" : "status");
    command.name("code").string(code);
    command.name("description").string(description);
    command.end_object();
    write_command(out, stream_id, command);
}

void write_fc_published(ChunkWriter& out, std::string_view name) {
    amf0::Writer command;
    command.string("onFCPublish").number(0).null();
    command.begin_object();
    command.name("code").string("NetStream.Publish.Start");
    command.name("description").string(name);
    command.end_object();
    write_command(out, 0, command);
}

}  // namespace directfanz::rtmp
