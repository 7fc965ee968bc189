#pragma once

#include "base/bytes.hpp"

#include <cstdint>

namespace directfanz {

/// Reads bits, most significant first. Failure is sticky, as in ByteReader.
class BitReader {
  public:
    explicit BitReader(ByteView bytes) : bytes_(bytes) {}

    /// The next `count` bits, at most 32; zero, and failed, past the end.
    std::uint32_t bits(unsigned count) {
        if (!ok_ || count > 32 || count > bits_left()) {
            ok_ = false;
            return 0;
        }
        std::uint64_t value = 0;
        for (unsigned i = 0; i < count; ++i, ++position_) {
            value = value << 1 | ((bytes_[position_ / 8] >> (7 - position_ % 8)) & 1U);
        }
        return static_cast<std::uint32_t>(value);
    }

    bool flag() { return bits(1) != 0; }

    void skip(std::size_t count) {
        if (!ok_ || count > bits_left()) {
            ok_ = false;
        } else {
            position_ += count;
        }
    }

    /// ue(v), ITU-T H.264 clause 9.1.
    std::uint32_t unsigned_exp_golomb() {
        unsigned zeros = 0;
        while (ok_ && !flag()) {
            if (++zeros > 31) ok_ = false;
        }
        return ok_ ? ((1U << zeros) - 1U + bits(zeros)) : 0;
    }

    /// se(v), ITU-T H.264 clause 9.1.1.
    std::int32_t signed_exp_golomb() {
        auto const code = unsigned_exp_golomb();
        auto const magnitude =
            static_cast<std::int32_t>((static_cast<std::uint64_t>(code) + 1) / 2);
        return (code & 1U) != 0 ? magnitude : -magnitude;
    }

    bool ok() const { return ok_; }
    std::size_t bits_left() const { return ok_ ? bytes_.size() * 8 - position_ : 0; }

  private:
    ByteView bytes_;
    std::size_t position_ = 0;
    bool ok_ = true;
};

}  // namespace directfanz
