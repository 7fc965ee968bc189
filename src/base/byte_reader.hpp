#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <cstring>

namespace directfanz {

/// Reads big-endian (network order) values from a view.
///
/// Failure is sticky: a read past the end returns zero and marks the reader, and everything read
/// after that is zero or empty too. So read a whole structure, then ask ok() once.
class ByteReader {
  public:
    explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(big_endian(2)); }
    std::uint32_t u24() { return static_cast<std::uint32_t>(big_endian(3)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(big_endian(4)); }
    std::uint64_t u64() { return big_endian(8); }
    std::int32_t i24() { return static_cast<std::int32_t>(u24() << 8) >> 8; }

    /// The one little-endian field of RTMP: the message stream id.
    std::uint32_t u32_little() {
        auto const v = u32();
        return __builtin_bswap32(v);
    }

    double f64() {
        auto const bits = u64();
        double value = 0;
        std::memcpy(&value, &bits, sizeof value);
        return value;
    }

    /// The next `count` bytes; empty, and failed, if there are fewer.
    ByteView bytes(std::size_t count) {
        if (!ok_ || count > remaining()) {
            ok_ = false;
            return {};
        }
        auto const view = bytes_.subspan(position_, count);
        position_ += count;
        return view;
    }

    std::string_view text(std::size_t count) { return as_text(bytes(count)); }
    void skip(std::size_t count) { bytes(count); }
    ByteView rest() { return bytes(remaining()); }

    bool ok() const { return ok_; }
    void set_failed() { ok_ = false; }
    std::size_t position() const { return position_; }
    std::size_t remaining() const { return ok_ ? bytes_.size() - position_ : 0; }
    bool at_end() const { return remaining() == 0; }

  private:
    std::uint64_t big_endian(std::size_t count) {
        std::uint64_t value = 0;
        for (auto const byte : bytes(count)) value = value << 8 | byte;
        return value;
    }

    ByteView bytes_;
    std::size_t position_ = 0;
    bool ok_ = true;
};

}  // namespace directfanz
