#pragma once

#include "base/blob.hpp"
#include "base/bytes.hpp"

#include <cstdint>
#include <cstring>
#include <utility>

namespace directfanz {

/// Appends big-endian (network order) values to a growing buffer.
class ByteWriter {
  public:
    ByteWriter() = default;
    explicit ByteWriter(std::size_t expected_size) { buffer_.reserve(expected_size); }

    void u8(std::uint8_t v) { buffer_.push_back(v); }
    void u16(std::uint16_t v) { big_endian(v, 2); }
    void u24(std::uint32_t v) { big_endian(v, 3); }
    void u32(std::uint32_t v) { big_endian(v, 4); }
    void u64(std::uint64_t v) { big_endian(v, 8); }

    /// The one little-endian field of RTMP: the message stream id.
    void u32_little(std::uint32_t v) { u32(__builtin_bswap32(v)); }

    void f64(double v) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &v, sizeof bits);
        u64(bits);
    }

    void bytes(ByteView v) { buffer_.insert(buffer_.end(), v.begin(), v.end()); }
    void text(std::string_view v) { bytes(as_bytes(v)); }
    void zeros(std::size_t count) { buffer_.resize(buffer_.size() + count); }

    /// Overwrites four bytes written before: a length known only at the end.
    void patch_u32(std::size_t at, std::uint32_t v) {
        for (std::size_t i = 0; i < 4; ++i)
            buffer_[at + i] = static_cast<std::uint8_t>(v >> (24 - 8 * i));
    }

    std::size_t size() const { return buffer_.size(); }
    ByteView view() const { return buffer_; }
    Bytes take() { return std::exchange(buffer_, {}); }
    Blob take_blob() { return Blob(take()); }

  private:
    void big_endian(std::uint64_t v, int count) {
        for (int i = count - 1; i >= 0; --i)
            buffer_.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
    }

    Bytes buffer_;
};

}  // namespace directfanz
