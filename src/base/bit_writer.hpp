#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <utility>

namespace directfanz {

/// Appends bits, most significant first; the last byte is filled up with zeros.
class BitWriter {
  public:
    void bits(std::uint32_t value, unsigned count) {
        for (unsigned i = count; i-- > 0; ++used_) {
            if (used_ % 8 == 0) buffer_.push_back(0);
            auto const bit = static_cast<std::uint8_t>((value >> i) & 1U);
            buffer_.back() = static_cast<std::uint8_t>(buffer_.back() | bit << (7 - used_ % 8));
        }
    }

    void flag(bool value) { bits(value ? 1 : 0, 1); }

    /// ue(v), ITU-T H.264 clause 9.1. `value` is at most 2^31 - 2.
    void unsigned_exp_golomb(std::uint32_t value) {
        auto const code = value + 1;
        auto const width = static_cast<unsigned>(32 - __builtin_clz(code));
        bits(0, width - 1);
        bits(code, width);
    }

    /// se(v), ITU-T H.264 clause 9.1.1.
    void signed_exp_golomb(std::int32_t value) {
        unsigned_exp_golomb(value > 0 ? static_cast<std::uint32_t>(value) * 2 - 1
                                      : static_cast<std::uint32_t>(-value) * 2);
    }

    Bytes take() {
        used_ = 0;
        return std::exchange(buffer_, {});
    }

  private:
    Bytes buffer_;
    std::size_t used_ = 0;
};

}  // namespace directfanz
