#include "media/codec/nal_unit.hpp"

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"

#include <utility>

#include <fmt/format.h>

namespace directfanz::h264 {
namespace {

constexpr std::size_t kLengthSize = 4;

bool is_slice(NalType type) {
    // 1 to 5: slices, data partitions and IDR slices are all coded picture data (table 7-1).
    return type >= NalType::slice && type <= NalType::idr_slice;
}

}  // namespace

std::optional<ByteView> NalUnits::next() {
    if (!ok_ || left_.empty()) return std::nullopt;
    ByteReader reader(left_);
    auto const nal = reader.bytes(reader.u32());
    if (!reader.ok() || nal.empty() || ++count_ > kMaxNalUnits) {
        ok_ = false;
        return std::nullopt;
    }
    left_ = left_.subspan(reader.position());
    return nal;
}

Bytes without_emulation_prevention(ByteView nal) {
    Bytes payload;
    payload.reserve(nal.size());
    unsigned zeros = 0;
    for (auto const byte : nal) {
        if (zeros >= 2 && byte == 3) {
            zeros = 0;
            continue;
        }
        zeros = byte == 0 ? zeros + 1 : 0;
        payload.push_back(byte);
    }
    return payload;
}

bool is_idr(ByteView payload) {
    NalUnits units(payload);
    while (auto const nal = units.next()) {
        // The first slice tells: all slices of a primary picture are IDR, or none is (7.4.1.2.4).
        if (is_slice(nal_type(*nal))) return nal_type(*nal) == NalType::idr_slice;
    }
    return false;
}

bool has_picture(ByteView payload) {
    NalUnits units(payload);
    while (auto const nal = units.next()) {
        if (is_slice(nal_type(*nal))) return true;
    }
    return false;
}

Result<Blob> to_four_byte_lengths(Blob payload, unsigned length_size) {
    if (length_size < 1 || length_size > 4) {
        return fail(ErrorKind::invalid, "H.264",
                    fmt::format("NAL unit lengths of {} bytes do not exist", length_size));
    }
    ByteReader reader(payload.view());
    std::size_t size = 0;
    std::size_t count = 0;
    bool has_empty = false;
    while (reader.ok() && !reader.at_end()) {
        std::size_t length = 0;
        for (unsigned i = 0; i < length_size; ++i) length = length << 8 | reader.u8();
        auto const left = reader.remaining();
        auto const nal = reader.bytes(length);
        if (!reader.ok()) {
            return fail(ErrorKind::invalid, "H.264",
                        fmt::format("an access unit of {} bytes names a NAL unit of {} bytes where "
                                    "{} are left; the encoder's output is damaged",
                                    payload.size(), length, left));
        }
        has_empty = has_empty || nal.empty();
        if (nal.empty()) continue;
        size += kLengthSize + nal.size();
        if (++count > kMaxNalUnits) {
            return fail(ErrorKind::too_large, "H.264",
                        fmt::format("an access unit has more than {} NAL units", kMaxNalUnits));
        }
    }
    if (length_size == kLengthSize && !has_empty) return payload;

    ByteWriter writer(size);
    ByteReader again(payload.view());
    while (!again.at_end()) {
        std::size_t length = 0;
        for (unsigned i = 0; i < length_size; ++i) length = length << 8 | again.u8();
        auto const nal = again.bytes(length);
        if (nal.empty()) continue;
        writer.u32(static_cast<std::uint32_t>(nal.size()));
        writer.bytes(nal);
    }
    return writer.take_blob();
}

ParameterSets parameter_sets_of(ByteView payload) {
    ParameterSets found;
    NalUnits units(payload);
    while (auto const nal = units.next()) {
        if (nal_type(*nal) == NalType::sps) found.sps.push_back(*nal);
        if (nal_type(*nal) == NalType::pps) found.pps.push_back(*nal);
    }
    return found;
}

}  // namespace directfanz::h264
