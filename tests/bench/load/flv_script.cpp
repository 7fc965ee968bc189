#include "load/flv_script.hpp"

#include "base/byte_reader.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace directfanz::load {
namespace {

constexpr std::size_t kFileHeader = 13;
constexpr std::size_t kPreviousTagSize = 4;

constexpr std::uint8_t kAudio = 8;
constexpr std::uint8_t kVideo = 9;
constexpr std::uint8_t kData = 18;

constexpr std::uint8_t kDataChunks = 4;
constexpr std::uint8_t kAudioChunks = 5;
constexpr std::uint8_t kVideoChunks = 6;

/// AMF 0's string "@setDataFrame", which encoders put before onMetaData.
constexpr std::string_view kSetDataFrame("\x02\x00\x0d@setDataFrame", 16);

/// Before the first NAL unit: the FLV tag's codec, packet type and composition time.
constexpr std::size_t kVideoTagHeader = 5;
constexpr std::size_t kNalLength = 4;

/// NAL length, NAL type 6, payload type 5, payload size, mark, digits, trailing bits.
Bytes stamp_nal() {
    auto const size = kStampMark.size() + kStampDigits;
    Bytes nal{0, 0, 0, static_cast<std::uint8_t>(size + 4), 6, 5, static_cast<std::uint8_t>(size)};
    nal.insert(nal.end(), kStampMark.begin(), kStampMark.end());
    nal.insert(nal.end(), kStampDigits, '0');
    nal.push_back(0x80);
    return nal;
}

bool is_sequence_header(std::uint8_t type, ByteView body) {
    if (body.size() < 2) return false;
    auto const aac = type == kAudio && body[0] >> 4 == 10;
    return (aac || type == kVideo) && body[1] == 0;
}

Message message(std::uint8_t type, ByteView body, Stamps stamps) {
    Message made;
    made.video = type == kVideo;
    Bytes stamped(body.begin(), body.end());
    if (stamps == Stamps::every_frame && made.video && !is_sequence_header(type, body) &&
        body.size() > kVideoTagHeader) {
        auto const nal = stamp_nal();
        stamped.insert(stamped.begin() + kVideoTagHeader, nal.begin(), nal.end());
        made.stamp = kMessageHeader + kVideoTagHeader + kNalLength + 3 + kStampMark.size();
    }
    made.bytes = chunked(type, made.video ? kVideoChunks : kAudioChunks, 1, stamped);
    return made;
}

}  // namespace

void Message::set_timestamp(std::span<std::uint8_t> copy, milliseconds timestamp) {
    auto const ms = static_cast<std::uint32_t>(timestamp.count());
    // From there on the header would be longer (5.3.1.3).
    if (ms >= 0xFFFFFF) throw std::runtime_error("the publisher has run for too long");
    copy[1] = static_cast<std::uint8_t>(ms >> 16);
    copy[2] = static_cast<std::uint8_t>(ms >> 8);
    copy[3] = static_cast<std::uint8_t>(ms);
}

Bytes chunked(std::uint8_t type, std::uint8_t chunk_stream, std::uint32_t message_stream,
              ByteView body) {
    auto const size = body.size();
    Bytes out{chunk_stream,
              0,
              0,
              0,
              static_cast<std::uint8_t>(size >> 16),
              static_cast<std::uint8_t>(size >> 8),
              static_cast<std::uint8_t>(size),
              type,
              static_cast<std::uint8_t>(message_stream),
              0,
              0,
              0};
    out.reserve(out.size() + size + size / kChunkSize);
    for (std::size_t at = 0; at < size; at += kChunkSize) {
        if (at > 0) out.push_back(static_cast<std::uint8_t>(0xC0 | chunk_stream));
        auto const part = body.subspan(at, std::min(kChunkSize, size - at));
        out.insert(out.end(), part.begin(), part.end());
    }
    return out;
}

FlvScript FlvScript::parse(ByteView file, milliseconds length, Stamps stamps) {
    if (file.size() < kFileHeader || as_text(file.first(3)) != "FLV")
        throw std::runtime_error("this is no FLV file");
    FlvScript script;
    script.length = length;
    ByteReader reader(file.subspan(kFileHeader));
    while (reader.ok() && !reader.at_end()) {
        auto const type = reader.u8();
        auto const size = reader.u24();
        auto const lower = reader.u24();
        milliseconds const time((std::uint32_t{reader.u8()} << 24) | lower);
        reader.skip(3);
        auto const body = reader.bytes(size);
        reader.skip(kPreviousTagSize);
        if (!reader.ok()) throw std::runtime_error("the FLV file is cut off");
        if (type == kData) {
            Bytes data(kSetDataFrame.begin(), kSetDataFrame.end());
            data.insert(data.end(), body.begin(), body.end());
            script.opening.push_back({.bytes = chunked(type, kDataChunks, 1, data)});
        } else if (is_sequence_header(type, body)) {
            // ffmpeg writes a second one, empty, at the end.
            if (time == milliseconds(0)) script.opening.push_back(message(type, body, stamps));
        } else if (time < length && (type == kAudio || type == kVideo)) {
            auto made = message(type, body, stamps);
            made.time = time;
            script.frames.push_back(std::move(made));
        }
    }
    if (script.frames.empty()) throw std::runtime_error("the FLV file has no frames");
    if (!std::ranges::is_sorted(script.frames, {}, &Message::time))
        throw std::runtime_error("the FLV file is not in the order of its times");
    return script;
}

FlvScript FlvScript::read(std::string const& path, milliseconds length, Stamps stamps) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    Bytes const bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    return parse(bytes, length, stamps);
}

}  // namespace directfanz::load
